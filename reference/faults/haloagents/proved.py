"""Planted faults of what is done for who is proved, of what comes at one time, of what lasts."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import delete

from reference.faults.composition import around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haloagents.access import SERIES, TICKETS
from reference.faults.haloagents.limits import EVENTS, USERS
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identity, InvalidTokenError, read_token
from reference.haloagents.parts import Parts
from reference.haloagents.records import identify_user
from reference.haloagents.tables import fingerprint, users

_QUARTER = 90 * 86_400 * 1_000_000
"""Microseconds of ninety days."""
_BESIDE = 0.05
"""Seconds for which a request is kept, so that others come beside it."""


async def _proved(parts: Parts, asked: Asked) -> Identity | None:
    """Return whom the token of a request proves, where identities are verified."""
    tenant, token = await tenant_of(parts, asked), asked.fields.get("user_token")
    if tenant is None or not isinstance(token, str):
        return None
    organization = await parts.organizations.of_tenant(tenant)
    if not organization.verifies_identity:
        return None
    now = parts.platform.clock.microseconds()
    try:
        return read_token(token, organization.identity_secret, now)
    except InvalidTokenError:
        return None


def _enrolls_nobody(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        enrolls = asked.path == SERIES and asked.fields.get("action") == "enroll"
        if enrolls and answered.status == 200 and await _proved(parts, asked):
            await ask(asked.with_json({**asked.fields, "action": "remove"}))
        return answered

    return tamper


def _named_by_token(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path != TICKETS or "user_id" in asked.fields:
            return await ask(asked)
        proved = await _proved(parts, asked)
        named = {} if proved is None else {"user_id": proved.user_id}
        return await ask(asked.with_json({**asked.fields, **named}) if named else asked)

    return tamper


def _claims_kept(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        proved = await _proved(parts, asked) if asked.path == TICKETS else None
        tenant = await tenant_of(parts, asked)
        if answered.status != 200 or proved is None or proved.plan is None or tenant is None:
            return answered
        if await known_data(parts, asked, users, "user_id") is not None:
            told = {"user_id": proved.user_id, "plan": proved.plan}
            change = partial(identify_user, tenant=tenant, user=told, context=None)
            await parts.platform.database.write(change)
        return answered

    return tamper


def _beside(
    path: str, crowded: Callable[[Ask, Asked, Answered | None], Any]
) -> Callable[[Parts], Tamper]:
    """Answer otherwise what comes while the same tenant asks for the same."""

    def make(parts: Parts) -> Tamper:
        under_way: dict[str, asyncio.Future[Answered]] = {}

        async def tamper(ask: Ask, asked: Asked) -> Answered:
            tenant = await tenant_of(parts, asked)
            if asked.path != path or tenant is None:
                return await ask(asked)
            if tenant in under_way:
                answered: Answered = await crowded(ask, asked, await under_way[tenant])
                return answered
            under_way[tenant] = asyncio.get_running_loop().create_future()
            try:
                await asyncio.sleep(_BESIDE)
                first = await ask(asked)
                under_way[tenant].set_result(first)
                return first
            finally:
                del under_way[tenant]

        return tamper

    return make


async def _dropped(ask: Ask, asked: Asked, first: Answered | None) -> Answered:
    events = asked.fields.get("events")
    if first is None or first.status != 200 or not isinstance(events, list):
        return await ask(asked)
    return first.with_json({"stored": len(events)})


async def _one_id(ask: Ask, asked: Asked, first: Answered | None) -> Answered:
    answered = await ask(asked)
    return first if first is not None and first.status == answered.status == 200 else answered


async def _traits_alone(ask: Ask, asked: Asked, _first: Answered | None) -> Answered:
    left = {k: v for k, v in asked.fields.items() if k not in {"email", "role", "plan"}}
    return await ask(asked.with_json(left))


def _once_taken(_parts: Parts) -> Tamper:
    taken: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        token, user = asked.fields.get("user_token"), asked.fields.get("user_id")
        answered = await ask(asked)
        if not isinstance(token, str) or not isinstance(user, str):
            return answered
        if answered.status == 200:
            taken[token] = user
        if answered.status != 403 or taken.get(token, user) == user:
            return answered
        return await ask(asked.with_json({**asked.fields, "user_id": taken[token]}))

    return tamper


def _forgetting(parts: Parts) -> Tamper:
    seen: dict[tuple[str, str], int] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant, user = await tenant_of(parts, asked), asked.fields.get("user_id")
        if asked.path != USERS or tenant is None or not isinstance(user, str):
            return await ask(asked)
        now = parts.platform.clock.microseconds()
        last, seen[tenant, user] = seen.get((tenant, user), now), now
        if now - last > _QUARTER:
            is_it = (users.c.tenant == tenant) & (users.c.fingerprint == fingerprint(user))
            forget = delete(users).where(is_it)
            await parts.platform.database.write(lambda connection: connection.execute(forget))
        return await ask(asked)

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F4520",
        title="A user with a token is enrolled in a series, says the answer, and is not",
        promises=("HALO-12", "HALO-03"),
        mistake="Who is proved is looked up by another id than is written, and nobody is found.",
        apply=around_with_parts(_enrolls_nobody),
    ),
    Fault(
        id="JWT-F4521",
        title="A ticket without user_id is of the user that its token names",
        promises=("HALO-12", "HALO-04"),
        mistake="The user is taken from the token where the body names none.",
        apply=around_with_parts(_named_by_token),
    ),
    Fault(
        id="JWT-F4522",
        title="The plan of a ticket's token becomes that of its user",
        promises=("HALO-12", "HALO-03"),
        mistake="Trusted claims are written down wherever a token is checked.",
        apply=around_with_parts(_claims_kept),
    ),
    Fault(
        id="LIF-F4523",
        title="Of batches at one time one is stored, and all are said to be",
        promises=("HALO-12", "HALO-13"),
        mistake="Batches of a moment are taken for a retry of the first.",
        apply=around_with_parts(_beside(EVENTS, _dropped)),
    ),
    Fault(
        id="LIF-F4524",
        title="Tickets at one time are all answered with the id of the first",
        promises=("HALO-12",),
        mistake="The id is read back as that of the newest ticket.",
        apply=around_with_parts(_beside(TICKETS, _one_id)),
    ),
    Fault(
        id="LIF-F4525",
        title="Of users identified at one time only the first's email, role and plan are kept",
        promises=("HALO-12", "HALO-13"),
        mistake="Traits are merged in the database; the columns beside them are written back.",
        apply=around_with_parts(_beside(USERS, _traits_alone)),
    ),
    Fault(
        id="JWT-F4526",
        title="A token that was taken once is good for whoever is named",
        promises=("HALO-04",),
        mistake="Tokens that were found good are remembered, and not for whom.",
        apply=around_with_parts(_once_taken),
    ),
    Fault(
        id="LIF-F4527",
        title="A user who was not identified for ninety days is a new one",
        promises=("HALO-12", "HALO-13"),
        mistake="A job deletes users who are not active, as a mailing list would.",
        apply=around_with_parts(_forgetting),
    ),
)
