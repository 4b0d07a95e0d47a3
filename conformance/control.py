"""The control plane of a target: keys, tenants, rows and time (see the reference server)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conformance.client import Client
from conformance.exchange import Exchange, Request
from conformance.rule import Untestable, Violation

_OWN = {"key", "id", "tenant"}
MOST_STORED = 200_000_000
"""How many bytes of a database are read: a run leaves more there than an answer may have."""


class _Told(dict[str, Any]):
    """What the control plane answered; raises Untestable where a member is missing."""

    def __missing__(self, name: str) -> Any:
        raise Untestable(f"The control plane's answer has no member {name!r}.")


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, freshly minted: the plaintext, the tenant that it belongs to.

    `told` is what else the control plane said of it, such as the id of its organization.
    """

    secret: str
    tenant: str
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Control:
    """Calls the control plane at `url` with its bearer token, for one API."""

    client: Client
    url: str
    token: str
    api: str
    _capabilities: Mapping[str, Any] | None = field(default=None, repr=False)

    def capabilities(self) -> Mapping[str, Any]:
        """What the control plane says that it can do; empty where it does not say."""
        if self._capabilities is None:
            answer = self._ask("GET", "capabilities")
            self._capabilities = answer if isinstance(answer, dict) else {}
        return self._capabilities

    def offers(self, call: str) -> bool:
        """Whether the control plane has a call, by its path (`rows`, `clock`)."""
        return call in json.dumps(self.capabilities())

    def mint(self, tenant: str, **options: str) -> Key:
        """A new key of a tenant (`POST keys`)."""
        answer = self._ask("POST", "keys", {"api": self.api, "tenant": tenant, **options})
        secret = str(answer["key"])
        self.client.redactor.learn(secret)
        told = {name: value for name, value in answer.items() if isinstance(value, str)}
        return Key(secret, tenant, {n: v for n, v in told.items() if n not in _OWN})

    def revoke(self, key: Key) -> None:
        """Revoke a key (`POST keys/revoke`)."""
        self._ask("POST", "keys/revoke", {"api": self.api, "key": key.secret})

    def rotate(self, secret: str) -> str:
        """The key that takes the place of another one (`POST keys/rotate`)."""
        answer = self._ask("POST", "keys/rotate", {"api": self.api, "key": secret})
        self.client.redactor.learn(str(answer["key"]))
        return str(answer["key"])

    def subscribe(self, tenant: str, url: str, events: Sequence[str], secret: str = "") -> str:
        """Have these events of a tenant sent to a URL; what signs them is the answer.

        Without a secret the target makes one (`POST webhooks/subscriptions`).
        """
        body = {"api": self.api, "tenant": tenant, "url": url, "events": list(events)}
        if secret:
            self.client.redactor.learn(secret)
            body["secret"] = secret
        secret = str(self._ask("POST", "webhooks/subscriptions", body)["secret"])
        self.client.redactor.learn(secret)
        return secret

    def unsubscribe(self, tenant: str) -> None:
        """End every subscription of a tenant (`POST webhooks/unsubscribe`)."""
        self._ask("POST", "webhooks/unsubscribe", {"api": self.api, "tenant": tenant})

    def allow_private_targets(self, *, allowed: bool) -> None:
        """Whether webhooks may be sent into private networks (`POST webhooks/targets`)."""
        self._ask("POST", "webhooks/targets", {"allow_private": allowed})

    def seed(self, tenant: str, rows: int) -> None:
        """Make a tenant with so many rows a collection (`POST seed`)."""
        self._ask("POST", "seed", {"api": self.api, "tenants": [tenant], "rows": rows})

    def reset(self, seed: int) -> None:
        """Make everything as freshly started, with the data of a seed (`POST reset`)."""
        self._ask("POST", "reset", {"seed": seed})

    def keeps(self, collection: str) -> bool:
        """Whether the control plane inserts and updates the rows of a collection."""
        apis = self.capabilities().get("apis", {})
        known = apis.get(self.api, {}).get("collections") if isinstance(apis, dict) else None
        return known is None or collection in known

    def attributes(self) -> Mapping[str, Any]:
        """What keys can be minted with: the values of each attribute, the default one first."""
        apis = self.capabilities().get("apis", {})
        found = apis.get(self.api, {}).get("keys") if isinstance(apis, dict) else None
        return found if isinstance(found, dict) else {}

    def insert(
        self, tenant: str, collection: str, count: int, values: Mapping[str, str] | None = None
    ) -> tuple[str, ...]:
        """Insert rows with these values, and return their ids (`POST rows`)."""
        body = {"api": self.api, "tenant": tenant, "collection": collection, "insert": count}
        body |= {"values": dict(values)} if values else {}
        return tuple(str(id_) for id_ in self._ask("POST", "rows", body)["ids"])

    def update(
        self, tenant: str, collection: str, id_: str, values: Mapping[str, str] | None = None
    ) -> None:
        """Update one row, to these values if any, as a user of the product would (`POST rows`)."""
        body = {"api": self.api, "tenant": tenant, "collection": collection, "update": [id_]}
        self._ask("POST", "rows", body | ({"values": dict(values)} if values else {}))

    def now(self) -> datetime:
        """The target's time."""
        return datetime.fromisoformat(self._ask("GET", "clock")["now"])

    def advance(self, seconds: float) -> None:
        """Move the target's time on."""
        self._ask("POST", "clock", {"advance": seconds})

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop the target's time for as long as the block runs."""
        before = bool(self._ask("GET", "clock").get("frozen"))
        self._ask("POST", "clock", {"frozen": True})
        try:
            yield
        finally:
            self._ask("POST", "clock", {"frozen": before})

    def stored(self) -> bytes:
        """The target's database as it is stored (`GET database`)."""
        request = Request("GET", f"{self.url}/database", self.headers)
        return self.client.send(request, most=MOST_STORED).answer.body

    def register(
        self,
        tenant: str,
        redirect_uris: Sequence[str],
        scopes: Sequence[str],
        *,
        name: str = "Conformance",
        confidential: bool = False,
    ) -> tuple[str, str]:
        """A new OAuth client's id, and its secret; empty for a public one (`POST oauth/clients`).

        Where users may be sent back to, and the scopes that it may ask for, are its own.
        """
        body = {"api": self.api, "tenant": tenant, "name": name, "confidential": confidential}
        body |= {"redirect_uris": list(redirect_uris), "scopes": list(scopes)}
        answer = self._ask("POST", "oauth/clients", body)
        secret = str(answer.get("client_secret", ""))
        self.client.redactor.learn(secret)
        return str(answer["client_id"]), secret

    def decide(self, tenant: str, url: str, *, deny: bool = False) -> Exchange:
        """What comes of a user's decision on an authorization request (`POST oauth/approve`).

        200 with `redirect_to`, or 400 where the browser goes nowhere. Raises Untestable for
        anything else.
        """
        body = {"api": self.api, "tenant": tenant, "url": url, "deny": deny}
        exchange = self._send("POST", "oauth/approve", body)
        if exchange.status not in {200, 400}:
            raise Untestable(f"The control plane answered oauth/approve with {exchange.status}.")
        return exchange

    def verify_identity(self, tenant: str, *, enabled: bool) -> str:
        """Have identities of an organization verified, or not; what signs them is the answer.

        (`POST identity`.)
        """
        answer = self._ask("POST", "identity", {"org": tenant, "enabled": enabled})
        secret = str(answer["secret"])
        self.client.redactor.learn(secret)
        return secret

    def set_agent(
        self, tenant: str, *, active: bool = True, pause: float = 0.0, fails_after: int = -1
    ) -> None:
        """Whether an organization's agent is active, slow, or fails (`POST agents`).

        `pause` is in seconds, before each piece but the first; `fails_after` counts pieces.
        """
        body = {"org": tenant, "active": active, "pause": pause, "fails_after": fails_after}
        self._ask("POST", "agents", body)

    def replies(self) -> Sequence[Mapping[str, Any]]:
        """The latest replies, the oldest first: `pieces` so far, `outcome` (`GET replies`)."""
        found = self._ask("GET", "replies").get("replies")
        return found if isinstance(found, list) else []

    def told(self) -> str:
        """Everything that the control plane can be asked to tell, as one text."""
        texts = []
        for call in ("capabilities", "requests", "deliveries", "metrics"):
            request = Request("GET", f"{self.url}/{call}", self.headers)
            texts.append(self.client.send(request).answer.body.decode("utf-8", "replace"))
        return "\n".join(texts)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What every call carries."""
        return (("Authorization", f"Bearer {self.token}"), ("Content-Type", "application/json"))

    def _ask(self, method: str, call: str, body: Mapping[str, Any] | None = None) -> Any:
        exchange = self._send(method, call, body)
        if exchange.status >= 300:
            said = exchange.answer.body.decode("utf-8", "replace")[:200]
            raise Untestable(f"The control plane answered {call} with {exchange.status}: {said}")
        if not isinstance(exchange.json, dict):
            raise Untestable(f"The control plane answered {call} with what is no JSON object.")
        return _Told(exchange.json)

    def _send(self, method: str, call: str, body: Mapping[str, Any] | None = None) -> Exchange:
        content = json.dumps(body).encode() if body is not None else b""
        request = Request(method, f"{self.url}/{call}", self.headers, content)
        try:
            return self.client.send(request)
        except Violation as violation:
            raise Untestable(f"The control plane: {violation.message}") from violation
