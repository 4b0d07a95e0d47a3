"""A workspace of Aloha, its key at hand, and what its subscribers are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from reference.webhooks.tables import deliveries

if TYPE_CHECKING:
    from tests.reference.conftest import Running

EVENTS = ("post.scheduled", "post.published", "post.failed", "reply.received", "matrix.completed")
RATE_LIMIT = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
_NUMBERS = count()


@dataclass(frozen=True)
class Workspace:
    """A caller of Aloha, and a subscriber to all of its events."""

    server: Running
    tenant: str
    key: str

    def create(self, **values: Any) -> dict[str, Any]:
        """Create a post, on Instagram where nothing else is said."""
        body = {"content": "a monday note.", "channels": ["instagram"]} | values
        response = self.server.post("/v1/posts", self.key, body)
        assert response.status_code == 201, response.text
        return dict(response.json())

    def read(self, post_id: str) -> dict[str, Any]:
        response = self.server.get(f"/v1/posts/{post_id}", self.key)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def listed(self, path: str = "/v1/posts", **query: Any) -> list[str]:
        """The ids of a list, which fit on one page."""
        response = self.server.get(path, self.key, limit=100, **query)
        assert response.status_code == 200, response.text
        return [row["id"] for row in response.json()["data"]]

    def rows(self, collection: str, **change: Any) -> list[str]:
        """Add or update rows as the control plane does."""
        body = {"api": "aloha", "tenant": self.tenant, "collection": collection}
        return list(self.server.control("rows", body | change)["ids"])

    def events(self) -> list[dict[str, Any]]:
        """What subscribers are told, oldest first."""
        told = select(deliveries.c.body).where(deliveries.c.tenant == self.tenant)
        rows = self.server.read(told.order_by(deliveries.c.seq))
        return [json.loads(row.body) for row in rows]

    def told(self) -> list[tuple[str, Mapping[str, str]]]:
        """The names and data of the events."""
        return [(event["event"], event["data"]) for event in self.events()]

    def with_key(self, **attributes: str) -> Workspace:
        """The same workspace, seen with another key."""
        return Workspace(self.server, self.tenant, self.server.key(self.tenant, **attributes))


def workspace(server: Running, name: str, rows: int = 0) -> Workspace:
    """A new workspace with so many rows in each collection."""
    tenant = f"{name}-{next(_NUMBERS)}"
    server.control("seed", {"api": "aloha", "tenants": [tenant], "rows": rows})
    subscription = {"api": "aloha", "tenant": tenant, "url": "https://receiver.example/hook"}
    server.control("webhooks/subscriptions", subscription | {"events": [*EVENTS]})
    return Workspace(server, tenant, server.key(tenant))


def now(server: Running) -> datetime:
    return datetime.fromisoformat(server.control("clock")["now"])


def later(server: Running, seconds: float) -> str:
    """So many seconds from now, as it is written in a body."""
    moment = now(server).astimezone(UTC) + timedelta(seconds=seconds)
    return moment.isoformat().replace("+00:00", "Z")
