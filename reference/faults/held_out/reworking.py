"""How a fault gets into a write of Leadiosa: around the work of one action."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from generated.leadiosa.server import models
from generated.leadiosa.server.runtime import Request
from reference.leadiosa.changing import Change, Precondition, Writer, Written, require_open
from reference.leadiosa.parts import Parts
from reference.leadiosa.security import Caller

T = TypeVar("T")
Work = Callable[[Change], Written[Any]]


class Rework(Protocol):
    """Does the work of a write in another way."""

    def __call__(self, request: Request[Caller], change: Change, work: Work, /) -> Written[Any]:
        """Do a write in another way."""


@dataclass(frozen=True, slots=True)
class Reworking(Writer):
    """Does the writes of one action in another way."""

    action: models.AuditAction
    rework: Rework

    async def write(
        self,
        request: Request[Caller],
        action: models.AuditAction,
        work: Callable[[Change], Written[T]],
        precondition: Precondition = require_open,
    ) -> T:
        """Do a write with its events and its audit entry."""

        def reworked(change: Change) -> Written[T]:
            return self.rework(request, change, work) if action == self.action else work(change)

        return await Writer.write(self, request, action, reworked, precondition)


def reworking(action: models.AuditAction, rework: Rework) -> Callable[[Parts], Parts]:
    """Do the writes of one action in another way."""

    def apply(parts: Parts) -> Parts:
        honest = parts.writer
        writer = Reworking(honest.database, honest.clock, honest.outbox, action, rework)
        return replace(parts, writer=writer)

    return apply
