"""Spans of OpenTelemetry around what a transport sends (extra `opentelemetry`).

As the semantic conventions for HTTP client spans have it: one span an attempt, which ends with the
answer's body. URLs are recorded without their query, which may be personal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .errors import APIConnectionError
from .httpx2_transport import AsyncHttpx2Transport, Httpx2Transport
from .request import Request
from .transport import AsyncReply, AsyncTransport, Reply, Transport

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer, TracerProvider

_PORTS = {"http": 80, "https": 443}


class TracingTransport:
    """Traces another transport: httpx2's, or the one that it is given, which it closes."""

    def __init__(
        self, transport: Transport | None = None, tracer_provider: TracerProvider | None = None
    ) -> None:
        self._transport = transport or Httpx2Transport()
        self._tracer = _tracer(tracer_provider)

    def send(self, request: Request) -> TracedReply:
        """The answer. Raises `APIConnectionError`."""
        span, message = _started(self._tracer, request)
        try:
            reply = self._transport.send(message)
        except BaseException as error:
            _failed(span, error)
            span.end()
            raise
        _answered(span, reply.status_code)
        return TracedReply(reply, span)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()


class TracedReply:
    """An answer whose span ends when it is closed."""

    def __init__(self, reply: Reply, span: Span) -> None:
        self._reply = reply
        self._span = span
        self.status_code = reply.status_code
        self.headers = reply.headers

    def chunks(self) -> Iterator[bytes]:
        """The body. Raises `APIConnectionError`."""
        try:
            yield from self._reply.chunks()
        except APIConnectionError as error:
            _failed(self._span, error)
            raise

    def close(self) -> None:
        """Give the connection back, and end the span."""
        self._reply.close()
        self._span.end()


class AsyncTracingTransport:
    """The same, awaited."""

    def __init__(
        self, transport: AsyncTransport | None = None, tracer_provider: TracerProvider | None = None
    ) -> None:
        self._transport = transport or AsyncHttpx2Transport()
        self._tracer = _tracer(tracer_provider)

    async def send(self, request: Request) -> AsyncTracedReply:
        """The answer. Raises `APIConnectionError`."""
        span, message = _started(self._tracer, request)
        try:
            reply = await self._transport.send(message)
        except BaseException as error:
            _failed(span, error)
            span.end()
            raise
        _answered(span, reply.status_code)
        return AsyncTracedReply(reply, span)

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.close()


class AsyncTracedReply:
    """An answer whose span ends when it is closed."""

    def __init__(self, reply: AsyncReply, span: Span) -> None:
        self._reply = reply
        self._span = span
        self.status_code = reply.status_code
        self.headers = reply.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body. Raises `APIConnectionError`."""
        try:
            async for chunk in self._reply.chunks():
                yield chunk
        except APIConnectionError as error:
            _failed(self._span, error)
            raise

    async def close(self) -> None:
        """Give the connection back, and end the span."""
        await self._reply.close()
        self._span.end()


def _tracer(provider: TracerProvider | None) -> Tracer:
    from opentelemetry import trace  # noqa: PLC0415  an extra

    return trace.get_tracer(__name__.partition(".")[0], tracer_provider=provider)


def _started(tracer: Tracer, request: Request) -> tuple[Span, Request]:
    """The span of a request, and the request with the headers that carry it on."""
    from opentelemetry import propagate, trace  # noqa: PLC0415  an extra

    url = urlsplit(request.url)
    attributes: dict[str, str | int] = {
        "http.request.method": request.method,
        "server.address": url.hostname or "",
        "server.port": url.port or _PORTS[url.scheme],
        "url.full": url._replace(query="", fragment="").geturl(),
    }
    if request.template:
        attributes["url.template"] = request.template
    if request.attempt:
        attributes["http.request.resend_count"] = request.attempt
    span = tracer.start_span(
        f"{request.method} {request.template}".strip(),
        kind=trace.SpanKind.CLIENT,
        attributes=attributes,
    )
    carrier: dict[str, str] = {}
    propagate.inject(carrier, trace.set_span_in_context(span))
    return span, request.with_headers(carrier)


def _answered(span: Span, status: int) -> None:
    from opentelemetry.trace import StatusCode  # noqa: PLC0415  an extra

    span.set_attribute("http.response.status_code", status)
    if status >= 400:
        span.set_attribute("error.type", str(status))
        span.set_status(StatusCode.ERROR)


def _failed(span: Span, error: BaseException) -> None:
    from opentelemetry.trace import StatusCode  # noqa: PLC0415  an extra

    span.set_attribute("error.type", type(error).__qualname__)
    span.set_status(StatusCode.ERROR, str(error))
