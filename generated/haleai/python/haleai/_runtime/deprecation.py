"""`@deprecated` of PEP 702, which Python has from 3.13 on."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from typing_extensions import deprecated
else:
    P = ParamSpec("P")
    R = TypeVar("R")

    def deprecated(message: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
        """Warn of every call of the function, at the place of the call."""

        def decorate(function: Callable[P, R]) -> Callable[P, R]:
            @functools.wraps(function)
            def call(*arguments: P.args, **named: P.kwargs) -> R:
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                return function(*arguments, **named)

            call.__deprecated__ = message
            return call

        return decorate


__all__ = ["deprecated"]
