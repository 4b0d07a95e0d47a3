"""Faults of HaloAgents, planted from its documentation alone."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select

from reference.clock import Clock
from reference.faults.composition import (
    answers,
    around,
    around_with_parts,
    requests,
    retelling,
    tenant_of,
)
from reference.faults.exchange import Answered, Ask, Asked, Retell, Tamper
from reference.faults.fault import Fault
from reference.faults.held_out.known import known_data
from reference.haloagents.identity import Identified, Identity, IdentityCheck, is_anonymous
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import companies, enrollments, fingerprint, series, users

_LARGEST_BATCH = 100
_MICROSECONDS = 1_000_000
_TRUSTED = ("email", "role", "plan")
_ALLOWED = {"authorization", "content-type", "accept", "accept-language", "content-language", ""}
_SERIES, _EVENTS, _CONFIG = f"{BASE_PATH}/series", f"{BASE_PATH}/events", f"{BASE_PATH}/config"
_USERS, _COMPANIES = f"{BASE_PATH}/users/identify", f"{BASE_PATH}/companies/identify"


@dataclass(frozen=True, slots=True)
class _KnownTokens:
    """Looks no more at a token that was good, until it expires."""

    inner: IdentityCheck
    clock: Clock
    known: dict[str, Identity] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token = body.user_token or ""
        known = self.known.get(token)
        is_asked = organization.verifies_identity and not is_anonymous(body.user_id)
        is_good = known is not None and known.user_id == body.user_id
        if is_asked and is_good and _expiry(token) * _MICROSECONDS > self.clock.microseconds():
            return known
        proved = self.inner.identity(organization, body)
        if proved is not None:
            self.known[token] = proved
        return proved


def _expiry(token: str) -> float:
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return float(claims["exp"])


@dataclass(frozen=True, slots=True)
class _Reported:
    """Keeps what a body says of a user, and remembers what the token says instead."""

    inner: IdentityCheck
    proved: dict[str, Identity | None] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        proved = self.inner.identity(organization, body)
        self.proved[body.user_token or ""] = proved
        said: dict[str, Any] = {
            name: None for name in _TRUSTED if getattr(body, name, None) is not None
        }
        return None if proved is None else replace(proved, **said)

    def trusted(self, token: str) -> Mapping[str, str]:
        """Return the claims of a token that was just read."""
        proved = self.proved.get(token)
        claims = {name: getattr(proved, name, None) for name in _TRUSTED}
        return {name: value for name, value in claims.items() if value is not None}


def _only_reported(parts: Parts) -> Parts:
    check = _Reported(parts.identity)

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != _USERS or answered.status != 200:
            return answered
        claims = check.trusted(asked.fields.get("user_token", ""))
        return answered.with_json({"user": {**answered.json["user"], **claims}})

    planted = replace(parts, identity=check)
    apply = around(tamper)
    return apply(planted)


def _merged_before_measured(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        traits = asked.fields.get("traits")
        if asked.path != _COMPANIES or not isinstance(traits, dict):
            return await ask(asked)
        known = await known_data(parts, asked, companies, "company_id")
        if not known:
            return await ask(asked)
        merged = {**known.get("traits", {}), **traits}
        return await ask(asked.with_json({**asked.fields, "traits": merged}))

    return tamper


def _asks_for_more(asked: Asked, answered: Answered) -> bool:
    wanted = asked.headers.get("access-control-request-headers", "").lower().split(",")
    is_preflight = asked.method == "OPTIONS" and "access-control-request-method" in asked.headers
    is_answered = is_preflight and answered.status < 300
    return is_answered and not {name.strip() for name in wanted} <= _ALLOWED


def _disallowed(answered: Answered) -> Answered:
    return answered.with_status(400).with_text("Disallowed CORS headers")


@dataclass(slots=True)
class _Buffer:
    """What was said in streams that came to no end."""

    said: str = ""


def _never_emptied(parts: Parts) -> Parts:
    """Empty the buffer of a reply when it is done, and only then."""
    left = _Buffer()

    def begin() -> Retell:
        said: list[str] = []

        def retell(event: bytes) -> Sequence[bytes]:
            name, data = _event(event)
            if name == "delta":
                said.append(data["text"])
            if name == "error":
                left.said += "".join(said)
            if name != "done":
                return [event]
            reply = {"reply": left.said + data["reply"]}
            left.said = ""
            return [f"event: done\ndata: {json.dumps(reply)}\n\n".encode()]

        return retell

    apply = retelling(begin)
    return apply(parts)


def _event(event: bytes) -> tuple[str, Any]:
    name, _, data = event.decode().partition("\n")
    text = data.strip().removeprefix("data:")
    return name.removeprefix("event:").strip(), json.loads(text) if text else None


def _anybody_known(parts: Parts) -> Tamper:
    """Take a user whom any organization has identified for one that this one has."""
    database = parts.platform.database
    anywhere = select(users.c.seq).where(users.c.fingerprint == bindparam("user"))

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if asked.path != _SERIES or answered.status != 404:
            return answered
        tenant, place = await tenant_of(parts, asked), asked.fields
        names = {name: fingerprint(place[f"{name}_id"]) for name in ("series", "user")}
        is_series = await known_data(parts, asked, series, "series_id") is not None
        if not is_series or not await database.select(anywhere, {"user": names["user"]}):
            return answered
        data = {name: place[name] for name in ("series_id", "user_id")}
        is_enrolled = place["action"] == "enroll"

        def enroll(connection: Connection) -> None:
            columns = enrollments.c
            is_it = and_(
                columns.tenant == tenant,
                columns.series == names["series"],
                columns.user == names["user"],
            )
            connection.execute(delete(enrollments).where(is_it))
            if is_enrolled:
                connection.execute(insert(enrollments).values(tenant=tenant, data=data, **names))

        await database.write(enroll)
        return answered.with_status(200).with_json({**data, "enrolled": is_enrolled})

    return tamper


def _key_checked_unasked(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        is_config = asked.path == _CONFIG and asked.method in {"GET", "HEAD"}
        if not is_config or "authorization" not in asked.headers:
            return answered
        if await tenant_of(parts, asked) is not None:
            return answered
        refused = answered.with_status(401).with_header("www-authenticate", "Bearer")
        return refused.with_json({"error": "This key is unknown, or was revoked."})

    return tamper


def _different(asked: Asked) -> Sequence[Any]:
    """Return the events of a batch, but one only of those that are alike."""
    match asked.fields.get("events"):
        case [*events] if asked.path == _EVENTS and len(events) <= _LARGEST_BATCH:
            return [*{json.dumps(event, sort_keys=True): event for event in events}.values()]
    return []


def _has_alike(asked: Asked) -> bool:
    kept = _different(asked)
    return bool(kept) and len(kept) < len(asked.fields["events"])


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F3709",
        title="A token that one organization has taken is good in every other",
        promises=("HALO-03", "HALO-04"),
        mistake="What a token proves is cached under the token, and not under whose secret it was.",
        apply=lambda parts: replace(
            parts, identity=_KnownTokens(parts.identity, parts.platform.clock)
        ),
        held_out=19,
    ),
    Fault(
        id="JWT-F3710",
        title="A trusted claim is shown in the answer, and the body's value is kept",
        promises=("HALO-05",),
        mistake="The claims are laid over the answer, after the user was saved.",
        apply=_only_reported,
        held_out=19,
    ),
    Fault(
        id="LIM-F3711",
        title="The limit of a company's traits counts those that it had before",
        promises=("HALO-07", "HALO-13"),
        mistake="The traits are merged first, and measured then.",
        apply=around_with_parts(_merged_before_measured),
        held_out=19,
    ),
    Fault(
        id="COR-F3712",
        title="A preflight that asks for one header more is 400 in plain text",
        promises=("HALO-06", "HALO-08"),
        mistake="A framework's CORS layer, which refuses what it does not know in its own words.",
        apply=answers(_asks_for_more, _disallowed),
        held_out=19,
    ),
    Fault(
        id="SSE-F3713",
        title="The done event of a stream repeats what a stream said before that broke off",
        promises=("HALO-11",),
        mistake="The text of a reply is gathered in one place, which only its end empties.",
        apply=_never_emptied,
        held_out=19,
    ),
    Fault(
        id="TEN-F3714",
        title="A user whom only another organization has identified can be enrolled in a series",
        promises=("HALO-09",),
        mistake="The user is looked up by name, without the organization.",
        apply=around_with_parts(_anybody_known),
        held_out=19,
    ),
    Fault(
        id="AUT-F3715",
        title="The configuration is 401 for a widget that sends a key that is not valid",
        promises=("HALO-02",),
        mistake="A key is checked wherever one is sent, also where none is asked for.",
        apply=around_with_parts(_key_checked_unasked),
        held_out=19,
    ),
    Fault(
        id="LIF-F3716",
        title="Of events in a batch that are alike only one is stored",
        promises=("HALO-12", "HALO-13"),
        mistake="Batches were freed of what was sent twice; two alike may both have happened.",
        apply=requests(
            _has_alike,
            lambda asked: asked.with_json({**asked.fields, "events": _different(asked)}),
        ),
        held_out=19,
    ),
)
