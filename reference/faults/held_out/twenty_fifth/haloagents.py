"""Faults of HaloAgents, planted from its documentation alone."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, select
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generated.haloagents.server import errors
from reference.faults.composition import (
    around_with_parts,
    requests,
    retelling,
    tenant_of,
    wrapped,
)
from reference.faults.exchange import Answered, Ask, Asked, Retell, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import (
    Identified,
    Identity,
    InvalidTokenError,
    is_anonymous,
    read_token,
)
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, enrollments, fingerprint, users

_USERS, _COMPANIES = f"{BASE_PATH}/users/identify", f"{BASE_PATH}/companies/identify"
_LARGEST = {_USERS: 20_000, _COMPANIES: 50_000}
"""Bytes of traits and context."""
_NAMES = {_USERS: (users, "user_id"), _COMPANIES: (companies, "company_id")}
_BATCH = 100


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_EVENTS, _ON_SERIES, _ON_CONFIG = _is("/events"), _is("/series"), _is("/config")


@dataclass(frozen=True, slots=True)
class _SubFirst:
    """Has a token name its user in `sub`, and in `user_id` where that is absent."""

    parts: Parts

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        named = self._named_otherwise(organization, body)
        if named is None:
            return self.parts.identity.identity(organization, body)
        if named.user_id != body.user_id:
            raise errors.Forbidden("The user_token is invalid, expired, or for another user.")
        return named

    def _named_otherwise(self, organization: Organization, body: Identified) -> Identity | None:
        token = body.user_token
        if not organization.verifies_identity or is_anonymous(body.user_id) or token is None:
            return None
        now = self.parts.platform.clock.microseconds()
        try:
            named = read_token(token, organization.identity_secret, now)
        except InvalidTokenError:
            return None
        subject = _claims(token).get("sub")
        return replace(named, user_id=subject) if subject else None


def _claims(token: str) -> Mapping[str, Any]:
    payload = token.split(".")[1]
    claims: Mapping[str, Any] = json.loads(
        base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    )
    return claims


def _says_nothing(value: object) -> bool:
    """Whether JavaScript takes a value for false."""
    return value is None or value == "" or (isinstance(value, int | float) and not value)


def _kept_where_false(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if asked.path not in _NAMES or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, *_NAMES[asked.path]) or {}
        before = known.get("traits", {})
        kept = {name: before[name] for name in before if _says_nothing(traits.get(name, True))}
        if not kept:
            return await ask(asked)
        return await ask(asked.with_json({**asked.fields, "traits": {**traits, **kept}}))

    return tamper


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _is_large_in_all(asked: Asked) -> bool:
    """Whether traits and context are too large together, and neither is alone."""
    largest = _LARGEST.get(asked.path)
    payloads = [asked.fields.get(name) for name in ("traits", "context")]
    if largest is None or not all(isinstance(payload, dict) for payload in payloads):
        return False
    sizes = [_size(payload) for payload in payloads]
    return max(sizes) <= largest < sum(sizes)


def _measured_apart(_parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if not _is_large_in_all(asked):
            return await ask(asked)
        fields = asked.fields
        answered = await ask(asked.with_json(_without(fields, "context")))
        if answered.status != 200:
            return answered
        return await ask(asked.with_json(_without(fields, "traits")))

    return tamper


def _without(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return {known: value for known, value in fields.items() if known != name}


def _each_once(events: Sequence[Any]) -> Sequence[Any]:
    return [*{json.dumps(event, sort_keys=True): event for event in events}.values()]


def _has_twins(asked: Asked) -> bool:
    events = asked.fields.get("events")
    is_batch = _ON_EVENTS(asked) and isinstance(events, list) and len(events) <= _BATCH
    return is_batch and len(_each_once(events or [])) < len(events or [])


def _without_twins(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "events": _each_once(asked.fields["events"])})


def _done_in_the_end() -> Retell:
    """Say `done` with what was said, also after an error."""
    said = ""

    def retell(event: bytes) -> Sequence[bytes]:
        nonlocal said
        name, _, rest = event.decode().partition("\n")
        if name == "event: delta":
            said += json.loads(rest.removeprefix("data: "))["text"]
        if name == "event: error":
            done = f"event: done\ndata: {json.dumps({'reply': said})}\n\n"
            return (event, done.encode())
        return (event,) if event else ()

    return retell


@dataclass(frozen=True, slots=True)
class _Reflecting:
    """ASGI middleware: answers allow the origin that asks, where one does."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        origin = dict(scope["headers"]).get(b"origin")

        async def reflected(message: Message) -> None:
            if message["type"] == "http.response.start" and origin is not None:
                headers = MutableHeaders(raw=[*message["headers"]])
                headers["access-control-allow-origin"] = origin.decode("latin-1")
                headers.add_vary_header("Origin")
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, reflected)


def _removed_for_good(parts: Parts) -> Tamper:
    """Keep who was removed from a series as removed from it."""
    removed: set[tuple[str, str, str]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        place = await _place(parts, asked)
        was_enrolled = place is not None and await _is_enrolled(parts, *place)
        answered = await ask(asked)
        if place is None or answered.status != 200:
            return answered
        if asked.fields.get("action") == "remove":
            removed.update({place} if was_enrolled else ())
            return answered
        if place not in removed:
            return answered
        return await ask(asked.with_json({**asked.fields, "action": "remove"}))

    return tamper


async def _place(parts: Parts, asked: Asked) -> tuple[str, str, str] | None:
    """Return the organization, the series and the user that a request is about."""
    tenant = await tenant_of(parts, asked) if _ON_SERIES(asked) else None
    match asked.fields:
        case {"series_id": str(series), "user_id": str(user)} if tenant is not None:
            return tenant, series, user
    return None


async def _is_enrolled(parts: Parts, tenant: str, series: str, user: str) -> bool:
    columns = enrollments.c
    is_it = and_(
        columns.tenant == tenant,
        columns.series == fingerprint(series),
        columns.user == fingerprint(user),
    )
    found = await parts.platform.database.read(
        lambda connection: connection.scalar(select(columns.seq).where(is_it))
    )
    return found is not None


def _keys_checked_everywhere(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        has_key = _ON_CONFIG(asked) and asked.method in {"GET", "HEAD"} and asked.token
        if has_key and await tenant_of(parts, asked) is None:
            return await ask(replace(asked, method="POST", path=f"{BASE_PATH}/chat"))
        return await ask(asked)

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F4709",
        title="A token that has both sub and user_id speaks for the user of its sub",
        promises=("HALO-03", "HALO-04"),
        mistake="The standard claim is looked for first.",
        apply=lambda parts: replace(parts, identity=_SubFirst(parts)),
        held_out=25,
    ),
    Fault(
        id="STA-F4710",
        title="A trait that has a value is not replaced by 0, false, null or an empty text",
        promises=("HALO-13",),
        mistake="`sent || known`, where a value may be one that counts as false.",
        apply=around_with_parts(_kept_where_false),
        held_out=25,
    ),
    Fault(
        id="LIM-F4711",
        title="Traits and context may be as large as the limit each, and twice that together",
        promises=("HALO-07",),
        mistake="The limit was put on each of the two fields.",
        apply=around_with_parts(_measured_apart),
        held_out=25,
    ),
    Fault(
        id="STA-F4712",
        title="Of two events of a batch that say the same one is stored",
        promises=("HALO-12", "HALO-13"),
        mistake="A hash of the event is its key, and what is there already is skipped.",
        apply=requests(_has_twins, _without_twins),
        held_out=25,
    ),
    Fault(
        id="SSE-F4713",
        title="A stream that broke off says done after its error",
        promises=("HALO-11",),
        mistake="The end of the reply is sent in a `finally`.",
        apply=retelling(_done_in_the_end),
        held_out=25,
    ),
    Fault(
        id="COR-F4714",
        title="The origin that asks is allowed in place of any",
        promises=("HALO-06",),
        mistake="The middleware's `origin: true`, which reflects what it is asked by.",
        apply=wrapped(_Reflecting),
        held_out=25,
    ),
    Fault(
        id="LIF-F4715",
        title="A user who was removed from a series cannot be enrolled again",
        promises=("HALO-12",),
        mistake="Removing marks the row, and enrolling leaves a row that is there as it is.",
        apply=around_with_parts(_removed_for_good),
        held_out=25,
    ),
    Fault(
        id="AUT-F4716",
        title="The configuration is refused to who sends a key that is not valid",
        promises=("HALO-02",),
        mistake="The check of keys is optional there, and checks each that is sent.",
        apply=around_with_parts(_keys_checked_everywhere),
        held_out=25,
    ),
)
