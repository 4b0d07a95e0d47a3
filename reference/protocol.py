"""HTTP/1.1 on llhttp, as uvicorn speaks it, made strict (RFC 9112).

What never becomes a request, because it is no HTTP, too large or too slow, is answered 400 in the
error envelope (HALE-09), after the answers that were under way, and ends the connection. So does
whatever leaves in doubt where the next request begins.
"""

import asyncio
from asyncio import TimerHandle, Transport
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from reference.exchange import Exchange, ExchangeUntilClose, whole_answer

MAX_HEAD_BYTES = 65_536
"""How large the request line and the headers may be together."""
SECONDS_FOR_HEAD = 10.0
"""How long they may take to arrive; the body's time is the API's own matter."""
SECONDS_FOR_REST = 5.0
"""How long a body goes on being read that nobody waits for."""

_NO_REQUEST = whole_answer(400, "invalid_request", "This is not a valid HTTP request.")
_TOO_SLOW = whole_answer(400, "invalid_request", "The request took too long to arrive.")
_TOO_MANY = whole_answer(503, "unavailable", "Too many connections are open; try again later.")


class NoRequestError(Exception):
    """What arrived is no request that can be answered."""


class JsonProtocol(HttpToolsProtocol):
    """One connection of at most `limit_concurrency`."""

    transport: Transport
    flow: FlowControl
    cycle: Exchange

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_head = False
        self._head_bytes = 0
        """How much of the head is known."""
        self._received_bytes = 0
        """How much came since the chunk with which the head began."""
        self._is_ending = False
        self._last_words = b""
        """What is said once the answers under way are sent, before hanging up."""
        self._deadline: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Wait for a request, unless there are too many connections."""
        super().connection_made(transport)
        if self.limit_concurrency is not None and len(self.connections) > self.limit_concurrency:
            self._end(_TOO_MANY)
        else:
            self._set_deadline(SECONDS_FOR_HEAD)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything."""
        self._clear_deadline()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        if self._is_ending:
            return
        self._unset_keepalive_if_required()
        self._received_bytes += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._is_ending = True
        except httptools.HttpParserError:
            self._end(_NO_REQUEST)
        else:
            self._await_rest_of_head()

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = 0
        self._received_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        super().on_url(url)
        self._count(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one after the body, a trailer, counts for nothing."""
        if self._in_head:
            self._count(len(name) + len(value) + 4)
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Answer the request, when those before it are answered. Raises NoRequestError."""
        self._in_head = False
        self._clear_deadline()
        version = self.parser.get_http_version()
        _check(version, self.headers)
        path, query = _target(self.url)
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["http_version"] = version
        self.scope["path"] = unquote(path.decode("ascii"))
        self.scope["raw_path"] = path
        self.scope["query_string"] = query
        before = self.cycle
        self.cycle = (Exchange if version == "1.1" else ExchangeUntilClose)(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version == "1.1" and self._can_be_followed(),
            on_response=self.on_response_complete,
        )
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def on_message_complete(self) -> None:
        """Be done with a request."""
        if self.cycle.response_complete:
            self.cycle.more_body = False
            self._clear_deadline()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )
        else:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request, or end."""
        super().on_response_complete()
        if self._is_busy:
            return
        if self._is_ending:
            self._hang_up()
        elif self.cycle.more_body:
            self._unset_keepalive_if_required()
            self._set_deadline(SECONDS_FOR_REST)
        elif self._in_head:
            self._unset_keepalive_if_required()

    @property
    def _is_busy(self) -> bool:
        """Whether an answer is under way."""
        return self.cycle is not None and not self.cycle.response_complete

    def _can_be_followed(self) -> bool:
        """Whether it is certain where the next request begins.

        It is not where a client may keep its body to itself, or speak another protocol from here.
        """
        alike = self.expect_100_continue or self.parser.should_upgrade()
        return self.parser.should_keep_alive() and not alike

    def _count(self, length: int) -> None:
        self._head_bytes += length
        if self._head_bytes > MAX_HEAD_BYTES:
            raise NoRequestError

    def _await_rest_of_head(self) -> None:
        """Set limits to a head that has begun, or to whatever is none."""
        if self._in_head and self._received_bytes > MAX_HEAD_BYTES:
            self._end(_NO_REQUEST)
        elif self._deadline is None and (self._in_head or not self._is_busy):
            self._set_deadline(SECONDS_FOR_HEAD)

    def _set_deadline(self, seconds: float) -> None:
        self._clear_deadline()
        self._deadline = self.loop.call_later(seconds, self._miss_deadline)

    def _clear_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _miss_deadline(self) -> None:
        self._end(_TOO_SLOW if self._in_head else b"")

    def _end(self, last_words: bytes) -> None:
        """Read no more; hang up after the answers under way."""
        self._is_ending = True
        self._last_words = last_words
        self._clear_deadline()
        if self.cycle is not None and self.cycle.more_body:
            self._cut_off(self.cycle)
        elif not self._is_busy:
            self._hang_up()

    def _cut_off(self, exchange: Exchange) -> None:
        """Let an exchange know that the rest of its body will not come."""
        exchange.disconnected = True
        exchange.message_event.set()
        if exchange.response_started:
            self._last_words = b""
        if not self.pipeline:
            self._hang_up()

    def _hang_up(self) -> None:
        self._unset_keepalive_if_required()
        if not self.transport.is_closing():
            self.transport.write(self._last_words)
            self.transport.close()


def _check(version: str, headers: Sequence[tuple[bytes, bytes]]) -> None:
    """Raise NoRequestError where llhttp is less strict than RFC 9112 §3.2 and §6.1 are."""
    hosts = sum(name == b"host" for name, _ in headers)
    codings = [value for name, value in headers if name == b"transfer-encoding"]
    if version not in {"1.0", "1.1"} or hosts > 1 or (version == "1.1" and hosts == 0):
        raise NoRequestError
    if codings and (version == "1.0" or [coding.lower() for coding in codings] != [b"chunked"]):
        raise NoRequestError


def _target(url: bytes) -> tuple[bytes, bytes]:
    """Return path and query of a request target (RFC 9112 §3.2)."""
    if url.startswith(b"/"):
        path, _, query = url.partition(b"?")
        return path, query
    if url == b"*":
        return url, b""
    parsed = httptools.parse_url(url)
    return parsed.path or b"/", parsed.query or b""
