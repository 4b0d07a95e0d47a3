"""Planted faults of what a reply that broke off leaves behind, and of what is as long as may be."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from reference.clock import Clock
from reference.faults.composition import answers, around_with_parts, requests, tenant_of
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.haloagents.limits import CHATS, EVENTS
from reference.haloagents.agent import AgentError
from reference.haloagents.parts import Parts
from reference.haloagents.replies import Replies

_BATCH = 100
_BESIDE = 0.02
"""Seconds for which a question is kept from the agent, so that others come beside it."""
_APOLOGY = "Sorry, I cannot answer that now."


class _KeptOfHangUps(Replies):
    """Begins a reply with what was said of the last one that somebody hung up on."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._left = ""

    async def watched(
        self, pieces: AsyncGenerator[str], org_id: str, operation: str
    ) -> AsyncGenerator[str]:
        """Yield the pieces of a reply, noting how far it comes."""
        said, is_left = "", True
        try:
            async with aclosing(super().watched(pieces, org_id, operation)) as watched:
                async for piece in watched:
                    said += piece
                    before, self._left = self._left, ""
                    yield before + piece
            is_left = False
        except AgentError:
            is_left = False
            raise
        finally:
            self._left = said if is_left else self._left


class _Opened(Replies):
    """Fails once more after a whole reply that failed."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._is_open = False

    async def watched(
        self, pieces: AsyncGenerator[str], org_id: str, operation: str
    ) -> AsyncGenerator[str]:
        """Yield the pieces of a reply, noting how far it comes."""
        is_whole = operation == "sendChat"
        if is_whole and self._is_open:
            self._is_open = False
            raise AgentError("the last reply failed")
        try:
            async with aclosing(super().watched(pieces, org_id, operation)) as watched:
                async for piece in watched:
                    yield piece
        except AgentError:
            self._is_open = is_whole
            raise


class _Apologizing(Replies):
    """Says sorry where a whole reply fails before its first word."""

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
            if operation != "sendChat" or said:
                raise
            yield _APOLOGY


def _replying(replies: Callable[[Clock], Replies]) -> Callable[[Parts], Parts]:
    return lambda parts: replace(parts, replies=replies(parts.platform.clock))


def _one_at_a_time(parts: Parts) -> Tamper:
    """Ask the agent nothing while it is asked for the same organization; share that reply."""
    asking: dict[str, Any] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        tenant, message = await tenant_of(parts, asked), asked.fields.get("message")
        if asked.path != CHATS[0] or tenant is None or not isinstance(message, str):
            return await ask(asked)
        if tenant in asking:
            return await ask(asked.with_json({**asked.fields, "message": asking[tenant]}))
        asking[tenant] = message
        try:
            await asyncio.sleep(_BESIDE)
            return await ask(asked)
        finally:
            del asking[tenant]

    return tamper


def _is_full(asked: Asked) -> bool:
    events = asked.fields.get("events")
    return asked.path == EVENTS and isinstance(events, list) and len(events) == _BATCH


def _last_bare(asked: Asked) -> Asked:
    *events, last = asked.fields["events"]
    is_event = isinstance(last, dict)
    bare = {name: last[name] for name in last if name != "metadata"} if is_event else last
    return asked.with_json({**asked.fields, "events": [*events, bare]})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="SSE-F4136",
        title="A reply begins with what was said of the last one that somebody hung up on",
        promises=("HALO-11",),
        mistake="The text is gathered in one place, which the end of a reply empties.",
        apply=_replying(_KeptOfHangUps),
    ),
    Fault(
        id="SSE-F4137",
        title="A whole reply after one that failed is 500",
        promises=("HALO-10",),
        mistake="A circuit breaker opens at the first failure, and closes at the next question.",
        apply=_replying(_Opened),
    ),
    Fault(
        id="SSE-F4138",
        title="A whole reply that fails before its first word is an apology",
        promises=("HALO-08",),
        mistake="Where nothing was said, something kind is said.",
        apply=_replying(_Apologizing),
    ),
    Fault(
        id="SSE-F4139",
        title="Two questions at one time both get the reply to the first",
        promises=("HALO-10",),
        mistake="Calls to the agent that overlap are made one, by organization alone.",
        apply=around_with_parts(_one_at_a_time),
    ),
    Fault(
        id="LIM-F4140",
        title="A batch of exactly 100 events says that 99 were stored",
        promises=("HALO-07", "HALO-12"),
        mistake="The count comes from a page of rows, which has one less.",
        apply=answers(
            lambda asked, answered: _is_full(asked) and answered.status == 200,
            lambda answered: answered.with_json({"stored": _BATCH - 1}),
        ),
    ),
    Fault(
        id="LIF-F4141",
        title="Of exactly 100 events the last is stored without its metadata",
        promises=("HALO-07", "HALO-12"),
        mistake="The metadata of a batch are looked up by a number that ends before its last.",
        apply=requests(_is_full, _last_bare),
    ),
)
