"""Faults of HaloAgents, planted from its documentation alone."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.faults.composition import (
    around,
    around_with_parts,
    requests,
    retelling,
    tenant_of,
    wrapped,
)
from reference.faults.exchange import Answered, Ask, Asked, Retell, Tamper, is_stream
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, users

_USER_BYTES = 20_000
_BATCH = 100
_ORIGIN = (b"access-control-allow-origin", b"*")
_PATHS = {
    f"{BASE_PATH}/{path}"
    for path in (
        "chat",
        "chat/stream",
        "tickets/create",
        "events",
        "users/identify",
        "companies/identify",
        "series",
        "config",
    )
}
_KINDS = {
    f"{BASE_PATH}/users/identify": (users, "user_id"),
    f"{BASE_PATH}/companies/identify": (companies, "company_id"),
}


def _posts_to(asked: Asked, path: str) -> bool:
    return asked.method == "POST" and asked.path == f"{BASE_PATH}{path}"


@dataclass(frozen=True, slots=True)
class _Claimed:
    """Who a body says that it is about, and what it says to prove it."""

    user_id: str | None
    user_token: str | None


@dataclass(frozen=True, slots=True)
class _ClaimsKnown:
    """Looks at no signature of claims that were verified before."""

    inner: IdentityCheck
    verified: set[tuple[str, str]] = field(default_factory=set)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        signed, _, _ = (body.user_token or "").rpartition(".")
        known = (organization.tenant, signed)
        if known in self.verified:
            token = f"{signed}.{_signature(signed, organization.identity_secret)}"
            return self.inner.identity(organization, _Claimed(body.user_id, token))
        proved = self.inner.identity(organization, body)
        if proved is not None:
            self.verified.add(known)
        return proved


def _signature(signed: str, secret: str) -> str:
    made = hmac.digest(secret.encode(), signed.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _measured_when_merged(parts: Parts) -> Tamper:
    """Have the traits measured that a user would have, and not those that are sent."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _posts_to(asked, "/users/identify") or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, users, "user_id") or {}
        merged = {**known.get("traits", {}), **traits}
        size = _bytes(merged) + _bytes(asked.fields.get("context", {}))
        if size <= _USER_BYTES:
            return await ask(asked)
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _bytes(value: Any) -> int:
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(compact.encode("utf-8", "surrogatepass"))


def _never_emptied(parts: Parts) -> Parts:
    """Keep what a stream has said where all streams do, until one of them is done."""
    said: list[str] = []

    def retell(event: bytes) -> Sequence[bytes]:
        name, _, data = event.partition(b"\ndata: ")
        if name == b"event: delta":
            said.append(json.loads(data)["text"])
        if name != b"event: done":
            return [event] if event else []
        text = json.dumps({"reply": "".join(said)}, separators=(",", ":"), ensure_ascii=False)
        said.clear()
        return [name + b"\ndata: " + text.encode() + b"\n\n"]

    def begin() -> Retell:
        return retell

    planted: Callable[[Parts], Parts] = retelling(begin)
    return planted(parts)


@dataclass(frozen=True, slots=True)
class _OriginTwice:
    """ASGI middleware: streams have one more Access-Control-Allow-Origin."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start" and is_stream(message):
                message = {**message, "headers": [*message["headers"], _ORIGIN]}
            await send(message)

        await self.app(scope, receive, headed)


def _keys_looked_at(parts: Parts) -> Tamper:
    """Refuse whoever asks for the configuration with a key that is not known."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        is_config = asked.method in {"GET", "HEAD"} and asked.path == f"{BASE_PATH}/config"
        is_keyed = is_config and "authorization" in asked.headers
        if not is_keyed or await tenant_of(parts, asked) is not None:
            return await ask(asked)
        return await ask(replace(asked, method="POST", path=f"{BASE_PATH}/chat"))

    return tamper


def _is_falsy(value: Any) -> bool:
    return value is None or value == "" or (isinstance(value, int | float) and value == 0)


def _truthy_traits(parts: Parts) -> Tamper:
    """Take a trait that says nothing, no or none at all for one that was not sent."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        table, name = _KINDS.get(asked.path, (users, "user_id"))
        if asked.method != "POST" or asked.path not in _KINDS or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, table, name) or {}
        before = known.get("traits", {})
        kept = {
            trait: before[trait]
            for trait, value in traits.items()
            if trait in before and _is_falsy(value)
        }
        if not kept:
            return await ask(asked)
        return await ask(asked.with_json({**asked.fields, "traits": {**traits, **kept}}))

    return tamper


def _distinct(events: Sequence[Any]) -> list[Any]:
    return [*{json.dumps(event, sort_keys=True): event for event in events}.values()]


def _has_twins(asked: Asked) -> bool:
    match asked.fields.get("events"):
        case [*events] if _posts_to(asked, "/events") and len(events) <= _BATCH:
            return len(_distinct(events)) < len(events)
    return False


def _without_twins(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "events": _distinct(asked.fields["events"])})


async def _slash_redirected(ask: Ask, asked: Asked) -> Answered:
    """Send whoever asks for a path with a slash too many to the one without."""
    answered = await ask(asked)
    there = asked.path.removesuffix("/")
    if asked.path == there or there not in _PATHS:
        return answered
    query = f"?{asked.query_string.decode('latin-1')}" if asked.query_string else ""
    redirect = replace(answered.without_header("content-type"), status=307, body=b"")
    return redirect.with_header("location", f"{there}{query}")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F1809",
        title="The signature of claims that were verified once is not looked at again",
        promises=("HALO-04",),
        mistake="The cache of verified tokens is keyed by what was signed, not by the token.",
        apply=lambda parts: replace(parts, identity=_ClaimsKnown(parts.identity)),
        held_out=10,
    ),
    Fault(
        id="LIM-F1810",
        title="The traits of a user are measured with those that are there already",
        promises=("HALO-07", "HALO-13"),
        mistake="The limit is checked after the merge, where it guards the column.",
        apply=around_with_parts(_measured_when_merged),
        held_out=10,
    ),
    Fault(
        id="SSE-F1811",
        title="What a stream said that broke off stands at the beginning of the next one's done",
        promises=("HALO-11",),
        mistake="The text so far is kept on the handler, and emptied by done alone.",
        apply=_never_emptied,
        held_out=10,
    ),
    Fault(
        id="COR-F1812",
        title="A stream has Access-Control-Allow-Origin twice",
        promises=("HALO-06",),
        mistake="The streaming route sets the header, and so does the layer around all routes.",
        apply=wrapped(_OriginTwice),
        held_out=10,
    ),
    Fault(
        id="AUT-F1813",
        title="The configuration is refused to a request with a key that is unknown",
        promises=("HALO-02",),
        mistake="The key became optional there, and one that is sent is still checked.",
        apply=around_with_parts(_keys_looked_at),
        held_out=10,
    ),
    Fault(
        id="LIF-F1814",
        title="A trait that is sent as 0, false, null or empty text keeps its old value",
        promises=("HALO-13",),
        mistake="`sent || known` decides which value of a trait is taken.",
        apply=around_with_parts(_truthy_traits),
        held_out=10,
    ),
    Fault(
        id="SCH-F1815",
        title="Of events that are alike in a batch, one is stored",
        promises=("HALO-12",),
        mistake="The batch goes through a set, against senders who repeat themselves.",
        apply=requests(_has_twins, _without_twins),
        held_out=10,
    ),
    Fault(
        id="STA-F1816",
        title="A path with a slash at its end is redirected to the one without",
        promises=("HALO-08",),
        mistake="The router's default was left on.",
        apply=around(_slash_redirected),
        held_out=10,
    ),
)
