"""The outermost layer: whatever happens inside, the answer is the API's own."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .answers import RawHeaders
from .envelope import Envelope, house_code
from .errors import RequestError
from .options import Cors

logger = logging.getLogger(__name__)

REQUEST_ID = "api.request_id"
AMBIENT_HEADERS = "api.headers"
"""Keys of the ASGI scope: the call's id, and the headers that its answer gets here."""


@dataclass(frozen=True, slots=True)
class BoundarySettings:
    """What the outermost layer knows of the contract."""

    envelope: Envelope
    request_id_header: str
    """The header that carries the request id, empty where the contract has none."""
    cors: Cors | None


class Boundary:
    """Gives every call an id, every answer its ambient headers, every failure the envelope.

    HEAD is answered like GET, without the body (RFC 9110 §9.3.2).
    """

    def __init__(self, app: ASGIApp, settings: BoundarySettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        ambient = self._ambient_headers(request_id)
        scope[REQUEST_ID] = request_id
        scope[AMBIENT_HEADERS] = ambient
        answer = _Sender(send, ambient, is_head=scope["method"] == "HEAD")
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:
            return
        except RequestError as error:
            await self._refuse(answer, request_id, error.status, error.message, error.headers)
        except HTTPException as error:
            headers = error.headers or {}
            message = "The request cannot be answered."
            await self._refuse(answer, request_id, error.status_code, message, headers)
        except Exception:
            # Not the path: it is the caller's words, which a log is no place for.
            logger.exception("request_failed", extra={"request_id": request_id})
            if answer.has_started:
                raise
            await self._refuse(answer, request_id, 500, "Something went wrong on our side.", {})

    def _ambient_headers(self, request_id: str) -> RawHeaders:
        headers = []
        if self._settings.request_id_header:
            headers.append((self._settings.request_id_header, request_id))
        cors = self._settings.cors
        if cors is not None:
            headers.append(("Access-Control-Allow-Origin", "*"))
            if cors.expose_headers:
                headers.append(("Access-Control-Expose-Headers", ", ".join(cors.expose_headers)))
        return headers

    async def _refuse(
        self, send: Send, request_id: str, status: int, message: str, headers: Mapping[str, str]
    ) -> None:
        body = self._settings.envelope.body(house_code(status), message, request_id)
        raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        raw.append((b"content-type", b"application/json"))
        raw.append((b"content-length", str(len(body)).encode()))
        raw.append((b"cache-control", b"no-store"))
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body})


class _Sender:
    """A send channel that adds the ambient headers, and drops the body of a HEAD."""

    def __init__(self, send: Send, ambient: RawHeaders, *, is_head: bool) -> None:
        self._send = send
        self._ambient = [(name.lower().encode(), value.encode()) for name, value in ambient]
        self._is_head = is_head
        self.has_started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_started = True
            if self._ambient:
                named = {name for name, _ in self._ambient}
                own = [pair for pair in message["headers"] if pair[0].lower() not in named]
                message = {**message, "headers": [*own, *self._ambient]}
        elif self._is_head and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await self._send(message)
