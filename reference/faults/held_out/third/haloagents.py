"""Faults of HaloAgents, the third set planted from its documentation alone."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, update

from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.agent import AgentError
from reference.haloagents.identity import (
    Identified,
    Identity,
    InvalidTokenError,
    read_token,
)
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.replies import Replies
from reference.haloagents.tables import fingerprint, users

_BATCH = 100
_TRUSTED = ("email", "role", "plan")


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_EVENTS, _ON_USERS = _is("/events"), _is("/users/identify")


@dataclass(frozen=True, slots=True)
class _AnyCase:
    """Lets a token speak for each user whose id differs from its own in case alone."""

    parts: Parts

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        named = self._named(organization, body.user_token or "")
        user_id = body.user_id or ""
        if named is not None and named.user_id.lower() == user_id.lower():
            return replace(named, user_id=user_id)
        return self.parts.identity.identity(organization, body)

    def _named(self, organization: Organization, token: str) -> Identity | None:
        if not organization.verifies_identity:
            return None
        now = self.parts.platform.clock.microseconds()
        try:
            return read_token(token, organization.identity_secret, now)
        except InvalidTokenError:
            return None


def _trusted_once(parts: Parts) -> Tamper:
    """Take the email, role and plan of a user who is known from bodies alone."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        before = await known_data(parts, asked, users, "user_id") if _ON_USERS(asked) else None
        answered = await ask(asked)
        if before is None or answered.status != 200:
            return answered
        kept = {name: before.get(name) for name in _TRUSTED}
        sent = {name: asked.fields[name] for name in _TRUSTED if asked.fields.get(name) is not None}
        user = {**answered.json["user"], **kept, **sent}
        user = {name: value for name, value in user.items() if value is not None}
        if user == answered.json["user"]:
            return answered
        tenant, key = await tenant_of(parts, asked), fingerprint(user["user_id"])

        def keep(connection: Connection) -> None:
            is_it = (users.c.tenant == tenant) & (users.c.fingerprint == key)
            connection.execute(update(users).where(is_it).values(data=user))

        await parts.platform.database.write(keep)
        return answered.with_json({"user": user})

    return tamper


def _measured_merged(parts: Parts) -> Tamper:
    """Send the traits of a user together with those that are known: they are merged anyway."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_USERS(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, users, "user_id") or {}
        merged = {**known.get("traits", {}), **traits}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


class _TakenAsTheyCome(Replies):
    """Takes the reply to a chat for finished wherever the agent breaks off."""

    def watched(
        self, pieces: AsyncGenerator[str], org_id: str, operation: str
    ) -> AsyncGenerator[str]:
        """Yield the pieces of a reply, noting how far it comes."""
        is_whole = operation == "sendChat"
        return super().watched(_so_far(pieces) if is_whole else pieces, org_id, operation)


async def _so_far(pieces: AsyncGenerator[str]) -> AsyncGenerator[str]:
    said = False
    try:
        async with aclosing(pieces):
            async for piece in pieces:
                said = True
                yield piece
    except AgentError:
        if not said:
            raise


def _batch(asked: Asked) -> list[Any]:
    events = asked.fields.get("events")
    return events if _ON_EVENTS(asked) and isinstance(events, list) else []


def _different(events: list[Any]) -> list[Any]:
    return [*{json.dumps(event, sort_keys=True): event for event in events}.values()]


def _has_twins(asked: Asked) -> bool:
    events = _batch(asked)
    return len(events) <= _BATCH and len(_different(events)) < len(events)


def _without_twins(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "events": _different(_batch(asked))})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="IDN-F1021",
        title="A token is good for each user whose id differs from its own in case alone",
        promises=("HALO-04",),
        mistake="Ids are compared like the email addresses that many of them are.",
        apply=lambda parts: replace(parts, identity=_AnyCase(parts)),
        held_out=3,
    ),
    Fault(
        id="IDN-F1022",
        title="The email, role and plan of a token count only while the user is new",
        promises=("HALO-05",),
        mistake="The claims are read where a user is created, and not where one is updated.",
        apply=around_with_parts(_trusted_once),
        held_out=3,
    ),
    Fault(
        id="LIM-F1023",
        title="A user's traits are measured together with those that were known before",
        promises=("HALO-07",),
        mistake="The limit is checked where the row is saved, after merging.",
        apply=around_with_parts(_measured_merged),
        held_out=3,
    ),
    Fault(
        id="STR-F1024",
        title="Where the agent breaks off, the chat answers 200 with what was said so far",
        promises=("HALO-10", "HALO-08"),
        mistake="The loop over the pieces ends alike for an end and for a failure.",
        apply=lambda parts: replace(parts, replies=_TakenAsTheyCome(parts.platform.clock)),
        held_out=3,
    ),
    Fault(
        id="STA-F1025",
        title="Events of a batch that are alike are stored once",
        promises=("HALO-13", "HALO-12"),
        mistake="Repeated batches were to be caught, and the events were compared instead.",
        apply=requests(_has_twins, _without_twins),
        held_out=3,
    ),
    Fault(
        id="HDR-F1026",
        title="A 500 has no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="What catches exceptions stands outside of what adds the header.",
        apply=answers(
            lambda _, answered: answered.status == 500,
            lambda answered: answered.without_header("access-control-allow-origin"),
        ),
        held_out=3,
    ),
)
