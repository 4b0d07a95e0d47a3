"""The errors that HaloAgents documents, to be raised by handlers, security and the gate."""

from __future__ import annotations

from collections.abc import Mapping

from .runtime import ApiError


class InvalidRequest(ApiError):
    """400 `invalid_request`."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_request", message, headers)


class Unauthorized(ApiError):
    """401 `unauthorized`."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(401, "unauthorized", message, headers)


class Forbidden(ApiError):
    """403 `forbidden`."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(403, "forbidden", message, headers)


class NotFound(ApiError):
    """404 `not_found`."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(404, "not_found", message, headers)


class InternalError(ApiError):
    """500 `internal_error`."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(500, "internal_error", message, headers)
