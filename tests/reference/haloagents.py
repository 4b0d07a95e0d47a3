"""An organization of HaloAgents, its key at hand, and tokens that are signed by hand."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    from tests.reference.conftest import Running

HOUR = 3_600


@dataclass(frozen=True)
class Organization:
    """A caller of HaloAgents."""

    server: Running
    tenant: str
    org_id: str
    key: str

    def post(self, path: str, body: object) -> httpx2.Response:
        return self.server.post(path, self.key, body)

    def accepted(self, path: str, body: object) -> Any:
        """POST what is fine; return the answer, a stream as its events."""
        response = self.post(path, body)
        assert response.status_code == 200, response.text
        is_stream = response.headers["Content-Type"].startswith("text/event-stream")
        return events(response.text) if is_stream else response.json()

    def refused(self, status: int, path: str, body: object) -> str:
        """POST what is not; return the one sentence of the answer."""
        response = self.post(path, body)
        assert response.status_code == status, response.text
        return sentence(response)

    def verify(self, *, enabled: bool = True) -> str:
        """Switch identity verification; return the secret."""
        answer = self.server.control("identity", {"org": self.org_id, "enabled": enabled})
        return str(answer["secret"])

    def agent(self, **settings: object) -> Any:
        return self.server.control("agents", {"org": self.org_id, **settings})["agent"]

    def stored(self, collection: str) -> list[Any]:
        """Return the data of what is stored."""
        place = {"api": "haloagents", "tenant": self.tenant, "collection": collection}
        return [row["data"] for row in self.server.control("rows/list", place)["rows"]]

    def now(self) -> float:
        """Return the time of the server's clock, in seconds since 1970."""
        return datetime.fromisoformat(self.server.control("clock")["now"]).timestamp()

    def claims(self, **claims: object) -> dict[str, object]:
        """Return claims that are good for an hour."""
        return {"user_id": "user_123", "exp": int(self.now()) + HOUR, **claims}


def organization(server: Running, tenant: str) -> Organization:
    """Return a caller for a tenant, which is made where there is none."""
    minted = server.control("keys", {"api": "haloagents", "tenant": tenant})
    return Organization(server, tenant, minted["org_id"], minted["key"])


def sentence(response: httpx2.Response) -> str:
    """Return what an error says (HALO-08)."""
    body = response.json()
    assert body.keys() == {"error"}
    assert isinstance(body["error"], str)
    assert body["error"]
    return body["error"]


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def signed(
    claims: Mapping[str, object] | str | bytes,
    secret: str,
    header: Mapping[str, object] | str | None = None,
    digest: Any = hashlib.sha256,
) -> str:
    """Return a token with any header, whose HMAC is right; text stands for itself."""
    given = {"alg": "HS256", "typ": "JWT"} if header is None else header
    parts = [
        part if isinstance(part, bytes) else part.encode() if isinstance(part, str) else _json(part)
        for part in (given, claims)
    ]
    message = ".".join(encoded(part) for part in parts)
    return f"{message}.{encoded(hmac.digest(secret.encode(), message.encode(), digest))}"


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def events(text: str) -> list[tuple[str, Any]]:
    """Return the server-sent events of a whole stream: name and data."""
    assert text.endswith("\n\n")
    read = []
    for block in text.removesuffix("\n\n").split("\n\n"):
        name, data = block.split("\n")
        read.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return read
