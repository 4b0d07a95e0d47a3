"""Faults of HaloAgents, planted from its documentation alone."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, select, update

from generated.haloagents.server import errors
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, InvalidTokenError, read_token
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import enrollments, fingerprint, series, users

_TRUSTED = ("email", "role", "plan")
_LONGEST_MESSAGE = 10_000


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_STREAM, _ON_SERIES = _is("/chat/stream"), _is("/series")
_ON_USERS, _ON_CONFIG = _is("/users/identify"), _is("/config")


@dataclass(frozen=True, slots=True)
class _EmptyIsAbsent:
    """Reads who a token names in `sub` where its `user_id` is there, but empty."""

    parts: Parts

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        try:
            return self.parts.identity.identity(organization, body)
        except errors.Forbidden:
            named = self._named_otherwise(organization, body.user_token or "")
            if named is None or named.user_id != body.user_id:
                raise
            return named

    def _named_otherwise(self, organization: Organization, token: str) -> Identity | None:
        now = self.parts.platform.clock.microseconds()
        try:
            named = read_token(token, organization.identity_secret, now)
        except InvalidTokenError:
            return None
        claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
        return None if named.user_id else replace(named, user_id=claims.get("sub", ""))


def _trusted_at_first(parts: Parts) -> Tamper:
    """Let a token override a body only where the user is new."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        on_users = _ON_USERS(asked)
        known = await known_data(parts, asked, users, "user_id") if on_users else None
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        said = {name: asked.fields[name] for name in _TRUSTED if asked.fields.get(name) is not None}
        if known is None or answered.status != 200 or tenant is None or not said:
            return answered
        user = {**answered.json["user"], **said}
        key = fingerprint(user["user_id"])
        is_it = and_(users.c.tenant == tenant, users.c.fingerprint == key)
        statement = update(users).where(is_it).values(data=user)
        await parts.platform.database.write(lambda connection: connection.execute(statement))
        return answered.with_json({"user": user})

    return tamper


def _is_spaced(asked: Asked) -> bool:
    message = asked.fields.get("message")
    if not _ON_STREAM(asked) or not isinstance(message, str):
        return False
    return len(message) <= _LONGEST_MESSAGE and message.strip() not in {"", message}


def _stripped(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "message": asked.fields["message"].strip()})


def _measured_merged(parts: Parts) -> Tamper:
    """Have what is known of a user measured with what is sent."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_USERS(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, users, "user_id") or {}
        merged = {**known.get("traits", {}), **traits}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


Place = tuple[str, str, str]
"""A tenant, a series and a user."""


async def _series_place(parts: Parts, asked: Asked) -> Place | None:
    """Return what a change of a series is about, None where it is no such change."""
    tenant = await tenant_of(parts, asked) if _ON_SERIES(asked) else None
    match asked.fields:
        case {"series_id": str(series_id), "user_id": str(user_id)} if tenant is not None:
            return tenant, series_id, user_id
    return None


def _columns(place: Place) -> dict[str, Any]:
    tenant, series_id, user_id = place
    return {"tenant": tenant, "series": fingerprint(series_id), "user": fingerprint(user_id)}


def _is_enrollment(place: Place) -> Any:
    return and_(*(enrollments.c[name] == value for name, value in _columns(place).items()))


def _gone_for_good(parts: Parts) -> Tamper:
    """Enroll nobody again who was removed."""
    gone: set[Place] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        place = await _series_place(parts, asked)
        if place is None:
            return await ask(asked)
        if asked.fields.get("action") == "enroll" and place in gone:
            return await ask(asked.with_json({**asked.fields, "action": "remove"}))
        present = select(enrollments.c.seq).where(_is_enrollment(place))
        before = await parts.platform.database.read(lambda connection: connection.scalar(present))
        answered = await ask(asked)
        removed = answered.status == 200 and asked.fields.get("action") == "remove"
        if removed and before is not None:
            gone.add(place)
        return answered

    return tamper


def _users_of_anybody(parts: Parts) -> Tamper:
    """Take for a user whom any organization has identified."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        place = await _series_place(parts, asked)
        if answered.status != 404 or place is None:
            return answered
        _, series_id, user_id = place
        if await known_data(parts, asked, series, "series_id") is None:
            return answered
        enrolled = asked.fields.get("action") == "enroll"
        membership = {"series_id": series_id, "user_id": user_id}
        anybody = select(users.c.seq).where(users.c.fingerprint == fingerprint(user_id)).limit(1)

        def change(connection: Connection) -> bool:
            if connection.scalar(anybody) is None:
                return False
            connection.execute(delete(enrollments).where(_is_enrollment(place)))
            if enrolled:
                row = {**_columns(place), "data": membership}
                connection.execute(insert(enrollments).values(row))
            return True

        if not await parts.platform.database.write(change):
            return answered
        return answered.with_status(200).with_json({**membership, "enrolled": enrolled})

    return tamper


def _of_opaque_origin(asked: Asked, _answered: Answered) -> bool:
    return asked.headers.get("origin") == "null"


def _key_checked_if_sent(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_keyed = _ON_CONFIG(asked) and asked.method == "GET" and "authorization" in asked.headers
        if not is_keyed or await tenant_of(parts, asked) is not None:
            return answered
        refused = answered.with_status(401).with_header("www-authenticate", "Bearer")
        return refused.with_json({"error": "This key is unknown, or was revoked."})

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F3409",
        title="A token whose user_id is empty is good for the user in its sub",
        promises=("HALO-03", "HALO-04"),
        mistake="The fallback is taken where user_id is falsy, not where it is absent.",
        apply=lambda parts: replace(parts, identity=_EmptyIsAbsent(parts)),
        held_out=17,
    ),
    Fault(
        id="JWT-F3410",
        title="Of a user who is known already, the body is believed before the token",
        promises=("HALO-05",),
        mistake="The claims are merged where a user is created, and updating is another branch.",
        apply=around_with_parts(_trusted_at_first),
        held_out=17,
    ),
    Fault(
        id="SSE-F3411",
        title="The streaming agent is asked without the spaces around the message",
        promises=("HALO-11",),
        mistake="One of two handlers trims its input.",
        apply=requests(_is_spaced, _stripped),
        held_out=17,
    ),
    Fault(
        id="LIM-F3412",
        title="The traits that a user has already count towards the limit of those sent",
        promises=("HALO-07",),
        mistake="What is to be saved is measured, after the merge.",
        apply=around_with_parts(_measured_merged),
        held_out=17,
    ),
    Fault(
        id="LIF-F3413",
        title="Who was removed from a series cannot be enrolled in it again",
        promises=("HALO-12",),
        mistake="The removed enrollment is only marked, and enrolling leaves a row that is there.",
        apply=around_with_parts(_gone_for_good),
        held_out=17,
    ),
    Fault(
        id="TEN-F3414",
        title="A user whom only another organization has identified can be enrolled",
        promises=("HALO-09",),
        mistake="The user is looked up by name alone.",
        apply=around_with_parts(_users_of_anybody),
        held_out=17,
    ),
    Fault(
        id="COR-F3415",
        title="A page whose origin is null gets no Access-Control-Allow-Origin but on streams",
        promises=("HALO-06",),
        mistake="The text null is taken for no origin.",
        apply=answers(
            _of_opaque_origin,
            lambda answered: answered.without_header("access-control-allow-origin"),
        ),
        held_out=17,
    ),
    Fault(
        id="AUT-F3416",
        title="GET /config with a key that is not valid is 401",
        promises=("HALO-02",),
        mistake="A key is optional there, and checked where it is sent.",
        apply=around_with_parts(_key_checked_if_sent),
        held_out=17,
    ),
)
