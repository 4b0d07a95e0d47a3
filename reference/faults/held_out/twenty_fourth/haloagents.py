"""Faults of HaloAgents, planted from its documentation alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.tables import enrollments, fingerprint

_HISTORY = 50
_JSON = {
    "content-type": "application/json",
    "access-control-allow-origin": "*",
    "cache-control": "no-store",
}
_BROKEN_OFF = 'event: error\ndata: {"error":"Something went wrong on our side."}\n\n'


def _is(*paths: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path in {f"{BASE_PATH}{path}" for path in paths}


_ON_CHATS, _ON_STREAM = _is("/chat", "/chat/stream"), _is("/chat/stream")
_ON_IDENTIFY = _is("/users/identify", "/companies/identify")
_ON_SERIES, _ON_CONFIG = _is("/series"), _is("/config")


def _identity(check: Callable[[IdentityCheck], IdentityCheck]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, identity=check(parts.identity))


@dataclass(frozen=True, slots=True)
class _ChecksWhatIsSent:
    """Checks each token that is sent, whether or not the organization asks for one."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        asks = organization.verifies_identity or body.user_token is not None
        return self.inner.identity(replace(organization, verifies_identity=asks), body)


@dataclass(frozen=True, slots=True)
class _ShorterPrefix:
    """Takes each user for anonymous whose id starts with `anon`."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        if body.user_id is not None and body.user_id.startswith("anon"):
            return None
        return self.inner.identity(organization, body)


def _failed(_asked: Asked, answered: Answered) -> bool:
    return answered.status == 500


def _failed_stream(asked: Asked, answered: Answered) -> bool:
    return _ON_STREAM(asked) and answered.status == 500


def _streamed(answered: Answered) -> Answered:
    return answered.with_status(200).with_text(_BROKEN_OFF, "text/event-stream")


def _has_long_history(asked: Asked) -> bool:
    history = asked.fields.get("history")
    return _ON_CHATS(asked) and isinstance(history, list) and len(history) > _HISTORY


def _with_the_latest(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "history": asked.fields["history"][-_HISTORY:]})


def _is_falsy(value: Any) -> bool:
    return value in (None, False, 0, "")


def _has_falsy_traits(asked: Asked) -> bool:
    traits = asked.fields.get("traits")
    return _ON_IDENTIFY(asked) and isinstance(traits, dict) and any(map(_is_falsy, traits.values()))


def _without_falsy_traits(asked: Asked) -> Asked:
    traits = asked.fields["traits"]
    kept = {name: value for name, value in traits.items() if not _is_falsy(value)}
    return asked.with_json({**asked.fields, "traits": kept})


async def _is_enrolled(parts: Parts, asked: Asked) -> bool:
    """Whether the user is enrolled that a change of a series names."""
    match asked.fields:
        case {"series_id": str(series_id), "user_id": str(user_id)}:
            is_it = select(enrollments.c.seq).where(
                enrollments.c.tenant == await tenant_of(parts, asked),
                enrollments.c.series == fingerprint(series_id),
                enrollments.c.user == fingerprint(user_id),
            )
            found = await parts.platform.database.read(lambda connection: connection.scalar(is_it))
            return found is not None
    return False


def _nothing_to_remove(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if not _ON_SERIES(asked) or asked.fields.get("action") != "remove":
            return await ask(asked)
        was_enrolled = await _is_enrolled(parts, asked)
        answered = await ask(asked)
        if answered.status != 200 or was_enrolled:
            return answered
        error = {"error": "This user is not enrolled in this series."}
        return answered.with_status(404).with_json(error)

    return tamper


def _config_with_a_key(parts: Parts) -> Tamper:
    async def tamper(ask: Ask, asked: Asked) -> Answered:
        is_config = _ON_CONFIG(asked) and asked.method in {"GET", "HEAD"}
        if not is_config or "authorization" not in asked.headers:
            return await ask(asked)
        if await tenant_of(parts, asked) is not None:
            return await ask(asked)
        refused = Answered(401, {**_JSON, "www-authenticate": "Bearer"}, b"")
        return refused.with_json({"error": "This key is unknown, or was revoked."})

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="COR-F4641",
        title="A 500 has no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="The framework handles crashes outside of the layer that adds the header.",
        apply=answers(
            _failed, lambda answered: answered.without_header("access-control-allow-origin")
        ),
        held_out=24,
    ),
    Fault(
        id="JWT-F4642",
        title="Where identities are not verified, a token that is sent is checked all the same",
        promises=("HALO-03",),
        mistake="if (user_token) stands before the setting is looked at.",
        apply=_identity(_ChecksWhatIsSent),
        held_out=24,
    ),
    Fault(
        id="JWT-F4643",
        title="Who has an id that starts with anon, without the underscore, needs no token",
        promises=("HALO-04",),
        mistake="The prefix was typed from memory.",
        apply=_identity(_ShorterPrefix),
        held_out=24,
    ),
    Fault(
        id="SSE-F4644",
        title="An agent that fails before its first piece is told of by an event, with status 200",
        promises=("HALO-11",),
        mistake="The stream is begun before the agent is asked.",
        apply=answers(_failed_stream, _streamed),
        held_out=24,
    ),
    Fault(
        id="LIM-F4645",
        title="Of a history that is too long, the last fifty messages are taken",
        promises=("HALO-07",),
        mistake="slice(-50), to be kind to old widgets.",
        apply=requests(_has_long_history, _with_the_latest),
        held_out=24,
    ),
    Fault(
        id="LIF-F4646",
        title="Traits that are false, 0 or empty are not merged",
        promises=("HALO-13",),
        mistake="Traits that were left out are filtered by their truth.",
        apply=requests(_has_falsy_traits, _without_falsy_traits),
        held_out=24,
    ),
    Fault(
        id="STA-F4647",
        title="To remove a user from a series who is not enrolled is answered with 404",
        promises=("HALO-12",),
        mistake="A delete that touches no row is taken for a row that is missing.",
        apply=around_with_parts(_nothing_to_remove),
        held_out=24,
    ),
    Fault(
        id="AUT-F4648",
        title="The configuration is refused to who sends a key that is not good",
        promises=("HALO-02",),
        mistake="The key is optional there, and checked where it is sent.",
        apply=around_with_parts(_config_with_a_key),
        held_out=24,
    ),
)
