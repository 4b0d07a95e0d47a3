"""Faults of HaloAgents, planted from its documentation alone."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, insert

from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import (
    Identified,
    Identity,
    IdentityCheck,
    InvalidTokenError,
    read_token,
)
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, fingerprint, series, users

_CUSTOM_FIELDS = 10_000
_METADATA = 10_000
_HISTORY = 50
_CACHED_FOR = 60_000_000
"""Microseconds."""


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_CHAT, _ON_STREAM, _ON_EVENTS = _is("/chat"), _is("/chat/stream"), _is("/events")
_ON_SERIES, _ON_TICKETS = _is("/series"), _is("/tickets/create")
_ON_CONFIG, _ON_USERS, _ON_COMPANIES = (
    _is("/config"),
    _is("/users/identify"),
    _is("/companies/identify"),
)


def _identity(check: Callable[[Parts], IdentityCheck]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, identity=check(parts))


@dataclass(frozen=True, slots=True)
class _FreeToLeave:
    """Asks nobody for a proof who is to be removed from something."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        if getattr(body, "action", None) == "remove":
            return None
        return self.inner.identity(organization, body)


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Lets a token speak for each user whose id its own begins with."""

    parts: Parts

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        named = self._named(organization, body.user_token or "")
        if named is not None and body.user_id and named.user_id.startswith(body.user_id):
            return replace(named, user_id=body.user_id)
        return self.parts.identity.identity(organization, body)

    def _named(self, organization: Organization, token: str) -> Identity | None:
        if not organization.verifies_identity:
            return None
        now = self.parts.platform.clock.microseconds()
        try:
            return read_token(token, organization.identity_secret, now)
        except InvalidTokenError:
            return None


@dataclass(frozen=True, slots=True)
class _RoleOfTheBody:
    """Believes a token about a role only where the body says nothing of it."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        proved = self.inner.identity(organization, body)
        says_so = getattr(body, "role", None) is not None
        return replace(proved, role=None) if proved is not None and says_so else proved


def _said(message: Any) -> bool:
    return (
        isinstance(message, dict)
        and message.get("role") in {"user", "assistant"}
        and isinstance(message.get("content"), str)
    )


def _has_history(asked: Asked) -> bool:
    history = asked.fields.get("history")
    is_fine = isinstance(history, list) and len(history) <= _HISTORY and all(map(_said, history))
    return is_fine and _ON_STREAM(asked)


def _forgetful(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "history": []})


def _wrong_method(_asked: Asked, answered: Answered) -> bool:
    return answered.status == 405


def _spaced_too_long(asked: Asked, answered: Answered) -> bool:
    fields = json.dumps(asked.fields.get("custom_fields", {}), ensure_ascii=False)
    return _ON_CHAT(asked) and answered.status == 200 and len(fields) > _CUSTOM_FIELDS


def _too_long(answered: Answered) -> Answered:
    error = {"error": f"The custom_fields are longer than {_CUSTOM_FIELDS} characters."}
    return answered.with_status(400).with_json(error)


def _is_large(event: Any) -> bool:
    compact = json.dumps(event.get("metadata"), ensure_ascii=False, separators=(",", ":"))
    return len(compact.encode()) > _METADATA


def _batch(asked: Asked) -> Sequence[Any]:
    match asked.fields.get("events"):
        case [*events] if _ON_EVENTS(asked) and all(isinstance(event, dict) for event in events):
            return events
    return []


def _large_after_the_first(asked: Asked) -> bool:
    return any(map(_is_large, _batch(asked)[1:]))


def _without_large(asked: Asked) -> Asked:
    first, *others = _batch(asked)
    kept = [{**event, "metadata": {}} if _is_large(event) else event for event in others]
    return asked.with_json({**asked.fields, "events": [first, *kept]})


def _deep(before: Any, after: Any) -> Any:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return after
    return {**before, **{name: _deep(before.get(name), value) for name, value in after.items()}}


def _merged_deeply(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_COMPANIES(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, companies, "company_id") or {}
        before = known.get("traits", {})
        merged = {name: _deep(before.get(name), value) for name, value in traits.items()}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _series_made(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant, name = await tenant_of(parts, asked), asked.fields.get("series_id")
        enrolls = _ON_SERIES(asked) and asked.fields.get("action") == "enroll"
        if answered.status != 404 or not enrolls or tenant is None or not isinstance(name, str):
            return answered
        if await known_data(parts, asked, users, "user_id") is None:
            return answered
        row = {"tenant": tenant, "fingerprint": fingerprint(name), "data": {"series_id": name}}

        def make(connection: Connection) -> None:
            connection.execute(insert(series).values(row))

        await parts.platform.database.write(make)
        return await ask(asked)

    return tamper


def _in_lower_case(asked: Asked) -> bool:
    return _ON_TICKETS(asked) and asked.headers.get("authorization", "").startswith("bearer ")


def _unread(asked: Asked) -> Asked:
    return asked.with_header("authorization", "Unknown")


def _configured(parts: Parts) -> Tamper:
    """Answer what was answered less than a minute ago."""
    kept: dict[bytes, tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        now = parts.platform.clock.microseconds()
        since, known = kept.get(asked.query_string, (0, None))
        if _ON_CONFIG(asked) and known is not None and now - since < _CACHED_FOR:
            return known
        answered = await ask(asked)
        if _ON_CONFIG(asked) and answered.status == 200:
            kept[asked.query_string] = now, answered
        return answered

    return tamper


def _created(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        known = await known_data(parts, asked, users, "user_id") if _ON_USERS(asked) else {}
        answered = await ask(asked)
        return answered.with_status(201) if known is None and answered.status == 200 else answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="IDN-F821",
        title="To remove a user from a series takes no token",
        promises=("HALO-04",),
        mistake="Removing was thought to do no harm.",
        apply=_identity(lambda parts: _FreeToLeave(parts.identity)),
        held_out=1,
    ),
    Fault(
        id="IDN-F822",
        title="A token is good for each user whose id its own begins with",
        promises=("HALO-04",),
        mistake="startsWith where equality was meant.",
        apply=_identity(_Beginning),
        held_out=1,
    ),
    Fault(
        id="IDN-F823",
        title="The body's role is believed before the token's",
        promises=("HALO-05",),
        mistake="Two fields are overridden; the third was added later.",
        apply=_identity(lambda parts: _RoleOfTheBody(parts.identity)),
        held_out=1,
    ),
    Fault(
        id="STR-F824",
        title="The streaming agent is not given the history",
        promises=("HALO-11",),
        mistake="The question is put together twice, the second time without it.",
        apply=requests(_has_history, _forgetful),
        held_out=1,
    ),
    Fault(
        id="HDR-F825",
        title="A 405 has no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="The router answers before the layer that adds the header.",
        apply=answers(
            _wrong_method, lambda answered: answered.without_header("access-control-allow-origin")
        ),
        held_out=1,
    ),
    Fault(
        id="LIM-F826",
        title="The chat measures custom_fields with the spaces that were never sent",
        promises=("HALO-07",),
        mistake="The JSON is written with the default separators to be measured.",
        apply=answers(_spaced_too_long, _too_long),
        held_out=1,
    ),
    Fault(
        id="LIM-F827",
        title="Metadata that is too large is dropped, but for the first event's",
        promises=("HALO-07", "HALO-13"),
        mistake="The batch is validated by its first event, and the others are tidied up.",
        apply=requests(_large_after_the_first, _without_large),
        held_out=1,
    ),
    Fault(
        id="STA-F828",
        title="Traits of companies are merged below the top level, too",
        promises=("HALO-13",),
        mistake="A library's deep merge.",
        apply=around_with_parts(_merged_deeply),
        held_out=1,
    ),
    Fault(
        id="STA-F829",
        title="To enroll a user in a series that there is not makes it",
        promises=("HALO-09",),
        mistake="The series is saved with the enrollment, there or not.",
        apply=around_with_parts(_series_made),
        held_out=1,
    ),
    Fault(
        id="AUT-F830",
        title="On tickets, the word bearer in lower case is refused",
        promises=("HALO-01",),
        mistake="One route splits the header itself.",
        apply=requests(_in_lower_case, _unread),
        held_out=1,
    ),
    Fault(
        id="LIF-F831",
        title="An agent that was switched off is configured for up to a minute more",
        promises=("HALO-09", "HALO-12"),
        mistake="The configuration is cached, and nobody tells the cache.",
        apply=around_with_parts(_configured),
        held_out=1,
    ),
    Fault(
        id="ENV-F832",
        title="To identify a user who is new answers 201",
        promises=("HALO-08",),
        mistake="Creating answers 201 everywhere else.",
        apply=around_with_parts(_created),
        held_out=1,
    ),
)
