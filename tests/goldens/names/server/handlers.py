"""What Names does: one abstract class a resource, one method an operation.

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


class FooBarsHandler(ABC, Generic[P]):
    """The operations on foo_bars."""

    @abstractmethod
    async def get_foo_bars(
        self,
        request: Request[None],
        *,
        class_: str | None = None,
        x_page: int | None = None,
        x_page_2: int | None = None,
    ) -> Result[list[models.FooBar]]:
        """getFooBars"""

    @abstractmethod
    async def list_foo_bars(
        self,
        request: Request[None],
        *,
        body: models.FooBar2 | None = None,
    ) -> Result[None]:
        """listFooBars"""

    @abstractmethod
    async def get_foo_bars_class(
        self,
        request: Request[None],
        class_: str,
        *,
        class_2: str | None = None,
    ) -> Result[models.Any_]:
        """getFooBarsClass"""


@dataclass(frozen=True, slots=True)
class Handlers(Generic[P]):
    """The implementation of every resource."""

    foo_bars: FooBarsHandler[P]
