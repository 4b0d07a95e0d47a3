"""Believable posts, threads and matrices: the same for the same dice.

A workspace's history begins in January 2025 and ends in April 2026, with the rows that the
examples of the contract show. What is still scheduled is due one week after another from 2030 on.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from generated.aloha.server import models
from reference.aloha.ids import new_id
from reference.aloha.publishing import CHANNEL_NAMES, refusal
from reference.clock import microseconds

T = TypeVar("T")

_SECOND = 1_000_000
_HOUR = 3_600 * _SECOND
_DAY = 24 * _HOUR
_WEEK = 7 * _DAY
_QUARTER_HOUR = 900 * _SECOND
_FIRST = microseconds(datetime(2025, 1, 6, 8, tzinfo=UTC))
_LAST = microseconds(datetime(2026, 4, 8, 8, tzinfo=UTC))
_FAR = microseconds(datetime(2070, 1, 6, 9, tzinfo=UTC))

_STATUSES = {"published": 70, "draft": 14, "scheduled": 10, "failed": 6}
_PLACES: Mapping[tuple[models.Channel, ...], int] = {
    ("instagram",): 35,
    ("linkedin",): 20,
    ("instagram", "linkedin"): 30,
    ("linkedin", "instagram"): 15,
}
_OPENINGS = (
    "new this week:",
    "from the workshop:",
    "small news:",
    "before the weekend:",
    "a question for you:",
    "behind the counter:",
    "one year ago today:",
    "thank you for",
)
_SUBJECTS = (
    "the blue glaze is back.",
    "forty letters answered by hand.",
    "which roast should stay on the menu?",
    "a table by the window, until noon.",
    "the second batch sold out in a day.",
    "how we choose what not to make.",
    "three things that the rain taught us.",
    "the long queue and the good mood.",
    "a map of everybody who ordered in march.",
    "we are looking for a pair of hands.",
)
_SENDERS: Mapping[models.Channel, Sequence[str]] = {
    "instagram": ("@tide.and.timber", "@miriam.bakes", "@otto_paddles", "@plum.street", "@ifeoma"),
    "linkedin": ("Leilani Brandt", "Tomás Oliveira", "Aiko Sørensen", "Ruth Abena", "Jon Keahi"),
}
_MESSAGES = (
    "are you open on sunday?",
    "the parcel came today, thank you!",
    "could you send the price list?",
    "is the workshop in may full already?",
    "we would love to stock these.",
    "what is the green one called?",
    "saw you in the paper, congratulations.",
    "my order number is missing a digit, i think.",
)
_MATRICES = ("weekly digest", "launch countdown", "evergreen rotation", "event recap", "reposts")


@dataclass(frozen=True, slots=True)
class PlacementRow:
    """A post on one channel."""

    channel: models.Channel
    status: str
    published_at: int | None = None
    failure_reason: str | None = None


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post; times are microseconds since 1970."""

    id: str
    status: str
    content: str
    placements: tuple[PlacementRow, ...]
    scheduled_at: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread, as it stood when it was written to last."""

    id: str
    channel: models.Channel
    sender: str
    preview: str
    updated_at: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A matrix."""

    id: str
    name: str


def post_history(dice: random.Random, count: int) -> list[PostRow]:
    """Make up posts that were made evenly over time."""
    rows = []
    for index in range(count):
        created_at = _FIRST + (_LAST - _FIRST) * index // count + dice.randrange(3_600) * _SECOND
        status = _one_of(dice, _STATUSES)
        lead = dice.randrange(1, 12) * _DAY + dice.randrange(12) * _HOUR
        due_at = (created_at + lead) // _QUARTER_HOUR * _QUARTER_HOUR
        if status == "scheduled":
            due_at = _FAR + index * _WEEK
        rows.append(post(dice, created_at, status, None if status == "draft" else due_at))
    return rows


def post(
    dice: random.Random,
    created_at: int,
    status: str,
    scheduled_at: int | None,
    channels: Sequence[models.Channel] = (),
) -> PostRow:
    """Make up what a post says and, where no channels are given, where."""
    places = tuple(channels) or _one_of(dice, _PLACES)
    refused = dice.choice(places) if status == "failed" else None
    through = None if scheduled_at is None else scheduled_at + dice.randrange(1, 6) * _SECOND
    return PostRow(
        id=new_id("post", dice),
        status=status,
        content=f"{dice.choice(_OPENINGS)} {dice.choice(_SUBJECTS)}",
        placements=tuple(
            _placement(channel, "published" if status == "failed" else status, through)
            if channel != refused
            else PlacementRow(channel, "failed", failure_reason=refusal(channel))
            for channel in places
        ),
        scheduled_at=scheduled_at,
        created_at=created_at,
    )


def thread_history(dice: random.Random, count: int) -> list[ThreadRow]:
    """Make up threads, the one written to last at the end."""
    return [
        thread(dice, _FIRST + (_LAST - _FIRST) * index // count + dice.randrange(3_600) * _SECOND)
        for index in range(count)
    ]


def thread(dice: random.Random, updated_at: int, given: models.Channel | None = None) -> ThreadRow:
    """Make up who wrote what and, where no channel is given, where."""
    channel = dice.choice(tuple(CHANNEL_NAMES) if given is None else (given,))
    return ThreadRow(
        id=new_id("thr", dice),
        channel=channel,
        sender=dice.choice(_SENDERS[channel]),
        preview=dice.choice(_MESSAGES),
        updated_at=updated_at,
    )


def matrix_rows(dice: random.Random, count: int) -> list[MatrixRow]:
    """Make up matrices."""
    return [
        MatrixRow(new_id("mtx", dice), _MATRICES[index % len(_MATRICES)]) for index in range(count)
    ]


def _one_of(dice: random.Random, weights: Mapping[T, int]) -> T:
    return dice.choices(tuple(weights), tuple(weights.values()))[0]


def _placement(channel: models.Channel, status: str, through: int | None) -> PlacementRow:
    return PlacementRow(channel, status, through if status == "published" else None)


def _moment(text: str) -> int:
    return microseconds(datetime.fromisoformat(text))


DOCUMENTED_POSTS = (
    PostRow(
        id="post_01HXZ6T1DP5GQA",
        status="failed",
        content="the spring collection is here.",
        placements=(
            PlacementRow("instagram", "failed", failure_reason=refusal("instagram")),
            PlacementRow("linkedin", "published", _moment("2026-04-10T12:00:03Z")),
        ),
        scheduled_at=_moment("2026-04-10T12:00:00Z"),
        created_at=_moment("2026-04-09T15:21:57Z"),
    ),
    PostRow(
        id="post_01HYA2C8VN4JWE",
        status="published",
        content="doors open at nine.",
        placements=(PlacementRow("instagram", "published", _moment("2026-04-15T07:00:02Z")),),
        scheduled_at=_moment("2026-04-15T07:00:00Z"),
        created_at=_moment("2026-04-12T17:45:30Z"),
    ),
    PostRow(
        id="post_01HYB7M3QK9XTR",
        status="published",
        content="a monday note.",
        placements=(
            PlacementRow("instagram", "published", _moment("2026-04-15T09:30:03Z")),
            PlacementRow("linkedin", "published", _moment("2026-04-15T09:30:02Z")),
        ),
        scheduled_at=_moment("2026-04-15T09:30:00Z"),
        created_at=_moment("2026-04-13T08:02:11Z"),
    ),
    PostRow(
        id="post_01HYB8QD6ANVH2",
        status="draft",
        content="what we learned in march.",
        placements=(PlacementRow("linkedin", "draft"),),
        scheduled_at=None,
        created_at=_moment("2026-04-13T08:20:44Z"),
    ),
)
DOCUMENTED_THREADS = (
    ThreadRow(
        id="thr_01HYB4W0GZ7PDN",
        channel="linkedin",
        sender="Kai Nakamura",
        preview="congratulations on the launch!",
        updated_at=_moment("2026-04-12T22:51:08Z"),
    ),
    ThreadRow(
        id="thr_01HYB9F5SR2KMC",
        channel="instagram",
        sender="@noelani.reads",
        preview="do you ship to maui?",
        updated_at=_moment("2026-04-13T10:14:26Z"),
    ),
)
DOCUMENTED_MATRICES = (MatrixRow("mtx_01HXV5N7EB3FZD", "weekly digest"),)
