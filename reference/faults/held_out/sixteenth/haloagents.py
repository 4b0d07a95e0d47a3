"""Faults of HaloAgents, planted from its documentation alone."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from sqlalchemy import and_, update

from reference.clock import Clock
from reference.faults.composition import answers, around_with_parts, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.agent import Agent, Question
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, fingerprint, users

_TRUSTED_FOR = 300_000_000
"""Microseconds."""


def _is(path: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path == f"{BASE_PATH}{path}"


_ON_USERS, _ON_COMPANIES = _is("/users/identify"), _is("/companies/identify")
_ON_SERIES, _ON_CONFIG = _is("/series"), _is("/config")


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Remembers for a while whom a token proved."""

    inner: IdentityCheck
    clock: Clock
    proved: dict[tuple[str, str], tuple[int, Identity]] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        now = self.clock.microseconds()
        key = (organization.identity_secret, body.user_token or "")
        since, known = self.proved.get(key, (0, None))
        is_it = known is not None and known.user_id == body.user_id
        if organization.verifies_identity and is_it and now - since < _TRUSTED_FOR:
            return known
        proved = self.inner.identity(organization, body)
        if proved is not None:
            self.proved[key] = now, proved
        return proved


def _body_of_the_known(parts: Parts) -> Tamper:
    """Believe the body about users that there are already."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        known = await known_data(parts, asked, users, "user_id") if _ON_USERS(asked) else None
        answered = await ask(asked)
        fields = asked.fields
        names = [name for name in ("email", "role", "plan") if fields.get(name) is not None]
        tenant = await tenant_of(parts, asked)
        if known is None or answered.status != 200 or not names or tenant is None:
            return answered
        user = {**answered.json["user"], **{name: fields[name] for name in names}}
        key = fingerprint(user["user_id"])
        is_it = and_(users.c.tenant == tenant, users.c.fingerprint == key)
        statement = update(users).where(is_it).values(data=user)
        await parts.platform.database.write(lambda connection: connection.execute(statement))
        return answered.with_json({"user": user})

    return tamper


@dataclass(frozen=True, slots=True)
class _Repeating:
    """Says what was said to the same question before, in one piece."""

    inner: Agent
    tenant: str
    said: dict[tuple[str, str], str]

    async def reply(self, question: Question) -> AsyncGenerator[str]:
        """Yield the pieces of a reply; raise AgentError."""
        key = (self.tenant, repr(question))
        if key in self.said:
            yield self.said[key]
            return
        said = ""
        async with aclosing(self.inner.reply(question)) as pieces:
            async for piece in pieces:
                said += piece
                yield piece
        self.said[key] = said


def _repeating(parts: Parts) -> Parts:
    said: dict[tuple[str, str], str] = {}
    honest = parts.agent
    return replace(
        parts,
        agent=lambda organization: _Repeating(honest(organization), organization.tenant, said),
    )


def _measured_when_merged(parts: Parts) -> Tamper:
    """Send all traits of a company, so that all are measured."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_COMPANIES(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, companies, "company_id") or {}
        merged = {**known.get("traits", {}), **traits}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _of_a_sandbox(asked: Asked, _answered: Answered) -> bool:
    return asked.headers.get("origin") == "null"


def _names_in_any_case(parts: Parts) -> Tamper:
    """Take a trait for one that is there already and differs from it in case only."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if not _ON_USERS(asked) or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, users, "user_id") or {}
        spelled = {name.casefold(): name for name in known.get("traits", {})}
        merged = {spelled.get(name.casefold(), name): value for name, value in traits.items()}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _key_of_the_configuration(parts: Parts) -> Tamper:
    """Check the key of a request that needs none, where it has one."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        has_key = _ON_CONFIG(asked) and "authorization" in asked.headers
        if not has_key or answered.status == 405 or await tenant_of(parts, asked) is not None:
            return answered
        refused = answered.with_header("www-authenticate", "Bearer").with_status(401)
        return refused.with_json({"error": "This key is unknown, or was revoked."})

    return tamper


def _never_again(parts: Parts) -> Tamper:
    """Leave those out of a series who were in it, and were removed."""
    enrolled: set[tuple[str | None, str, str]] = set()
    removed: set[tuple[str | None, str, str]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if not _ON_SERIES(asked):
            return await ask(asked)
        fields = asked.fields
        place = (
            await tenant_of(parts, asked),
            str(fields.get("series_id")),
            str(fields.get("user_id")),
        )
        action = fields.get("action")
        if action == "enroll" and place in removed:
            return await ask(asked.with_json({**fields, "action": "remove"}))
        answered = await ask(asked)
        if answered.status == 200 and action == "enroll":
            enrolled.add(place)
        elif answered.status == 200 and place in enrolled:
            removed.add(place)
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F2709",
        title="A token that was just taken is taken for five minutes more, expired or not",
        promises=("HALO-04",),
        mistake="Verified tokens are cached, for a time that is not their own.",
        apply=lambda parts: replace(
            parts, identity=_Remembered(parts.identity, parts.platform.clock)
        ),
        held_out=16,
    ),
    Fault(
        id="JWT-F2710",
        title="The token's claims override the body's fields only where the user is new",
        promises=("HALO-05",),
        mistake="The insert of an upsert has the claims, the update the fields that were sent.",
        apply=around_with_parts(_body_of_the_known),
        held_out=16,
    ),
    Fault(
        id="SSE-F2711",
        title="A question that was asked before is answered with a stream of one delta",
        promises=("HALO-11",),
        mistake="Replies are cached whole.",
        apply=_repeating,
        held_out=16,
    ),
    Fault(
        id="LIM-F2712",
        title="The traits of a company are measured with those that it has already",
        promises=("HALO-07",),
        mistake="The limit of the payload is that of the record, checked once it is merged.",
        apply=around_with_parts(_measured_when_merged),
        held_out=16,
    ),
    Fault(
        id="COR-F2713",
        title="A page whose Origin is null gets no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="The layer that adds the header takes null for no origin at all.",
        apply=answers(
            _of_a_sandbox, lambda answered: answered.without_header("access-control-allow-origin")
        ),
        held_out=16,
    ),
    Fault(
        id="LIF-F2714",
        title="A trait of a user replaces the one whose name differs from it in case only",
        promises=("HALO-13",),
        mistake="Names are looked up in a column that is not sensitive to case.",
        apply=around_with_parts(_names_in_any_case),
        held_out=16,
    ),
    Fault(
        id="AUT-F2715",
        title="GET /config is 401 where it comes with a key that is not valid",
        promises=("HALO-02",),
        mistake="A key that need not be there is checked where it is.",
        apply=around_with_parts(_key_of_the_configuration),
        held_out=16,
    ),
    Fault(
        id="LIF-F2716",
        title="Who was in a series and was removed is never enrolled again",
        promises=("HALO-12",),
        mistake="Being removed was taken for an objection to the emails.",
        apply=around_with_parts(_never_again),
        held_out=16,
    ),
)
