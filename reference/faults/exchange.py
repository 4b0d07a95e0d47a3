"""One request and its answer as values, and the middleware that lets a fault stand between."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Pairs = Iterable[tuple[str, str]]
_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. Header names are in lower case."""

    method: str
    path: str
    query_string: bytes
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def query(self) -> list[tuple[str, str]]:
        """The parameters of the query, decoded."""
        return parse_qsl(self.query_string.decode("latin-1"), keep_blank_values=True)

    @property
    def json(self) -> Any:
        """The body, decoded; None where it is no JSON."""
        return _decoded_json(self.body)

    @property
    def fields(self) -> dict[str, Any]:
        """The members of the body; none where it is no JSON object."""
        return self.json if isinstance(self.json, dict) else {}

    @property
    def token(self) -> str:
        """What the Authorization header says after its scheme."""
        return self.headers.get("authorization", "").partition(" ")[2].strip()

    def parameter(self, name: str) -> str | None:
        """Return the first value of a parameter."""
        return next((value for known, value in self.query if known == name), None)

    def with_query(self, pairs: Pairs) -> "Asked":
        """Return the request with other parameters."""
        return replace(self, query_string=urlencode(list(pairs)).encode())

    def without(self, *names: str) -> "Asked":
        """Return the request without some parameters."""
        return self.with_query(pair for pair in self.query if pair[0] not in names)

    def with_header(self, name: str, value: str) -> "Asked":
        """Return the request with one header more, or another value of it."""
        return replace(self, headers={**self.headers, name: value})

    def with_body(self, body: bytes) -> "Asked":
        """Return the request with another body."""
        return replace(self.with_header("content-length", str(len(body))), body=body)

    def with_json(self, value: object) -> "Asked":
        """Return the request with another body."""
        return self.with_body(json.dumps(value, ensure_ascii=False).encode())


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded; None where it is no JSON."""
        return _decoded_json(self.body)

    @property
    def code(self) -> str | None:
        """The code of an error."""
        match self.json:
            case {"error": {"code": str(code)}}:
                return code
        return None

    def with_json(self, value: object) -> "Answered":
        """Return the answer with another body."""
        return replace(self, body=json.dumps(value, separators=(",", ":")).encode())

    def with_text(self, text: str, content_type: str = "text/plain; charset=utf-8") -> "Answered":
        """Return the answer with another body, that is no JSON."""
        return replace(self.with_header("content-type", content_type), body=text.encode())

    def with_status(self, status: int) -> "Answered":
        """Return the answer with another status."""
        return replace(self, status=status)

    def with_header(self, name: str, value: str) -> "Answered":
        """Return the answer with one header more, or another value of it."""
        return replace(self, headers={**self.headers, name: value})

    def without_header(self, *names: str) -> "Answered":
        """Return the answer without some headers."""
        return replace(self, headers={k: v for k, v in self.headers.items() if k not in names})


Ask = Callable[[Asked], Awaitable[Answered]]
Tamper = Callable[[Ask, Asked], Awaitable[Answered]]
"""What stands between: it may ask the API, change the request before and the answer after."""


def refusal(status: int, code: str, message: str) -> Answered:
    """Return an error in the envelope of those APIs whose errors have a code."""
    headers = {"content-type": "application/json", "cache-control": "no-store"}
    answer = Answered(status, headers, b"")
    return answer.with_json({"error": {"code": code, "message": message}})


@dataclass(frozen=True, slots=True)
class Tampering:
    """ASGI middleware: every request and answer passes through a `Tamper`.

    HEAD is asked as GET, so that its headers fit the body that was tampered with. A stream of
    events goes out as it comes, whatever the tamper makes of its beginning.
    """

    app: ASGIApp
    tamper: Tamper

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        arrived = [] if scope["method"] in _WITHOUT_BODY else await _arrived(receive)
        was_streamed = False

        async def ask(asked: Asked) -> Answered:
            nonlocal was_streamed
            messages = _Messages(send)
            rest = _replayed(arrived, asked.body, receive)
            await self.app(_scope(scope, asked), rest, messages)
            was_streamed |= messages.are_streamed
            return messages.answered()

        body = b"".join(message.get("body", b"") for message in arrived)
        answered = await self.tamper(ask, replace(_asked(scope), body=body))
        if was_streamed:
            return
        headers = {**answered.headers, "content-length": str(len(answered.body))}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answered.status, "headers": raw})
        body = b"" if scope["method"] == "HEAD" else answered.body
        await send({"type": "http.response.body", "body": body})


class _Messages:
    """Takes the messages of an answer: keeps them, or passes on those of a stream."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._kept: list[Message] = []
        self.are_streamed = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.are_streamed = is_stream(message)
        if self.are_streamed:
            await self._send(message)
        if not self.are_streamed or message["type"] == "http.response.start":
            self._kept.append(message)

    def answered(self) -> Answered:
        """Return the answer; that to a stream has no body."""
        start, *bodies = self._kept
        body = b"".join(message.get("body", b"") for message in bodies)
        return Answered(start["status"], _decoded(start["headers"]), body)


def is_stream(start: Message) -> bool:
    """Whether what begins so is a stream of events."""
    return _decoded(start["headers"]).get("content-type", "").startswith("text/event-stream")


Retell = Callable[[bytes], Sequence[bytes]]
"""Makes of an event what is sent instead, of the end of the stream (b"") what is sent before it."""


@dataclass(frozen=True, slots=True)
class Retelling:
    """ASGI middleware: the events of each stream pass through a `Retell` of its own."""

    app: ASGIApp
    begin: Callable[[], Retell]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        retell: Retell | None = None

        async def retold(message: Message) -> None:
            nonlocal retell
            if message["type"] == "http.response.start":
                retell = self.begin() if is_stream(message) else None
            if message["type"] == "http.response.start" or retell is None:
                await send(message)
                return
            for event in retell(message.get("body", b"")):
                await send({"type": "http.response.body", "body": event, "more_body": True})
            if not message.get("more_body"):
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self.app(scope, receive, retold)


Rehead = Callable[[Message, dict[str, str]], dict[str, str]]
"""Makes other headers of those of an answer, given the message with its status."""


@dataclass(frozen=True, slots=True)
class Reheading:
    """ASGI middleware: the headers of every answer, streams too, pass through a `Rehead`."""

    app: ASGIApp
    rehead: Rehead

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def reheaded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self.rehead(message, _decoded(message["headers"]))
                raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
                message = {**message, "headers": raw}
            await send(message)

        await self.app(scope, receive, reheaded)


def _asked(scope: Scope) -> Asked:
    headers = _decoded(scope["headers"])
    return Asked(scope["method"], scope["path"], scope["query_string"], headers)


def _scope(scope: Scope, asked: Asked) -> Scope:
    return {
        **scope,
        "method": "GET" if asked.method == "HEAD" else asked.method,
        "path": asked.path,
        "raw_path": scope.get("raw_path") if asked.path == scope["path"] else asked.path.encode(),
        "query_string": asked.query_string,
        "headers": [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in asked.headers.items()
        ],
    }


async def _arrived(receive: Receive) -> list[Message]:
    """Return the messages with the body of a request, to its end."""
    messages = [await receive()]
    while messages[-1]["type"] == "http.request" and messages[-1].get("more_body"):
        messages.append(await receive())
    return messages


def _replayed(arrived: Sequence[Message], body: bytes, receive: Receive) -> Receive:
    """Return what gives the messages again, with this body, and then what else comes."""
    sent = b"".join(message.get("body", b"") for message in arrived)
    is_whole = bool(arrived) and arrived[-1]["type"] == "http.request"
    changed = {"type": "http.request", "body": body, "more_body": False}
    messages = iter([changed] if is_whole and body != sent else arrived)

    async def replay() -> Message:
        message = next(messages, None)
        return await receive() if message is None else message

    return replay


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _decoded_json(body: bytes) -> Any:
    """Return strict JSON decoded; None for what an API is to refuse, so that no fault mends it."""
    try:
        return json.loads(body.decode(), object_pairs_hook=_each_once, parse_constant=_refused)
    except (ValueError, RecursionError):
        return None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("A name is there twice.")
    return dict(pairs)


def _refused(constant: str) -> Any:
    raise ValueError(constant)
