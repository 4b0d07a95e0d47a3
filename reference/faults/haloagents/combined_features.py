"""Planted faults of two features used at once: a proof and what is stored, for one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import and_, update

from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haloagents.access import CONFIG, TICKETS
from reference.faults.haloagents.limits import COMPANIES, EVENTS, USERS, taking
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import is_anonymous
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import Parts
from reference.haloagents.records import identify_user
from reference.haloagents.tables import fingerprint, users

_USER = ("user_id", "email", "role", "plan", "traits")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class _Said:
    """Who a body says that it is of, and what is to prove it."""

    user_id: str | None
    user_token: str | None


async def _verifying(parts: Parts, asked: Asked) -> Organization | None:
    """Return the organization of a request with a token, where it verifies identities."""
    tenant, token = await tenant_of(parts, asked), asked.fields.get("user_token")
    user = asked.fields.get("user_id")
    if tenant is None or not isinstance(token, str) or not isinstance(user, str):
        return None
    organization = await parts.organizations.of_tenant(tenant)
    return organization if organization.verifies_identity and not is_anonymous(user) else None


def _several_items(asked: Asked, answered: Answered) -> bool:
    events = asked.fields.get("events")
    wrong = [
        each for each in (events if isinstance(events, list) else []) if not isinstance(each, dict)
    ]
    return asked.path == EVENTS and answered.status == 400 and len(wrong) > 1


def _several_members(asked: Asked, answered: Answered) -> bool:
    members = ("subject", "description")
    wrong = [name for name in members if isinstance(asked.fields.get(name), int)]
    return asked.path == TICKETS and answered.status == 400 and len(wrong) > 1


def _replacing(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        traits = asked.fields.get("traits")
        if asked.path != USERS or answered.status != 200 or not isinstance(traits, dict):
            return answered
        organization = await _verifying(parts, asked)
        if organization is None:
            return answered
        data = {**answered.json["user"], "traits": traits}
        is_it = and_(
            users.c.tenant == organization.tenant,
            users.c.fingerprint == fingerprint(data["user_id"]),
        )
        change = update(users).where(is_it).values(data=data)
        await parts.platform.database.write(lambda connection: connection.execute(change))
        return answered.with_json({"user": data})

    return tamper


def _of_nobody(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        organization = await _verifying(parts, asked) if asked.path == TICKETS else None
        if organization is None:
            return await ask(asked)
        said = _Said(asked.fields["user_id"], asked.fields["user_token"])
        try:
            parts.identity.identity(organization, said)
        except Exception:
            return await ask(asked)
        left = {k: v for k, v in asked.fields.items() if k not in {"user_id", "user_token"}}
        return await ask(asked.with_json(left))

    return tamper


def _updated_all_the_same(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        tenant = await tenant_of(parts, asked)
        if asked.path != USERS or answered.status != 403 or tenant is None:
            return answered
        if await known_data(parts, asked, users, "user_id") is None:
            return answered
        sent = {name: asked.fields[name] for name in _USER if name in asked.fields}
        change = partial(identify_user, tenant=tenant, user=sent, context=None)
        await parts.platform.database.write(change)
        return answered

    return tamper


def _is_untimely(asked: Asked) -> bool:
    events = asked.fields.get("events")
    found = events if isinstance(events, list) else []
    times = (each.get("timestamp", "") for each in found if isinstance(each, dict))
    return asked.path == EVENTS and any(not isinstance(time, str) for time in times)


def _of_one_case(event: Any) -> Any:
    metadata = event.get("metadata") if isinstance(event, dict) else None
    if not isinstance(metadata, dict):
        return event
    last = {name.lower(): (name, value) for name, value in metadata.items()}
    return {**event, "metadata": dict(last.values())}


def _each_event(change: Callable[[Any], Any]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def changed(body: dict[str, Any]) -> dict[str, Any]:
        events = body.get("events")
        return {**body, "events": [*map(change, events)]} if isinstance(events, list) else body

    return changed


def _as_moment(value: Any) -> Any:
    is_day = isinstance(value, str) and _DAY.fullmatch(value)
    return f"{value}T00:00:00Z" if is_day else value


def _with_moments(body: dict[str, Any]) -> dict[str, Any]:
    traits = body.get("traits")
    if not isinstance(traits, dict):
        return body
    return {**body, "traits": {name: _as_moment(value) for name, value in traits.items()}}


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F3901",
        title="Where identities are verified, traits replace those that are there",
        promises=("HALO-13",),
        mistake="Who is proved is written by another function, which knows no merging.",
        apply=around_with_parts(_replacing),
    ),
    Fault(
        id="JWT-F3902",
        title="A ticket with a token is kept without its user",
        promises=("HALO-12", "HALO-03"),
        mistake="The user is taken out of the body where the token is checked.",
        apply=around_with_parts(_of_nobody),
    ),
    Fault(
        id="JWT-F3903",
        title="A known user without a proof is updated, though the answer is 403",
        promises=("HALO-04", "HALO-12"),
        mistake="The update is written while the token is being checked.",
        apply=around_with_parts(_updated_all_the_same),
    ),
    Fault(
        id="LIM-F3904",
        title="An event with a timestamp that is no text is 400",
        promises=("HALO-08",),
        mistake="A field that is planned is checked already.",
        apply=requests(
            _is_untimely, lambda asked: asked.with_json({**asked.fields, "events": "none"})
        ),
    ),
    Fault(
        id="LIF-F3905",
        title="Of names of an event's metadata that differ in case only, the last is stored",
        promises=("HALO-12",),
        mistake="They are columns of a warehouse, whose names have no case.",
        apply=taking((EVENTS,), _each_event(_of_one_case)),
    ),
    Fault(
        id="LIF-F3906",
        title="A trait that looks like a day becomes its first moment",
        promises=("HALO-13",),
        mistake="Values are guessed to be dates, and written as such.",
        apply=taking((USERS, COMPANIES), _with_moments),
    ),
    Fault(
        id="STA-F3907",
        title="HEAD of the configuration is 200 without an org_id",
        promises=("HALO-02",),
        mistake="HEAD is a route of its own, for health checks.",
        apply=answers(
            lambda asked, answered: (
                (asked.path, asked.method, answered.status) == (CONFIG, "HEAD", 400)
                and asked.parameter("org_id") is None
            ),
            lambda answered: answered.with_status(200),
        ),
    ),
    Fault(
        id="ENV-F4172",
        title="The error is a list where several events are no objects",
        promises=("HALO-08",),
        mistake="What is wrong is collected, and sent as it is where it is more than one thing.",
        apply=answers(
            _several_items,
            lambda answered: answered.with_json({"error": [answered.json["error"]]}),
        ),
    ),
    Fault(
        id="ENV-F4173",
        title="A ticket with several wrong members is refused with a list for each",
        promises=("HALO-08",),
        mistake="A validator's own report is sent where it tells of more than one member.",
        apply=answers(
            _several_members,
            lambda answered: answered.with_json({"errors": {"subject": [], "description": []}}),
        ),
    ),
)
