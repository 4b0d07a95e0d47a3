"""Faults of HaloAgents, the seventh set planted from its documentation alone."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import jwt

from reference.clock import Clock
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts

_MINUTE = 60_000_000
_CHAT, _STREAM = f"{BASE_PATH}/chat", f"{BASE_PATH}/chat/stream"
_CONFIG = f"{BASE_PATH}/config"
_IDENTIFY = {f"{BASE_PATH}/users/identify", f"{BASE_PATH}/companies/identify"}
_READING = {"GET", "HEAD"}
_REMEMBERED_MESSAGES, _MOST_MESSAGES = 10, 50


def _changed(asked: Asked, name: str, value: object) -> Asked:
    """Return a request with another value of a field of its body."""
    return asked.with_body(json.dumps({**asked.fields, name: value}).encode())


def _of_the_key(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if asked.path == _CONFIG and asked.parameter("org_id"):
            tenant = await tenant_of(parts, asked)
            if tenant is not None:
                known = ("org_id", await parts.organizations.org_id(tenant))
                asked = asked.with_query([*asked.without("org_id").query, known])
        return await ask(asked)

    return tamper


@dataclass(frozen=True, slots=True)
class _KnownForAWhile:
    """Asks a user who has proved to be one for no other proof for ten minutes."""

    inner: IdentityCheck
    clock: Clock
    known_until: dict[tuple[str, str | None], int] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        user, now = (organization.tenant, body.user_id), self.clock.microseconds()
        if body.user_token is None and now < self.known_until.get(user, 0):
            return None
        proved = self.inner.identity(organization, body)
        if proved is not None:
            self.known_until[user] = now + 10 * _MINUTE
        return proved


@dataclass(frozen=True, slots=True)
class _BelievedWhenOff:
    """Believes every token of an organization that has no identities verified."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        if organization.verifies_identity or body.user_id is None or body.user_token is None:
            return self.inner.identity(organization, body)
        return Identity(body.user_id, *map(_claims(body.user_token).get, ("email", "role", "plan")))


def _claims(token: str) -> dict[str, str]:
    """Return what a token claims in texts, whoever signed it."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}
    return {name: value for name, value in claims.items() if isinstance(value, str)}


def _checking(check: Callable[[Parts], IdentityCheck]) -> Callable[[Parts], Parts]:
    """Check identities in another way."""
    return lambda parts: replace(parts, identity=check(parts))


def _has_no_origin(asked: Asked, _answered: Answered) -> bool:
    return asked.headers.get("origin") == "null"


def _without_cors(answered: Answered) -> Answered:
    return answered.without_header("access-control-allow-origin")


def _has_blanks_around(asked: Asked) -> bool:
    if asked.path not in {_CHAT, _STREAM}:
        return False
    match asked.fields:
        case {"message": str(message)}:
            return message.strip() != message
    return False


def _stripped(asked: Asked) -> Asked:
    return _changed(asked, "message", asked.fields["message"].strip())


def _has_long_history(asked: Asked) -> bool:
    match asked.path, asked.fields:
        case path, {"history": [*said]} if path == _STREAM:
            return _REMEMBERED_MESSAGES < len(said) <= _MOST_MESSAGES
    return False


def _forgetting(asked: Asked) -> Asked:
    return _changed(asked, "history", asked.fields["history"][-_REMEMBERED_MESSAGES:])


def _absence_remembered(parts: Parts) -> Tamper:
    """Answer for five minutes as before who asks for an agent that was not there."""
    absent: dict[str, tuple[int, Answered]] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        org_id = asked.parameter("org_id")
        if asked.method not in _READING or asked.path != _CONFIG or org_id is None:
            return await ask(asked)
        now = parts.platform.clock.microseconds()
        until, remembered = absent.get(org_id, (0, None))
        if remembered is not None and now < until:
            return remembered
        answered = await ask(asked)
        if answered.status == 404:
            absent[org_id] = (now + 5 * _MINUTE, answered)
        return answered

    return tamper


def _truthy(traits: dict[Any, Any]) -> dict[Any, Any]:
    return {name: value for name, value in traits.items() if value}


def _has_falsy_traits(asked: Asked) -> bool:
    match asked.path, asked.fields:
        case path, {"traits": {**traits}} if path in _IDENTIFY:
            return _truthy(traits) != traits
    return False


def _without_falsy_traits(asked: Asked) -> Asked:
    return _changed(asked, "traits", _truthy(asked.fields["traits"]))


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="TEN-F1509",
        title="Asked for with a key, the configuration is that of the key's organization",
        promises=("HALO-02", "HALO-12"),
        mistake="Where a key comes along, all handlers take the organization from it.",
        apply=around_with_parts(_of_the_key),
        held_out=7,
    ),
    Fault(
        id="IDN-F1510",
        title="A user who sent a valid token needs none for ten minutes",
        promises=("HALO-04",),
        mistake="To check each message was slow, so that who was checked is remembered.",
        apply=_checking(lambda parts: _KnownForAWhile(parts.identity, parts.platform.clock)),
        held_out=7,
    ),
    Fault(
        id="IDN-F1511",
        title="Where identities are not verified, the claims of any token are believed",
        promises=("HALO-03", "HALO-05"),
        mistake="Off means that the signature is not verified; the token is still read.",
        apply=_checking(lambda parts: _BelievedWhenOff(parts.identity)),
        held_out=7,
    ),
    Fault(
        id="HDR-F1512",
        title="A page whose origin is null is let read no answer but a stream",
        promises=("HALO-06",),
        mistake="A list of origins to refuse came with the library, and has this one.",
        apply=answers(_has_no_origin, _without_cors),
        held_out=7,
    ),
    Fault(
        id="LIM-F1513",
        title="A message is taken, and measured, without the blanks at its ends",
        promises=("HALO-07",),
        mistake="All texts of a body are stripped before they are validated.",
        apply=requests(_has_blanks_around, _stripped),
        held_out=7,
    ),
    Fault(
        id="SSE-F1514",
        title="A streamed reply knows of the last ten messages of the history only",
        promises=("HALO-11", "HALO-07"),
        mistake="A short memory was to make the first piece come sooner.",
        apply=requests(_has_long_history, _forgetting),
        held_out=7,
    ),
    Fault(
        id="CCH-F1515",
        title="That an organization has no agent is answered for five minutes more",
        promises=("HALO-12", "HALO-09"),
        mistake="The cache keeps whatever the look-up gives, nothing included.",
        apply=around_with_parts(_absence_remembered),
        held_out=7,
    ),
    Fault(
        id="LIF-F1516",
        title="A trait that is 0, false or empty is taken as not sent",
        promises=("HALO-13", "HALO-12"),
        mistake="What was sent is told from what was not by its truth.",
        apply=requests(_has_falsy_traits, _without_falsy_traits),
        held_out=7,
    ),
)
