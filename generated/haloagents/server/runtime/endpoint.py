"""One operation: security, gate, validation, handler, and the answer, in this order."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import Response as StarletteResponse
from starlette.types import Receive, Scope, Send

from .answers import EVENT_STREAM, JSON, Answer, AnswerBook, RawHeaders, encode_json
from .bodies import BodyReader
from .boundary import AMBIENT_HEADERS, REQUEST_ID
from .envelope import Envelope, house_code
from .errors import AnswerError, ApiError, RequestError
from .gate import Gate
from .parameters import ParameterReaders
from .query import Pairs, PairsError, parse_pairs
from .request import Request, Response
from .routes import Route
from .security import SecurityCheck
from .streams import (
    EventStream,
    ServerSentEvent,
    close,
    encode_event,
    first_event,
    send_events,
)

logger = logging.getLogger(__name__)

CRASH: Final = RequestError(500, "Something went wrong on our side.")
Handle = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class StreamAnswer:
    """An answer of events whose first one is there."""

    status: int
    headers: RawHeaders
    first: ServerSentEvent[Any] | None
    stream: EventStream[Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What answers one operation, as an ASGI application."""

    route: Route
    handle: Handle
    security: SecurityCheck
    gate: Gate[Any] | None
    parameters: ParameterReaders
    body: BodyReader | None
    answers: AnswerBook
    envelope: Envelope
    codes: Mapping[int, str]
    validate_responses: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        headers: dict[str, str] = {}
        if self.security.alternatives or self.envelope is Envelope.OAUTH:
            headers["Cache-Control"] = "no-store"
        try:
            answer = await self._answer(scope, receive, headers)
        except ClientDisconnect:
            raise
        except ApiError as error:
            answer = self._error(scope, error, headers)
        except RequestError as error:
            answer = self._rejection(scope, error, headers)
        except AnswerError as error:
            self._log("answer_refused", scope, str(error))
            answer = self._rejection(scope, CRASH, headers)
        except Exception:
            logger.exception("handler_failed", extra=self._context(scope))
            answer = self._rejection(scope, CRASH, headers)
        await self._send(answer, scope, receive, send)

    async def _answer(
        self, scope: Scope, receive: Receive, headers: dict[str, str]
    ) -> Answer | StreamAnswer | StarletteResponse:
        query, is_well_formed = _query(scope["query_string"])
        request = await self._admit(scope, query, headers)
        if not is_well_formed:
            raise RequestError(400, "The query string is not UTF-8.")
        positional = self.parameters.positional(scope["path_params"], query)
        keywords = self.parameters.keywords(query, request.headers)
        if self.body is not None:
            body = await self.body.read(request.headers, receive)
            if body is not None or self.body.required:
                keywords["body"] = body
        try:
            result = await self.handle(request, *positional, **keywords)
        except ApiError as error:
            return self._checked(self._error(scope, error, headers), scope)
        return await self._encoded(result, scope, receive, headers)

    async def _admit(self, scope: Scope, query: Pairs, headers: dict[str, str]) -> Request[Any]:
        client = scope.get("client")
        anonymous: Request[None] = Request(
            operation_id=self.route.operation_id,
            method=scope["method"],
            path=scope["path"],
            headers=Headers(raw=scope["headers"]),
            query=query,
            principal=None,
            request_id=scope[REQUEST_ID],
            client=client[0] if client else "",
            scheme=scope.get("scheme", "http"),
        )
        request: Request[Any] = anonymous
        if self.security.alternatives:
            principal = await self.security.principal(anonymous)
            request = anonymous.by(principal)
        if self.gate is not None:
            headers.update(await self.gate.admit(request))
        return request

    async def _encoded(
        self, result: Any, scope: Scope, receive: Receive, headers: Mapping[str, str]
    ) -> Answer | StreamAnswer | StarletteResponse:
        response = result if isinstance(result, Response) else Response(result)
        if isinstance(response.value, EventStream):
            return await self._begun(response, response.value, scope, receive, headers)
        if isinstance(result, StarletteResponse):
            for name, value in headers.items():
                result.headers.setdefault(name, value)
            if self.validate_responses:
                sent = [*result.headers.items(), *scope[AMBIENT_HEADERS]]
                body = getattr(result, "body", None)
                self.answers.check(result.status_code, sent, body)
            return result
        answer = self.answers.encode(response)
        return self._checked(
            Answer(answer.status, _merged(answer.headers, headers), answer.body), scope
        )

    async def _begun(
        self,
        response: Response[Any],
        stream: EventStream[Any],
        scope: Scope,
        receive: Receive,
        headers: Mapping[str, str],
    ) -> StreamAnswer:
        status = self.answers.success if response.status is None else response.status
        own = [("Content-Type", f"{EVENT_STREAM}; charset=utf-8"), *response.headers.items()]
        sent = _merged(own, headers)
        try:
            first = await first_event(stream, receive)
            if self.validate_responses:
                self.answers.check(status, [*sent, *scope[AMBIENT_HEADERS]], None)
                if first is not None:
                    self._encode_event(first)
        except BaseException:
            await close(stream.events)
            raise
        return StreamAnswer(status, sent, first, stream)

    def _encode_event(self, event: ServerSentEvent[Any]) -> bytes:
        data = encode_json(event.data)
        if self.validate_responses:
            self.answers.check_event(event.event or "message", data)
        return encode_event(event, data)

    def _checked(self, answer: Answer, scope: Scope) -> Answer:
        if self.validate_responses:
            sent = [*answer.headers, *scope[AMBIENT_HEADERS]]
            self.answers.check(answer.status, sent, answer.body)
        return answer

    def _rejection(self, scope: Scope, error: RequestError, headers: Mapping[str, str]) -> Answer:
        code = self.codes.get(error.status, house_code(error.status))
        api_error = ApiError(error.status, code, error.message, error.headers)
        return self._error(scope, api_error, headers)

    def _error(self, scope: Scope, error: ApiError, headers: Mapping[str, str]) -> Answer:
        own = [("Content-Type", JSON), *error.headers.items()]
        body = self.envelope.body(error.code, error.message, scope[REQUEST_ID])
        return Answer(error.status, _merged(own, headers), body)

    async def _send(
        self,
        answer: Answer | StreamAnswer | StarletteResponse,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        if isinstance(answer, StarletteResponse):
            await answer(scope, receive, send)
            return
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers]
        if isinstance(answer, Answer):
            raw.append((b"content-length", str(len(answer.body)).encode()))
            await send({"type": "http.response.start", "status": answer.status, "headers": raw})
            await send({"type": "http.response.body", "body": answer.body})
            return
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        if scope["method"] == "HEAD":
            await close(answer.stream.events)
            await send({"type": "http.response.body", "body": b""})
            return
        await send_events(answer.first, answer.stream, self._encode_event, receive, send)

    def _log(self, event: str, scope: Scope, detail: str) -> None:
        logger.error(event, extra={**self._context(scope), "detail": detail})

    def _context(self, scope: Scope) -> dict[str, str]:
        return {
            "request_id": scope[REQUEST_ID],
            "operation_id": self.route.operation_id,
            "method": scope["method"],
            "path": self.route.path,
        }


def _query(raw: bytes) -> tuple[Pairs, bool]:
    try:
        return parse_pairs(raw), True
    except PairsError:
        return (), False


def _merged(own: RawHeaders, more: Mapping[str, str]) -> RawHeaders:
    """`own` and those of `more` that it does not have."""
    if not more:
        return own
    names = {name.lower() for name, _ in own}
    return [*own, *((name, value) for name, value in more.items() if name.lower() not in names)]
