"""How a fault gets into webhooks: into their profile, around an attempt, or into the outbox."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol, TypeVar

import httpx2

from reference.faults.composition import Composed
from reference.webhooks.outcome import Outcome
from reference.webhooks.profile import Attempt, Deliver, WebhookProfile


class Sending(Composed, Protocol):
    """The parts of an API that has webhooks."""

    @property
    def webhooks(self) -> WebhookProfile:
        """How they are sent."""


P = TypeVar("P", bound=Sending)
Event = dict[str, Any]
_RECEIVED = Outcome(200, None)


def profile(change: Callable[[WebhookProfile], WebhookProfile]) -> Callable[[P], P]:
    """Send webhooks in another way."""

    def apply(parts: P) -> P:
        changes: dict[str, Any] = {"webhooks": change(parts.webhooks)}
        return replace(parts, **changes)

    return apply


def retries(waits: Sequence[timedelta]) -> Callable[[P], P]:
    """Wait otherwise between attempts."""
    return profile(lambda honest: replace(honest, retries=tuple(waits)))


def attempts(around: Callable[[Deliver], Deliver]) -> Callable[[P], P]:
    """Put something around each attempt."""
    return profile(lambda honest: replace(honest, around=around))


def headers(change: Callable[[Attempt, Mapping[str, str]], Mapping[str, str]]) -> Callable[[P], P]:
    """Send other headers."""
    return profile(
        lambda honest: replace(
            honest, headers=lambda attempt: change(attempt, honest.headers(attempt))
        )
    )


def signed(what: Callable[[Attempt], Attempt]) -> Callable[[P], P]:
    """Sign something else than what is sent."""
    return profile(
        lambda honest: replace(honest, headers=lambda attempt: honest.headers(what(attempt)))
    )


def bodies(change: Callable[[Attempt, Event], Event]) -> Callable[[P], P]:
    """Send other events, signed as they are sent."""

    def around(deliver: Deliver) -> Deliver:
        async def changed(attempt: Attempt) -> Outcome:
            event = change(attempt, json.loads(attempt.body))
            body = json.dumps(event, separators=(",", ":")).encode()
            same = event == json.loads(attempt.body)
            return await deliver(attempt if same else replace(attempt, body=body))

        return changed

    return attempts(around)


def outcomes(change: Callable[[Outcome], Outcome]) -> Callable[[P], P]:
    """Think otherwise of what receivers answer."""

    def around(deliver: Deliver) -> Deliver:
        async def judged(attempt: Attempt) -> Outcome:
            return change(await deliver(attempt))

        return judged

    return attempts(around)


def received(applies: Callable[[Outcome], bool]) -> Callable[[P], P]:
    """Take some failures for successes."""
    return outcomes(
        lambda outcome: replace(_RECEIVED, status=outcome.status) if applies(outcome) else outcome
    )


def sent_again(parts: P) -> P:
    """Send everything once more after it was received."""
    seen: set[tuple[str, str]] = set()

    def around(deliver: Deliver) -> Deliver:
        async def again(attempt: Attempt) -> Outcome:
            outcome = await deliver(attempt)
            key = (attempt.event_id, attempt.url)
            if outcome.delivered and key not in seen:
                seen.add(key)
                return replace(outcome, error="The answer was not understood.")
            return outcome

        return again

    return attempts(around)(parts)


def re_serialised(attempt: Attempt) -> Attempt:
    """Return an attempt whose body was read and written anew."""
    return replace(attempt, body=json.dumps(json.loads(attempt.body)).encode())


def follower(headers_of: Callable[[Attempt], Mapping[str, str]]) -> Callable[[Deliver], Deliver]:
    """Go where receivers redirect to."""

    def around(deliver: Deliver) -> Deliver:
        async def followed(attempt: Attempt) -> Outcome:
            outcome = await deliver(attempt)
            if outcome.status is None or not 300 <= outcome.status <= 399:
                return outcome
            sent = {**headers_of(attempt), "Content-Type": "application/json"}
            async with httpx2.AsyncClient(trust_env=False) as client:
                answer = await client.post(
                    attempt.url, headers=sent, content=attempt.body, follow_redirects=True
                )
            return replace(_RECEIVED, status=answer.status_code) if answer.is_success else outcome

        return followed

    return around
