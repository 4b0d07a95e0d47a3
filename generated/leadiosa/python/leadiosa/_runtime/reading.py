"""From the parts of an answer to a `Response`, or the error that it stands for."""

from __future__ import annotations

import msgspec

from .configuration import Configuration
from .errors import APIResponseValidationError, ResponseTooLargeError
from .operation import Operation
from .rate_limit import rate_limit
from .request import Request
from .response import Response, T, status_error, untyped
from .transport import AsyncReply, Reply


def received(
    reply: Reply | AsyncReply,
    content: bytes,
    request: Request,
    configuration: Configuration,
    *,
    started: float,
    now: float,
) -> Response[object]:
    """The answer as a value. `started` and `now` are the Unix times it was asked for and came."""
    return Response(
        reply.status_code,
        reply.headers,
        content,
        request.info,
        now - started,
        now,
        rate_limit(reply.headers, configuration.rate_limit, now),
    )


def too_large(response: Response[object], limit: int) -> ResponseTooLargeError:
    """The error of an answer that has more than `limit` bytes; it holds those that were read."""
    request = response.request
    message = f"the answer to {request.method} {request.path} has more than {limit} bytes"
    return ResponseTooLargeError(message, untyped(response))


def has_events(response: Response[object]) -> bool:
    """Whether an answer is a stream of events, or does not say what it is."""
    kind = response.headers.get("content-type", "").partition(";")[0]
    return kind.strip().lower() in {"", "text/event-stream"}


def no_events(response: Response[object], content: bytes) -> APIResponseValidationError:
    """The error of an answer that has something else than events."""
    kind = response.headers.get("content-type", "no content type")
    request = response.request
    message = f"the answer to {request.method} {request.path} ({kind}) is no stream of events"
    whole = msgspec.structs.replace(untyped(response), content=content)
    return APIResponseValidationError(message, whole)


def checked(
    response: Response[object], operation: Operation[T], configuration: Configuration
) -> Response[T]:
    """The answer to `operation`. Raises `APIStatusError` for any but a success."""
    status = response.status_code
    if not 200 <= status < 300:
        raise status_error(response, configuration.errors)
    return Response(
        status,
        response.headers,
        response.content,
        response.request,
        response.elapsed,
        response.received_at,
        response.rate_limit,
        operation.shape(status),
        operation.media_type(status),
    )
