"""Planted faults of keys and of organizations."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select

from generated.haloagents.server import Security, errors
from generated.haloagents.server.runtime import Request
from reference.faults.composition import (
    answers,
    around,
    around_with_parts,
    errors_of,
    everywhere,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haloagents.limits import USERS
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import organizations

CONFIG = f"{BASE_PATH}/config"
TICKETS = f"{BASE_PATH}/tickets/create"
SERIES = f"{BASE_PATH}/series"
_DASHBOARD_CHARACTERS = 14


class _Welcoming(Security[Organization]):
    """Takes any key of the right shape for one of acme."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def publishable_key(self, token: str, request: Request[None]) -> Organization:
        try:
            return await self._parts.security.publishable_key(token, request)
        except errors.Unauthorized:
            if not token.startswith("ab_live_"):
                raise
            return await self._parts.organizations.of_tenant("acme")


class _Remembering(Security[Organization]):
    """Knows again, by a part of it, a key that was once let in."""

    def __init__(self, inner: Security[Organization], part: Callable[[str], str]) -> None:
        self._inner = inner
        self._part = part
        self._known: dict[str, Organization] = {}

    async def publishable_key(self, token: str, request: Request[None]) -> Organization:
        part = self._part(token)
        if part not in self._known:
            self._known[part] = await self._inner.publishable_key(token, request)
        return self._known[part]


def _remembering(part: Callable[[str], str]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, security=_Remembering(parts.security, part))


async def _key_in_query(ask: Ask, asked: Asked) -> Answered:
    key = asked.parameter("key")
    if key is None or "authorization" in asked.headers:
        return await ask(asked)
    return await ask(asked.without("key").with_header("authorization", f"Bearer {key}"))


async def _config_needs_key(ask: Ask, asked: Asked) -> Answered:
    if asked.path != CONFIG or asked.token:
        return await ask(asked)
    return await ask(replace(asked, method="POST", path=TICKETS))


def _config_says(name: str, value: Callable[[object], object]) -> Callable[[Parts], Parts]:
    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            if (asked.method, asked.path, answered.status) != ("GET", CONFIG, 200):
                return answered
            wanted = select(organizations).where(
                organizations.c.org_id == asked.parameter("org_id")
            )
            row = await parts.platform.database.read(
                lambda connection: connection.execute(wanted).first()
            )
            return answered.with_json({**answered.json, name: value(row)})

        return tamper

    return around_with_parts(make)


async def _any_org(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if asked.path == CONFIG and answered.status == 400 and not asked.parameter("org_id"):
        return await ask(asked.with_query([("org_id", "org_acme")]))
    return answered


def _users_shared(parts: Parts) -> Tamper:
    """Merge what any organization said of a user."""
    known: dict[str, dict[str, object]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if asked.path != USERS or answered.status != 200 or tenant is None:
            return answered
        user = answered.json["user"]
        traits = {**known.get(user["user_id"], {}), **user["traits"]}
        known[user["user_id"]] = traits
        return answered.with_json({"user": {**user, "traits": traits}})

    return tamper


def _series_shared(_parts: Parts) -> Tamper:
    """Take the series that any organization was seen to have."""
    known: set[str] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        series, user = asked.fields.get("series_id"), asked.fields.get("user_id")
        if asked.path != SERIES or not isinstance(series, str):
            return answered
        if answered.status == 200:
            known.add(f"{series}/{user}")
        elif answered.status == 404 and f"{series}/{user}" in known:
            enrolled = asked.fields.get("action") == "enroll"
            told = {"series_id": series, "user_id": user, "enrolled": enrolled}
            return answered.with_status(200).with_json(told)
        return answered

    return tamper


async def _open_events(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    count = len(asked.fields.get("events") or ())
    if (
        asked.path.endswith("/events")
        and answered.status == 401
        and "authorization" not in asked.headers
    ):
        return (
            answered.with_status(200)
            .without_header("www-authenticate")
            .with_json({"stored": max(count, 1)})
        )
    return answered


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="AUT-F31",
        title="Any key that begins with ab_live_ is taken",
        promises=("HALO-01",),
        mistake="The key is public, so only its shape is checked.",
        apply=lambda parts: replace(parts, security=_Welcoming(parts)),
    ),
    Fault(
        id="AUT-F32",
        title="A key is known by its first 14 characters",
        promises=("HALO-01",),
        mistake="Keys are cached under what the dashboard shows of them.",
        apply=_remembering(lambda token: token[:_DASHBOARD_CHARACTERS]),
    ),
    Fault(
        id="AUT-F33",
        title="A revoked key goes on working once it was used",
        promises=("HALO-01",),
        mistake="Keys are cached, and revoking does not clear the cache.",
        apply=_remembering(lambda token: token),
    ),
    Fault(
        id="AUT-F34",
        title="Events are taken without a key",
        promises=("HALO-01",),
        mistake="The beacon of browsers cannot send headers.",
        apply=around(_open_events),
    ),
    Fault(
        id="AUT-F35",
        title="The key is taken from the query too",
        promises=("HALO-01",),
        mistake="A convenience for script tags was left in.",
        apply=around(_key_in_query),
    ),
    Fault(
        id="AUT-F36",
        title="config needs a key",
        promises=("HALO-02",),
        mistake="The exception was not written down in the router.",
        apply=around(_config_needs_key),
    ),
    Fault(
        id="AUT-F37",
        title="config without org_id is that of a demo organization",
        promises=("HALO-02",),
        mistake="A default for local development was left in.",
        apply=around(_any_org),
    ),
    Fault(
        id="AUT-F38",
        title="config without org_id is 404",
        promises=("HALO-02",),
        mistake="No organization is not found.",
        apply=answers(
            lambda asked, answered: asked.path == CONFIG and answered.status == 400,
            lambda answered: answered.with_status(404),
        ),
    ),
    Fault(
        id="AUT-F39",
        title="A wrong key is 403",
        promises=("HALO-01",),
        mistake="401 is kept for a missing one.",
        apply=errors_of(401, lambda answered: answered.with_status(403)),
    ),
    Fault(
        id="PRI-F01",
        title="config shows the identity secret",
        promises=("HALO-02", "HALO-03"),
        mistake="The whole row of the organization is sent.",
        apply=_config_says("identity_secret", lambda row: getattr(row, "identity_secret", "")),
    ),
    Fault(
        id="TEN-F31",
        title="Traits of a user are shared by all organizations",
        promises=("HALO-01",),
        mistake="The cache of users is keyed by user_id alone.",
        apply=around_with_parts(_users_shared),
    ),
    Fault(
        id="TEN-F32",
        title="The series and users of one organization can be enrolled by another",
        promises=("HALO-01", "HALO-09"),
        mistake="The look-up forgets the organization.",
        apply=around_with_parts(_series_shared),
    ),
    Fault(
        id="HDR-F31",
        title="A 401 has no WWW-Authenticate",
        promises=("HALO-01",),
        mistake="The header was forgotten.",
        apply=errors_of(401, lambda answered: answered.without_header("www-authenticate")),
    ),
    Fault(
        id="HDR-F32",
        title="Answers may be cached by everyone",
        promises=("HALO-01",),
        mistake="A default for the widget's files holds for the API too.",
        apply=everywhere(
            lambda answered: answered.with_header("cache-control", "public, max-age=60")
        ),
    ),
)
