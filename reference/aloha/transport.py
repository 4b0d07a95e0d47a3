"""TLS is enforced: plain HTTP is rejected, on every path, and not redirected (ALOHA-01)."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from generated.aloha.server.runtime import Envelope
from reference.transport_security import came_in_the_clear

_MESSAGE = "Use https. Plain HTTP is not served."


@dataclass(frozen=True, slots=True)
class TlsRequired:
    """ASGI middleware: what came in the clear goes no further."""

    app: ASGIApp
    oauth_path: str
    """What the paths of the OAuth endpoints begin with, whose errors are RFC 6749's."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or with 403."""
        if scope["type"] != "http" or not came_in_the_clear(scope):
            await self.app(scope, receive, send)
            return
        is_oauth = scope["path"].startswith(self.oauth_path)
        envelope = Envelope.OAUTH if is_oauth else Envelope.OBJECT
        body = envelope.body("tls_required", _MESSAGE, "")
        refusal = Response(body, 403, {"Cache-Control": "no-store"}, "application/json")
        if scope["method"] == "HEAD":
            refusal.body = b""
        await refusal(scope, receive, send)
