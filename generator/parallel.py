"""Independent work on two processes, where the machine and the work are large enough for it."""

from __future__ import annotations

import os
import pickle
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Share(Protocol):
    """How independent work is done: `shared_out` or `in_turn`."""

    def __call__(
        self, work: Callable[[T], R], items: Sequence[T], weight: Callable[[T], float]
    ) -> list[R]:
        """What `work` makes of each item, in order."""
        ...


def in_turn(
    work: Callable[[T], R],
    items: Sequence[T],
    weight: Callable[[T], float],  # noqa: ARG001  as `shared_out` takes it
) -> list[R]:
    """What `work` makes of each item, in order, on this process alone."""
    return [work(item) for item in items]


def parts(share: Share, work: Mapping[Callable[[], Any], float]) -> list[Any]:
    """What each part of some work makes, in order, shared out by how much there is to do in it."""
    return share(lambda part: part(), list(work), work.__getitem__)


def shared_out(work: Callable[[T], R], items: Sequence[T], weight: Callable[[T], float]) -> list[R]:
    """What `work` makes of each item, in order: the lighter half of it in a forked process.

    A process that fails gives no answer; its items are then worked on here, and so raise here
    what they raise.
    """
    lighter = _lighter_half(items, weight)
    if not lighter or not _can_fork():
        return in_turn(work, items, weight)
    read, child = _forked(lambda: {index: work(items[index]) for index in lighter})
    here = {i: work(item) for i, item in enumerate(items) if i not in lighter}
    with os.fdopen(read, "rb") as answer:
        sent = answer.read()
    _, status = os.waitpid(child, 0)
    found: dict[int, R] = pickle.loads(sent) if status == 0 else {}  # noqa: S301  # our own child's
    here |= found
    return [here[i] if i in here else work(item) for i, item in enumerate(items)]


def _lighter_half(items: Sequence[T], weight: Callable[[T], float]) -> set[int]:
    """Items that together weigh at most half, taken from the heaviest on."""
    weights = {index: weight(item) for index, item in enumerate(items)}
    chosen: set[int] = set()
    total = 0.0
    for index in sorted(weights, key=lambda i: weights[i], reverse=True):
        if (total + weights[index]) * 2 <= sum(weights.values()):
            chosen.add(index)
            total += weights[index]
    return chosen


def _can_fork() -> bool:
    return sys.platform == "linux" and (os.cpu_count() or 1) > 1 and threading.active_count() == 1


def _forked(work: Callable[[], object]) -> tuple[int, int]:
    """Start work in another process: the pipe its pickled result comes by, and its id."""
    read, write = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child:
        os.close(write)
        return read, child
    status = 1
    try:
        os.close(read)
        with os.fdopen(write, "wb") as answer:
            answer.write(pickle.dumps(work()))
        status = 0
    finally:
        os._exit(status)
