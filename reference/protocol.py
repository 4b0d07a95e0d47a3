"""HTTP/1.1 as uvicorn speaks it, with JSON for what is no HTTP at all (HALE-09)."""

import h11
import msgspec
from uvicorn.protocols.http.h11_impl import H11Protocol

_BODY = msgspec.json.encode(
    {"error": {"code": "invalid_request", "message": "This is not a valid HTTP request."}}
)


class JsonProtocol(H11Protocol):
    """Refuses in the error envelope what never becomes a request: broken or endless headers."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's own words
        """Answer 400 and hang up."""
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(_BODY)).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),
        ]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=_BODY),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
