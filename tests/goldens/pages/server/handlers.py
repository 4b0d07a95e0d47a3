"""What Pages does: one abstract class a resource, one method an operation.

A method returns the documented value, a `Response` with more to say, or a Starlette response as it
is; it raises what is in `errors`. `P` is what the security functions return: who is calling.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from . import models
from .runtime import Request, Result

P = TypeVar("P")


class RowsHandler(ABC, Generic[P]):
    """The operations on rows."""

    @abstractmethod
    async def list_rows(
        self,
        request: Request[None],
        *,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Result[models.RowPage]:
        """listRows"""


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""

    rows: RowsHandler[P]
