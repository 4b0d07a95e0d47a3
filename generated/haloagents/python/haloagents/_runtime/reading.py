"""From an answer of httpx2 to a `Response`, or the error that it stands for."""

from __future__ import annotations

import httpx2

from .configuration import Configuration
from .operation import Operation
from .rate_limit import rate_limit
from .request import Request
from .response import Response, T, status_error, with_shape


def received(
    reply: httpx2.Response,
    content: bytes,
    *,
    request: Request,
    configuration: Configuration,
    started: float,
    now: float,
) -> Response[object]:
    """The answer as a value. `started` and `now` are the Unix times it was asked for and came."""
    return Response(
        status_code=reply.status_code,
        headers=reply.headers,
        content=content,
        request=request.info,
        elapsed=now - started,
        received_at=now,
        rate_limit=rate_limit(reply.headers, configuration.rate_limit, now),
    )


def checked(
    response: Response[object], operation: Operation[T], configuration: Configuration
) -> Response[T]:
    """The answer to `operation`. Raises `APIStatusError` for any but a success."""
    if not 200 <= response.status_code < 300:
        raise status_error(response, configuration.errors)
    return with_shape(response, operation)
