"""Faults of HaloAgents, planted from its documentation alone."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select

from generated.haloagents.server import errors
from reference.clock import Clock
from reference.faults.composition import around, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import (
    Identified,
    Identity,
    IdentityCheck,
    InvalidTokenError,
    is_anonymous,
    read_token,
)
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, enrollments, fingerprint, series, users

_COMPANY = 50_000
_MESSAGE = 10_000
_CACHED_FOR = 600_000_000
"""Microseconds."""


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_STREAM, _ON_CONFIG, _ON_SERIES = _is("/chat/stream"), _is("/config"), _is("/series")
_ON_USERS, _ON_COMPANIES = _is("/users/identify"), _is("/companies/identify")


@dataclass(frozen=True, slots=True)
class _EmptyIsAbsent:
    """Reads the `sub` of a token whose `user_id` is empty."""

    inner: IdentityCheck
    clock: Clock

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        try:
            return self.inner.identity(organization, body)
        except errors.Forbidden:
            named = self._named_by_sub(organization, body.user_token or "")
            if named is None or named.user_id != body.user_id:
                raise
            return named

    def _named_by_sub(self, organization: Organization, token: str) -> Identity | None:
        try:
            named = read_token(token, organization.identity_secret, self.clock.microseconds())
        except InvalidTokenError:
            return None
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return None if named.user_id else replace(named, user_id=claims.get("sub", ""))


@dataclass(frozen=True, slots=True)
class _Verified:
    """Remembers for a while which tokens it found to be good."""

    inner: IdentityCheck
    clock: Clock
    known: dict[tuple[str, str], tuple[int, Identity]] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        if not organization.verifies_identity or is_anonymous(body.user_id):
            return self.inner.identity(organization, body)
        now, key = self.clock.microseconds(), (organization.tenant, body.user_token or "")
        since, named = self.known.get(key, (0, None))
        is_fresh = 0 <= now - since < _CACHED_FOR
        if named is not None and is_fresh and named.user_id == body.user_id:
            return named
        proved = self.inner.identity(organization, body)
        if proved is not None:
            self.known[key] = now, proved
        return proved


def _key_of_config(parts: Parts) -> Tamper:
    """Refuse a key that is unknown where none is asked for."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        has_key = _ON_CONFIG(asked) and asked.method == "GET" and "authorization" in asked.headers
        if not has_key or await tenant_of(parts, asked) is not None:
            return await ask(asked)
        elsewhere = replace(asked, method="POST", path=f"{BASE_PATH}/events", query_string=b"")
        return await ask(elsewhere)

    return tamper


def _is_spaced(asked: Asked) -> bool:
    message = asked.fields.get("message")
    if not _ON_STREAM(asked) or not isinstance(message, str) or len(message) > _MESSAGE:
        return False
    return message.strip() not in {"", message}


def _trimmed(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "message": asked.fields["message"].strip()})


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _measured_merged(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_COMPANIES(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, companies, "company_id") or {}
        merged = {**known.get("traits", {}), **traits}
        context = _size(asked.fields["context"]) if "context" in asked.fields else 0
        if not known or _size(merged) + context <= _COMPANY:
            return await ask(asked)
        refused = await ask(asked.with_json({}))
        sentence = f"The fields traits and context are larger than {_COMPANY} bytes."
        return refused.with_json({"error": sentence})

    return tamper


def _truthy_traits(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_USERS(asked) or not isinstance(traits, dict):
            return await ask(asked)
        if await known_data(parts, asked, users, "user_id") is None:
            return await ask(asked)
        kept = {name: value for name, value in traits.items() if value}
        return await ask(asked.with_json({**asked.fields, "traits": kept}))

    return tamper


def _users_of_anybody(parts: Parts) -> Tamper:
    """Enroll, or remove, also who was identified by another organization alone."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant, user = await tenant_of(parts, asked), asked.fields.get("user_id")
        if not _ON_SERIES(asked) or answered.status != 404 or tenant is None:
            return answered
        place = {"series_id": asked.fields["series_id"], "user_id": user}
        names = {"series": fingerprint(place["series_id"]), "user": fingerprint(str(user))}
        enrolled = asked.fields["action"] == "enroll"
        is_series = and_(series.c.tenant == tenant, series.c.fingerprint == names["series"])
        is_user = users.c.fingerprint == names["user"]
        columns = enrollments.c
        is_it = and_(
            columns.tenant == tenant,
            columns.series == names["series"],
            columns.user == names["user"],
        )

        def enroll(connection: Connection) -> bool:
            found = (
                connection.scalar(select(series.c.seq).where(is_series)),
                connection.scalar(select(users.c.seq).where(is_user).limit(1)),
            )
            if None in found:
                return False
            connection.execute(delete(enrollments).where(is_it))
            if enrolled:
                connection.execute(insert(enrollments).values(tenant=tenant, data=place, **names))
            return True

        if not await parts.platform.database.write(enroll):
            return answered
        return answered.with_status(200).with_json({**place, "enrolled": enrolled})

    return tamper


async def _credentialed(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if not {"cookie", "origin"} <= asked.headers.keys():
        return answered
    origin = answered.with_header("access-control-allow-origin", asked.headers["origin"])
    return origin.with_header("access-control-allow-credentials", "true")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F4209",
        title="A token whose user_id is empty speaks for its sub",
        promises=("HALO-03", "HALO-04"),
        mistake="claims.user_id || claims.sub.",
        apply=lambda parts: replace(
            parts, identity=_EmptyIsAbsent(parts.identity, parts.platform.clock)
        ),
        held_out=21,
    ),
    Fault(
        id="JWT-F4210",
        title="A token that was good once is good for ten minutes, also after its exp",
        promises=("HALO-04",),
        mistake="Verified tokens are cached without a look at when they expire.",
        apply=lambda parts: replace(
            parts, identity=_Verified(parts.identity, parts.platform.clock)
        ),
        held_out=21,
    ),
    Fault(
        id="AUT-F4211",
        title="GET /config with a key that is unknown is 401",
        promises=("HALO-02",),
        mistake="Authentication is optional there, and a key that is sent is checked all the same.",
        apply=around_with_parts(_key_of_config),
        held_out=21,
    ),
    Fault(
        id="SSE-F4212",
        title="The streaming agent is given the message without the spaces around it",
        promises=("HALO-11",),
        mistake="One of two handlers trims what it is sent.",
        apply=requests(_is_spaced, _trimmed),
        held_out=21,
    ),
    Fault(
        id="LIM-F4213",
        title="The traits of a company are measured together with those that it has",
        promises=("HALO-07", "HALO-13"),
        mistake="The limit is checked after the merge.",
        apply=around_with_parts(_measured_merged),
        held_out=21,
    ),
    Fault(
        id="LIF-F4214",
        title="Updating a user ignores the traits that are 0, false, null or empty",
        promises=("HALO-13",),
        mistake="What was not sent is told by its truth.",
        apply=around_with_parts(_truthy_traits),
        held_out=21,
    ),
    Fault(
        id="TEN-F4215",
        title="A user whom another organization identified can be enrolled in a series",
        promises=("HALO-09",),
        mistake="The query for the user forgets the organization.",
        apply=around_with_parts(_users_of_anybody),
        held_out=21,
    ),
    Fault(
        id="COR-F4216",
        title="To a request with a cookie, Access-Control-Allow-Origin is its Origin",
        promises=("HALO-06",),
        mistake="The layer was set up for credentials, which forbid the asterisk.",
        apply=around(_credentialed),
        held_out=21,
    ),
)
