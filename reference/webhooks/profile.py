"""How an API sends its webhooks: which events it has, and how a delivery is signed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to deliver an event."""

    event_id: str
    event: str
    body: bytes
    secret: str
    at: int
    """Microseconds since 1970, on the clock."""


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
