"""The control plane of the library: its keys, rows, clock and database."""

from __future__ import annotations

import json
import secrets
import time
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from tests.conformance.library_bucket import Key
from tests.conformance.library_input import Refusal

if TYPE_CHECKING:
    from tests.conformance.library_server import Library


def controlled(  # noqa: PLR0911, PLR0912 - one branch a call
    library: Library, call: str, body: bytes, request: Request
) -> Any:
    if request.headers.get("authorization") != f"Bearer {library.token}":
        raise Refusal(401, "unauthorized", "Not for you.")
    asked = json.loads(body) if body else {}
    match request.method, call:
        case "GET", "capabilities":
            calls = ["seed", "keys", "keys/revoke", "clock", "rows", "database"]
            kinds = {"library": {"keys": {"shelf": ["open", "closed"]}}}
            return {"calls": calls, "apis": kinds}
        case "GET", "database":
            return library.database
        case "POST", "keys":
            secret = "lk_" + secrets.token_hex(20)
            owner = asked["tenant"]
            if asked.get("shelf") == "closed":
                owner += "/closed"
                library.insert(owner, "books", 20)
                library.insert(owner, "members", 20)
            tier, plan = asked.get("tier", "max"), asked.get("plan", "")
            library.keys[secret] = Key(secret, owner, tier, plan)
            library.stored(secret)
            return {"key": secret, "id": "1", "tenant": asked["tenant"]}
        case "POST", "keys/revoke":
            library.keys[asked["key"]].revoked = True
            return {}
        case "POST", "seed":
            library.imported += asked["tenants"] if asked["rows"] else []
            for tenant in asked["tenants"]:
                for collection in ("books", "members"):
                    library.insert(tenant, collection, min(asked["rows"], 90))
            return {"tenants": asked["tenants"], "rows": asked["rows"]}
        case "POST", "rows" if "insert" in asked:
            place = (asked["tenant"], asked["collection"])
            return {"ids": library.insert(*place, asked["insert"], asked.get("values"))}
        case "POST", "rows":
            rows = library.rows[asked["tenant"], asked["collection"]]
            for row in rows:
                if row["id"] in asked["update"] and "forgets-change" not in library.bugs:
                    row |= {**asked.get("values", {}), "updated_at": library.stamp()}
            for before, row in pairwise(rows) if "touches-next" in library.bugs else ():
                if before["id"] in asked["update"]:
                    row["updated_at"] = library.stamp()
            return {"ids": asked["update"]}
        case "POST", "clock":
            if "frozen" in asked:
                now = library.now()
                library.stopped = now if asked["frozen"] else None
                library.offset = now - time.time()
            if "advance" in asked:
                library.offset += asked["advance"]
                library.stopped = (
                    library.stopped + asked["advance"] if library.stopped is not None else None
                )
    known = list(library.keys) if "control-tells-keys" in library.bugs else []
    return {
        "now": datetime.fromtimestamp(library.now(), UTC).isoformat(),
        "frozen": library.stopped is not None,
        "keys": known,
    }
