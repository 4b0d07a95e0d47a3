"""How an API sends its webhooks: which events it has, and how a delivery is signed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from reference.webhooks.outcome import Outcome

RETRIES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=25),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""The waits between attempts (ALOHA-13)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver an event."""

    event_id: str
    event: str
    body: bytes
    secret: str
    at: int
    """Microseconds since 1970, on the clock."""
    url: str = ""
    """Where it goes."""


Deliver = Callable[[Attempt], Awaitable[Outcome]]
"""Makes an attempt; returns what came of it."""


@dataclass(frozen=True, slots=True)
class WebhookProfile:
    """What the deliveries of an API are like."""

    events: Sequence[str]
    headers: Callable[[Attempt], Mapping[str, str]]
    """Returns the headers of an attempt, its signature among them."""
    new_secret: Callable[[], str]
    """Makes the secret of a subscription that brings none."""
    check_secret: Callable[[str], None]
    """Raises ValueError, with a sentence, for a secret that deliveries cannot be signed with."""
    retries: Sequence[timedelta] = RETRIES
    """How long to wait after each failed attempt before the next one."""
    around: Callable[[Deliver], Deliver] = lambda deliver: deliver
    """What stands around each attempt, if anything does."""
