"""Refusals in the contract's own form: what the server runtime says, where another is documented.

The runtime sends errors in the envelope that the contract's errors share. Where they share none, or
document 422 where it says 400, the documented answer is made, with the sentence in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from generator.stub.answering import Answering

_ROUTING: Final = "connexion_routing"
_BODY_HEADERS: Final = frozenset({b"content-type", b"content-length"})


class DocumentedRefusals:
    """Middleware around the application of a stub; `answerings` is operationId → what answers."""

    def __init__(self, app: ASGIApp, answerings: Mapping[str, Answering]) -> None:
        self._app = app
        self._answerings = answerings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        held: list[Message] = []

        async def pass_on(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                held.append(message)
            elif not held:
                await send(message)
            else:
                for one in self._documented(scope, held.pop(), message):
                    await send(one)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("extensions", {})
        await self._app(scope, receive, pass_on)

    def _documented(self, scope: Scope, start: Message, body: Message) -> tuple[Message, Message]:
        """The two messages of an error as they are, or those of what is documented for it."""
        routed = (scope.get("extensions") or {}).get(_ROUTING) or {}
        answering = self._answerings.get(routed.get("operation_id") or "")
        error = _error(body.get("body", b""))
        if answering is None or error is None or answering.accepts(start["status"], error):
            return start, body
        found = answering.refusal(start["status"], _sentence(error))
        if found is None:
            return start, body
        status, media_type, value = found
        raw = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        kept = [pair for pair in start["headers"] if pair[0] not in _BODY_HEADERS]
        headers = [
            *kept,
            (b"content-type", media_type.encode("latin-1", "replace")),
            (b"content-length", str(len(raw)).encode()),
        ]
        sent = b"" if scope["method"] == "HEAD" else raw
        return {**start, "status": status, "headers": headers}, {**body, "body": sent}


def _error(body: bytes) -> Any:
    """An error in an envelope of the runtime, None where a body is none."""
    try:
        error = json.loads(body)
    except ValueError:
        return None
    return error if isinstance(error, dict) and "error" in error else None


def _sentence(error: Mapping[str, Any]) -> str:
    inner = error["error"]
    told = inner.get("message") if isinstance(inner, dict) else inner
    return told if isinstance(told, str) else "The request is refused."
