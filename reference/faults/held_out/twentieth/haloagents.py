"""Faults of HaloAgents, planted from its documentation alone."""

import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generated.haloagents.server import errors
from reference.faults.composition import (
    around_with_parts,
    requests,
    retelling,
    tenant_of,
    wrapped,
)
from reference.faults.exchange import Answered, Ask, Asked, Reheading, Retell, Tamper
from reference.faults.fault import Fault
from reference.haloagents.agent import Agent, AgentError, Question
from reference.haloagents.identity import Identified, Identity, IdentityCheck
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts
from reference.haloagents.replies import Replies

_HISTORY = 50
_BATCH = 100


def _identity(check: Callable[[IdentityCheck], IdentityCheck]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, identity=check(parts.identity))


@dataclass(frozen=True, slots=True)
class _EmptyIsAbsent:
    """Believes a token about what it says, where it says more than nothing."""

    inner: IdentityCheck

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        proved = self.inner.identity(organization, body)
        if proved is None:
            return None
        return Identity(
            proved.user_id, proved.email or None, proved.role or None, proved.plan or None
        )


@dataclass(frozen=True, slots=True)
class _Remembered:
    """Remembers the secret that a token was verified with."""

    inner: IdentityCheck
    secrets: dict[str, str] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        token = body.user_token or ""
        try:
            proved = self.inner.identity(organization, body)
        except errors.Forbidden:
            secret = self.secrets.get(token)
            if secret is None:
                raise
            return self.inner.identity(replace(organization, identity_secret=secret), body)
        if proved is not None:
            self.secrets[token] = organization.identity_secret
        return proved


class _HalfAReply(Replies):
    """Takes what there is of a whole reply for the reply, where the agent fails after a piece."""

    async def watched(
        self, pieces: AsyncGenerator[str], org_id: str, operation: str
    ) -> AsyncGenerator[str]:
        """Yield the pieces of a reply, noting how far it comes."""
        said = ""
        try:
            async with aclosing(super().watched(pieces, org_id, operation)) as watched:
                async for piece in watched:
                    said += piece
                    yield piece
        except AgentError:
            if operation != "sendChat" or not said:
                raise


@dataclass(frozen=True, slots=True)
class _FiftyInAll:
    """An agent that is given fifty messages at most, the one to answer included."""

    inner: Agent

    def reply(self, question: Question) -> AsyncGenerator[str]:
        """Yield the pieces of a reply."""
        history = question.history[-(_HISTORY - 1) :]
        return self.inner.reply(replace(question, history=history))


def _fifty_in_all(parts: Parts) -> Parts:
    return replace(parts, agent=lambda organization: _FiftyInAll(parts.agent(organization)))


def _done_in_the_end() -> Retell:
    """Tell after an error what was said before it, as the whole reply."""
    said = ""

    def retell(event: bytes) -> Sequence[bytes]:
        nonlocal said
        name, _, data = event.decode().strip().partition("\ndata: ")
        if name == "event: delta":
            said += json.loads(data)["text"]
        if name != "event: error":
            return [event]
        done = json.dumps({"reply": said}, ensure_ascii=False, separators=(",", ":"))
        return [event, f"event: done\ndata: {done}\n\n".encode()]

    return retell


def _batch(asked: Asked) -> Sequence[Any]:
    match asked.fields.get("events"):
        case [*events] if asked.path == f"{BASE_PATH}/events" and len(events) <= _BATCH:
            return events
    return []


def _different(asked: Asked) -> Sequence[Any]:
    """Return the events of a batch, each of those that are equal once."""
    return [*{json.dumps(event, sort_keys=True): event for event in _batch(asked)}.values()]


def _repeats(asked: Asked) -> bool:
    return len(_different(asked)) < len(_batch(asked))


def _each_once(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "events": _different(asked)})


def _gone_for_good(parts: Parts) -> Tamper:
    """Enroll nobody in a series again who was removed from it."""
    gone: set[tuple[str | None, str, str]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        fields = asked.fields
        if asked.path != f"{BASE_PATH}/series":
            return await ask(asked)
        place = (
            await tenant_of(parts, asked),
            str(fields.get("series_id")),
            str(fields.get("user_id")),
        )
        if fields.get("action") == "enroll" and place in gone:
            return await ask(asked.with_json({**fields, "action": "remove"}))
        answered = await ask(asked)
        if fields.get("action") == "remove" and answered.status == 200:
            gone.add(place)
        return answered

    return tamper


def _without_origin(_message: Message, headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "access-control-allow-origin"}


def _not_for_null(app: ASGIApp) -> ASGIApp:
    other = Reheading(app, _without_origin)

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        is_null = dict(scope["headers"]).get(b"origin") == b"null"
        await (other if is_null else app)(scope, receive, send)

    return answering


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F3809",
        title="A trusted claim that is empty gives way to what the body says",
        promises=("HALO-05",),
        mistake="claims.role || body.role, where an empty text is as good as none.",
        apply=_identity(_EmptyIsAbsent),
        held_out=20,
    ),
    Fault(
        id="JWT-F3810",
        title="A token that one organization's secret has verified is good in every other",
        promises=("HALO-04", "HALO-03"),
        mistake="Verified tokens are cached by their text, without the organization.",
        apply=_identity(_Remembered),
        held_out=20,
    ),
    Fault(
        id="STA-F3811",
        title="A whole reply that breaks off is answered with 200 and what there is of it",
        promises=("HALO-10", "HALO-08"),
        mistake="The failure is caught around the loop that collects the pieces.",
        apply=lambda parts: replace(parts, replies=_HalfAReply(parts.platform.clock)),
        held_out=20,
    ),
    Fault(
        id="LIM-F3812",
        title="Of a history of 50 messages, the agent is not given the first",
        promises=("HALO-07",),
        mistake="The message that is to be answered is counted among the 50.",
        apply=_fifty_in_all,
        held_out=20,
    ),
    Fault(
        id="SSE-F3813",
        title="A stream that fails ends with done, after its error",
        promises=("HALO-11",),
        mistake="The last event is sent in a finally block.",
        apply=retelling(_done_in_the_end),
        held_out=20,
    ),
    Fault(
        id="LIF-F3814",
        title="Events of a batch that are equal are stored once",
        promises=("HALO-12", "HALO-13"),
        mistake="A guard against batches that are sent again works within one, too.",
        apply=requests(_repeats, _each_once),
        held_out=20,
    ),
    Fault(
        id="LIF-F3815",
        title="A user who was removed from a series is never enrolled in it again",
        promises=("HALO-12",),
        mistake="Whoever was removed is treated like one who unsubscribed.",
        apply=around_with_parts(_gone_for_good),
        held_out=20,
    ),
    Fault(
        id="COR-F3816",
        title="A page whose origin is null gets no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="The origin null is taken for no origin.",
        apply=wrapped(_not_for_null),
        held_out=20,
    ),
)
