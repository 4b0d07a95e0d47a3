"""The shape of an API's errors on the wire, and the codes its contract lists for each status."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import msgspec

from .document import Document

HOUSE_CODES: Mapping[int, str] = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    422: "unprocessable",
    429: "rate_limited",
    500: "internal_error",
}


class Envelope(Enum):
    """The kinds of error envelope: where code, message and request id stand in the body."""

    OBJECT = "object"
    """`{"error": {"code", "message"}}`"""
    OBJECT_WITH_REQUEST_ID = "object-with-request-id"
    """`{"error": {"code", "message", "request_id"}}`"""
    TEXT = "text"
    """`{"error": "message"}`"""
    OAUTH = "oauth"
    """`{"error": code, "error_description": message}` (RFC 6749 §5.2)"""

    def body(self, code: str, message: str, request_id: str) -> bytes:
        """The body of an error as JSON."""
        body: Mapping[str, object]
        match self:
            case Envelope.OBJECT:
                body = {"error": {"code": code, "message": message}}
            case Envelope.OBJECT_WITH_REQUEST_ID:
                body = {"error": {"code": code, "message": message, "request_id": request_id}}
            case Envelope.TEXT:
                body = {"error": message}
            case Envelope.OAUTH:
                body = {"error": code, "error_description": message}
        return msgspec.json.encode(body)


def house_code(status: int) -> str:
    """The code of a status that the contract lists none for."""
    return HOUSE_CODES.get(status, "error")


def documented_codes(document: Document, operation: Mapping[str, Any]) -> Mapping[int, str]:
    """Status → code that a layer uses on this operation: the first of `x-error-codes`."""
    codes = dict(HOUSE_CODES)
    for status, response in operation.get("responses", {}).items():
        listed = document.resolve(response).get("x-error-codes")
        if listed and str(status).isdigit():
            codes[int(status)] = next(iter(listed))
    return codes
