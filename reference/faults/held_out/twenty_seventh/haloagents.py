"""Faults of HaloAgents, planted from its documentation alone."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.faults.composition import around_with_parts, requests, tenant_of, wrapped
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.haloagents.agent import Agent, AgentError, Question
from reference.haloagents.identity import Identified, Identity, IdentityCheck, is_anonymous
from reference.haloagents.organizations import Organization
from reference.haloagents.parts import BASE_PATH, Parts

_HISTORY = 50
_METADATA = 10_000
_TOO_LARGE = {"a": "a" * _METADATA}


def _is(*paths: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.path in {f"{BASE_PATH}{path}" for path in paths}


_ON_STREAM, _ON_EVENTS, _ON_SERIES = _is("/chat/stream"), _is("/events"), _is("/series")
_ON_CONFIG = _is("/config")
_ON_IDENTIFY = _is("/users/identify", "/companies/identify")


@dataclass(frozen=True, slots=True)
class _KnownTokens:
    """Reads a token that was good once with the secret that it was good under."""

    inner: IdentityCheck
    secrets: dict[str, str] = field(default_factory=dict)

    def identity(self, organization: Organization, body: Identified) -> Identity | None:
        """Return who is proved to be the user, None where no proof is asked; raise Forbidden."""
        secret = self.secrets.get(body.user_token or "", organization.identity_secret)
        proved = self.inner.identity(replace(organization, identity_secret=secret), body)
        if proved is not None and body.user_token and not is_anonymous(body.user_id):
            self.secrets[body.user_token] = secret
        return proved


def _key_looked_at(parts: Parts) -> Tamper:
    """Answer who sends a bad key for the configuration as who sends it for the chat."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        has_key = _ON_CONFIG(asked) and asked.method == "GET" and "authorization" in asked.headers
        if has_key and await tenant_of(parts, asked) is None:
            path = f"{BASE_PATH}/chat"
            return await ask(replace(asked, method="POST", path=path, query_string=b""))
        return await ask(asked)

    return tamper


def _said(message: Any) -> bool:
    match message:
        case {"role": "user" | "assistant", "content": str()}:
            return True
    return False


def _full_history(asked: Asked) -> bool:
    match asked.fields.get("history"):
        case [first, *others] if _ON_STREAM(asked):
            return len(others) + 1 == _HISTORY and _said(first)
    return False


def _without_the_oldest(asked: Asked) -> Asked:
    return asked.with_json({**asked.fields, "history": asked.fields["history"][1:]})


@dataclass(frozen=True, slots=True)
class _Content:
    """An agent that is content with what it has said when it fails."""

    inner: Agent

    async def reply(self, question: Question) -> AsyncGenerator[str]:
        """Yield the pieces of a reply; raise AgentError where there is none."""
        has_begun = False
        async with aclosing(self.inner.reply(question)) as pieces:
            try:
                async for piece in pieces:
                    has_begun = True
                    yield piece
            except AgentError:
                if not has_begun:
                    raise


def _passed_off(parts: Parts) -> Parts:
    return replace(parts, agent=lambda organization: _Content(parts.agent(organization)))


@dataclass(frozen=True, slots=True)
class _NullRefused:
    """ASGI middleware: a page whose origin is `null` is not told that it may read the answer."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def untold(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [
                    (name, value)
                    for name, value in message["headers"]
                    if name.lower() != b"access-control-allow-origin"
                ]
                message = {**message, "headers": kept}
            await send(message)

        is_null = (b"origin", b"null") in scope["headers"]
        await self.app(scope, receive, untold if is_null else send)


def _is_large_escaped(event: Any) -> bool:
    match event:
        case {"metadata": dict(metadata)}:
            return len(json.dumps(metadata, separators=(",", ":"))) > _METADATA
    return False


def _large_escaped(asked: Asked) -> bool:
    match asked.fields.get("events"):
        case [*events] if _ON_EVENTS(asked):
            return any(map(_is_large_escaped, events))
    return False


def _as_too_large(asked: Asked) -> Asked:
    events = [
        {**event, "metadata": _TOO_LARGE} if _is_large_escaped(event) else event
        for event in asked.fields["events"]
    ]
    return asked.with_json({**asked.fields, "events": events})


def _null_traits(asked: Asked) -> bool:
    match asked.fields.get("traits"):
        case {**traits} if _ON_IDENTIFY(asked):
            return None in traits.values()
    return False


def _without_nulls(asked: Asked) -> Asked:
    traits = asked.fields["traits"].items()
    kept = {name: value for name, value in traits if value is not None}
    return asked.with_json({**asked.fields, "traits": kept})


def _never_again(parts: Parts) -> Tamper:
    """Keep the enrollment of who is removed, marked as ended, and find that one ever after."""
    enrolled: set[tuple[object, ...]] = set()
    ended: set[tuple[object, ...]] = set()

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        if not _ON_SERIES(asked) or asked.method != "POST":
            return await ask(asked)
        fields = asked.fields
        names = [str(fields.get(name)) for name in ("series_id", "user_id")]
        place = (await tenant_of(parts, asked), *names)
        enrolls = fields.get("action") == "enroll"
        if enrolls and place in ended:
            return await ask(asked.with_json({**fields, "action": "remove"}))
        answered = await ask(asked)
        if answered.status == 200 and enrolls:
            enrolled.add(place)
        elif answered.status == 200 and place in enrolled:
            ended.add(place)
        return answered

    return tamper


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="JWT-F4811",
        title="A token that one organization took is taken by every other",
        promises=("HALO-04", "HALO-03"),
        mistake="The secret is cached by the token, without the organization.",
        apply=lambda parts: replace(parts, identity=_KnownTokens(parts.identity)),
        held_out=27,
    ),
    Fault(
        id="AUT-F4812",
        title="The configuration is refused to who sends a key that is not good",
        promises=("HALO-02",),
        mistake="What looks at keys stands before every route, and lets pass who sends none.",
        apply=around_with_parts(_key_looked_at),
        held_out=27,
    ),
    Fault(
        id="SSE-F4813",
        title="The streaming agent does not get the oldest of fifty messages",
        promises=("HALO-11", "HALO-07"),
        mistake="The history is cut to fifty with the new message among them.",
        apply=requests(_full_history, _without_the_oldest),
        held_out=27,
    ),
    Fault(
        id="SSE-F4814",
        title="A reply that breaks off is passed off as whole",
        promises=("HALO-11", "HALO-10"),
        mistake="The loop over the pieces ends in the same way, whether they ended or broke off.",
        apply=_passed_off,
        held_out=27,
    ),
    Fault(
        id="COR-F4815",
        title="A page whose origin is null gets no Access-Control-Allow-Origin",
        promises=("HALO-06",),
        mistake="A library takes the null of a frame in a sandbox for no origin at all.",
        apply=wrapped(_NullRefused),
        held_out=27,
    ),
    Fault(
        id="LIM-F4816",
        title="The metadata of an event is measured with its characters escaped",
        promises=("HALO-07",),
        mistake="The JSON is written in ASCII to be measured, as the library does by default.",
        apply=requests(_large_escaped, _as_too_large),
        held_out=27,
    ),
    Fault(
        id="STA-F4817",
        title="A trait that is sent as null keeps the value that it had",
        promises=("HALO-13",),
        mistake="What is null is taken for not sent, one level too deep.",
        apply=requests(_null_traits, _without_nulls),
        held_out=27,
    ),
    Fault(
        id="LIF-F4818",
        title="A user who was removed from a series is not enrolled in it again",
        promises=("HALO-12",),
        mistake="Who is removed keeps a row that says so, and enrolling finds that one.",
        apply=around_with_parts(_never_again),
        held_out=27,
    ),
)
