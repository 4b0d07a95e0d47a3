"""Functions of yours that a client calls around each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from .errors import APIConnectionError
    from .request import Request
    from .response import RequestInfo, Response


class Retry(msgspec.Struct, frozen=True):
    """That a request is about to be tried again: the `attempt`-th time, after `wait` seconds.

    `cause` is the answer that was not final, or the error that came instead of one.
    """

    request: RequestInfo
    attempt: int
    wait: float
    cause: Response[Any] | APIConnectionError


class Hooks(msgspec.Struct, frozen=True):
    """What is called, if anything. None of it is awaited, and what it raises ends the call.

    `before_request` gets each request as it is about to be sent, credentials and all, and returns
    the one to send. `after_response` gets each answer, `before_retry` each decision to try again.
    """

    before_request: Callable[[Request], Request] | None = None
    after_response: Callable[[Response[Any]], None] | None = None
    before_retry: Callable[[Retry], None] | None = None
