"""One request and its answer on a connection."""

import asyncio
import logging
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.types import Message
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

_REQUEST_ID = "api.request_id"
_log = logging.getLogger("fourfold.connections")


def whole_answer(status: int, code: str, message: str) -> bytes:
    """Return an error in the envelope, as the last that is sent on a connection."""
    body = msgspec.json.encode({"error": {"code": code, "message": message}})
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\ncache-control: no-store\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body


_FAILED = whole_answer(500, "internal_error", "Something went wrong on our side.")


class Exchange(RequestResponseCycle):
    """A request and its answer. One that is cancelled ends the connection, and nothing else."""

    async def run_asgi(self, app: Any) -> None:
        """Have the request answered."""
        try:
            await app(self.scope, self.receive, self.send)
        except asyncio.CancelledError:
            self.disconnected = True
        except Exception:
            request_id = self.scope.get(_REQUEST_ID, "")
            _log.exception("answer_failed", extra={"request_id": request_id})
            if not self.response_started and not self.disconnected:
                self.transport.write(_FAILED)
        finally:
            if not self.response_complete:
                self.transport.close()
            self.on_response = lambda: None


class ExchangeUntilClose(Exchange):
    """One with a client of HTTP/1.0, which knows no chunks: the end of the connection ends it."""

    async def send(self, message: Message) -> None:  # type: ignore[override]  # uvicorn has types of its own
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in message["headers"]}
            self._is_open_ended = b"content-length" not in names
            if self._is_open_ended:
                self.chunked_encoding = False
        elif self._is_open_ended:
            self.expected_content_length = len(message.get("body", b""))
        await super().send(message)  # type: ignore[arg-type]  # as above
