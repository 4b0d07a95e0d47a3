"""What Errors does: one abstract class a resource, one method an operation.

A method returns the documented value, a `Response` with more to say, or a Starlette response as it
is; it raises what is in `errors`. `P` is what the security functions return: who is calling.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from .runtime import Request, Result

P = TypeVar("P")


class DoorsHandler(ABC, Generic[P]):
    """The operations on doors."""

    @abstractmethod
    async def open_door(
        self,
        request: Request[None],
        id: str,
    ) -> Result[None]:
        """Raises:
        errors.InvalidRequest: The id is none.
        errors.Locked: It is locked.
        errors.NotFound: Nobody may know.
        errors.NotFound404: There is none.
        errors.RateLimited: Too often.
        """


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""

    doors: DoorsHandler[P]
