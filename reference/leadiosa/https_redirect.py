"""Plain HTTP, sent on to HTTPS (LEAD-01)."""

import re
import secrets
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.leadiosa.server.runtime import Envelope
from generated.leadiosa.server.runtime.boundary import REQUEST_ID
from reference.transport_security import came_in_the_clear

_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?P<port>:\d{1,5})?"
)
_IN_A_URL = "/:@!$&'()*+,;=~-._%?"
"""What a request target keeps as it came; anything else is percent-encoded."""


@dataclass(frozen=True, slots=True)
class HttpsRedirect:
    """ASGI middleware: what came in the clear is told to come back over TLS.

    With 308 the method and the body stay (RFC 9110 §15.4.9). A request without a host to come back
    to is 400 (RFC 9112 §3.2).
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or not came_in_the_clear(scope):
            await self.app(scope, receive, send)
            return
        request_id = f"req_{secrets.token_hex(12)}"
        scope[REQUEST_ID] = request_id
        await _redirection(scope, request_id)(scope, receive, send)


def _redirection(scope: Scope, request_id: str) -> Response:
    headers = {"X-Request-Id": request_id, "Cache-Control": "no-store"}
    host = _HOST.fullmatch(Headers(scope=scope).get("host", ""))
    if host is None:
        message = "The header Host is missing, or is no host."
        body = Envelope.OBJECT_WITH_REQUEST_ID.body("invalid_request", message, request_id)
        return Response(body, 400, headers, media_type="application/json")
    port = host["port"] or ""
    location = f"https://{host['name']}{'' if port == ':80' else port}{_target(scope)}"
    return Response(b"", 308, {**headers, "Location": location})


def _target(scope: Scope) -> str:
    """Return path and query as they were sent."""
    path = scope.get("raw_path") or quote(scope["path"]).encode()
    query = scope["query_string"]
    return quote(path + b"?" + query if query else path, safe=_IN_A_URL)
