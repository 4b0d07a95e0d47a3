"""The control plane of the press: its keys, rows, clock and clients, and what users decide."""

from __future__ import annotations

import json
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.conformance.press_records import Back, Client, Grant, Nowhere

if TYPE_CHECKING:
    from tests.conformance.press_server import Press


def controlled(  # noqa: PLR0911 - one branch a call
    press: Press, call: str, body: bytes, request: Request
) -> Response:
    if request.headers.get("authorization") != f"Bearer {press.token}":
        return Response(status_code=401)
    asked = json.loads(body) if body else {}
    match request.method, call:
        case "GET", "database":
            return Response(press.database)
        case "POST", "keys":
            key = secrets.token_hex(20)
            press.keys[key] = asked["tenant"]
            return JSONResponse({"key": key, "id": "1", "tenant": asked["tenant"]})
        case "POST", "keys/revoke":
            revoke(press, asked["key"])
        case "POST", "seed":
            for tenant in asked["tenants"]:
                rows = min(asked["rows"], 9)
                made = [{"id": secrets.token_hex(4), "title": "A fox"} for _ in range(rows)]
                press.prints[tenant] = made
            return JSONResponse({})
        case "POST", "clock":
            move(press, asked)
        case "POST", "oauth/clients":
            return JSONResponse(registered(press, asked))
        case "POST", "oauth/approve":
            return decided(press, asked)
    now = datetime.fromtimestamp(press.now(), UTC).isoformat()
    calls = ["keys", "keys/revoke", "seed", "clock", "database", "oauth/clients", "oauth/approve"]
    return JSONResponse({"now": now, "frozen": press.stopped is not None, "calls": calls})


def revoke(press: Press, key: str) -> None:
    tenant = press.keys.pop(key, "")
    if press.has("keys-hold-tokens"):
        for ticket in press.access.values():
            ticket.grant.ended |= ticket.grant.tenant == tenant


def end(press: Press, grant: Grant) -> None:
    grant.ended = True
    if press.has("tokens-hold-keys"):
        press.keys = {key: of for key, of in press.keys.items() if of != grant.tenant}


def move(press: Press, asked: dict[str, Any]) -> None:
    if "frozen" in asked:
        now = press.now()
        press.stopped = now if asked["frozen"] else None
        press.offset = now - time.time()
    moved = asked.get("advance", 0)
    press.offset += moved
    press.stopped = None if press.stopped is None else press.stopped + moved


def registered(press: Press, asked: dict[str, Any]) -> dict[str, str]:
    secret = press.mint("s_") if asked.get("confidential") else ""
    client = Client(
        secrets.token_hex(8) + "aZ",
        asked["tenant"],
        asked["name"],
        asked["redirect_uris"],
        asked["scopes"],
        secret,
    )
    press.clients[client.id] = client
    return {"client_id": client.id, "client_secret": secret}


def decided(press: Press, asked: dict[str, Any]) -> Response:
    query = parse_qsl(urlsplit(asked["url"]).query, keep_blank_values=True)
    try:
        found = press.asked(query)
    except Nowhere:
        return Response(status_code=400)
    except Back as back:
        return JSONResponse({"redirect_to": back.location})
    tenant, deny = asked["tenant"], asked.get("deny", False)
    return JSONResponse({"redirect_to": press.approved(found, tenant, deny)})
