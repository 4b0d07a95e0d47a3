"""More faults of HaloAgents, planted from its documentation alone."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from reference.faults.composition import answers, around_with_parts, requests, tenant_of
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
from reference.haloagents.tables import fingerprint, series, users

_BATCH = 100


def _is(*paths: str) -> Callable[[Asked], bool]:
    whole = {f"{BASE_PATH}{path}" for path in paths}
    return lambda asked: asked.path in whole


_ON_STREAM, _ON_EVENTS, _ON_SERIES, _ON_CONFIG = map(
    _is, ("/chat/stream", "/events", "/series", "/config")
)
_ON_EITHER_CHAT = _is("/chat", "/chat/stream")


def _identity(check: Callable[[Parts], IdentityCheck]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, identity=check(parts))


@dataclass(frozen=True, slots=True)
class _SecretByToken:
    """Verifies a token again with the secret that it was good under before."""

    parts: Parts
    secrets: dict[str, str] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        if not organization.verifies_identity or is_anonymous(body.user_id):
            return None
        known = self._again(body.user_token or "")
        if known is not None and known.user_id == body.user_id:
            return known
        proved = self.parts.identity.identity(organization, body)
        if body.user_token is not None:
            self.secrets[body.user_token] = organization.identity_secret
        return proved

    def _again(self, token: str) -> Identity | None:
        now = self.parts.platform.clock.microseconds()
        try:
            return read_token(token, self.secrets[token], now)
        except (KeyError, InvalidTokenError):
            return None


@dataclass(frozen=True, slots=True)
class _UnlessEmpty:
    """Believes the claims of a token that say something."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        proved = self.inner.identity(organization, body)
        if proved is None:
            return None
        return replace(
            proved,
            email=proved.email or None,
            role=proved.role or None,
            plan=proved.plan or None,
        )


def _refused_stream(asked: Asked, answered: Answered) -> bool:
    wanted = asked.headers.get("accept", "")
    return _ON_STREAM(asked) and wanted == "text/event-stream" and answered.status >= 400


def _as_event(answered: Answered) -> Answered:
    text = f"event: error\ndata: {json.dumps(answered.json)}\n\n"
    return answered.with_text(text, "text/event-stream")


def _users_of_all(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        series_id, user_id, action = map(asked.fields.get, ("series_id", "user_id", "action"))
        if not _ON_SERIES(asked) or answered.status != 404 or not isinstance(user_id, str):
            return answered
        if await known_data(parts, asked, series, "series_id") is None:
            return answered
        is_it = users.c.fingerprint == fingerprint(user_id)
        found = await parts.platform.database.read(
            lambda connection: connection.scalar(select(users.c.seq).where(is_it).limit(1))
        )
        if found is None:
            return answered
        place = {"series_id": series_id, "user_id": user_id, "enrolled": action == "enroll"}
        return answered.with_status(200).with_json(place)

    return tamper


def _has_edges(asked: Asked) -> bool:
    message = asked.fields.get("message")
    return _ON_EITHER_CHAT(asked) and isinstance(message, str) and message != message.strip()


def _trimmed(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "message": asked.fields["message"].strip()})


def _from_nowhere(asked: Asked, _answered: Answered) -> bool:
    return asked.headers.get("origin") == "null"


def _to_nowhere(answered: Answered) -> Answered:
    return answered.with_header("access-control-allow-origin", "null")


def _distinct(events: list[Any]) -> list[Any]:
    """Return events without those that are there already, in their order."""
    return [*{json.dumps(event, sort_keys=True): event for event in events}.values()]


def _repeats_itself(asked: Asked) -> bool:
    events = asked.fields.get("events")
    is_batch = isinstance(events, list) and len(events) <= _BATCH
    return _ON_EVENTS(asked) and is_batch and len(_distinct(events or [])) < len(events or [])


def _without_repeats(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "events": _distinct(asked.fields["events"])})


def _of_the_key(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant = await tenant_of(parts, asked) if _ON_CONFIG(asked) else None
        if tenant is None or not asked.parameter("org_id"):
            return await ask(asked)
        org_id = await parts.organizations.org_id(tenant)
        query = [(name, org_id if name == "org_id" else value) for name, value in asked.query]
        return await ask(asked.with_query(query))

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F1909",
        title="A token that one organization has taken is good for every other",
        promises=("HALO-03", "HALO-04"),
        mistake="The secret that a token is verified with is cached by the token alone.",
        apply=_identity(_SecretByToken),
        held_out=11,
    ),
    Fault(
        id="JWT-F1910",
        title="A trusted claim that is an empty text leaves what the body says",
        promises=("HALO-05",),
        mistake="The claim or else the field, where an empty text counts as none.",
        apply=_identity(lambda parts: _UnlessEmpty(parts.identity)),
        held_out=11,
    ),
    Fault(
        id="SSE-F1911",
        title="Who accepts event streams only gets what went wrong before the stream as an event",
        promises=("HALO-11", "HALO-08"),
        mistake="The error handler negotiates the type of its answer.",
        apply=answers(_refused_stream, _as_event),
        held_out=11,
    ),
    Fault(
        id="TEN-F1912",
        title="A series takes a user whom only another organization has identified",
        promises=("HALO-09", "HALO-12"),
        mistake="Whether there is such a user is asked without the organization.",
        apply=around_with_parts(_users_of_all),
        held_out=11,
    ),
    Fault(
        id="LIM-F1913",
        title="A message is trimmed before it is measured and answered",
        promises=("HALO-07", "HALO-10"),
        mistake="A form's habit of tidying up what was typed.",
        apply=requests(_has_edges, _trimmed),
        held_out=11,
    ),
    Fault(
        id="COR-F1914",
        title="To the origin null, Access-Control-Allow-Origin says null",
        promises=("HALO-06",),
        mistake="Pages without an origin were to be let in by name.",
        apply=answers(_from_nowhere, _to_nowhere),
        held_out=11,
    ),
    Fault(
        id="LIF-F1915",
        title="Of events of a batch that are equal, one is stored",
        promises=("HALO-12", "HALO-13"),
        mistake="Repeats within a batch were taken for retries of the widget.",
        apply=requests(_repeats_itself, _without_repeats),
        held_out=11,
    ),
    Fault(
        id="TEN-F1916",
        title="Where a key comes along, the configuration is that of the key's organization",
        promises=("HALO-02", "HALO-12"),
        mistake="The key's organization takes precedence wherever there is a key.",
        apply=around_with_parts(_of_the_key),
        held_out=11,
    ),
)
