"""The errors that Errors documents, to be raised by handlers, security and the gate."""

from __future__ import annotations

from collections.abc import Mapping

from .runtime import ApiError


class InvalidRequest(ApiError):
    """400 `invalid_request`: The id is none."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_request", message, headers)


class Locked(ApiError):
    """403 `locked`: It is locked."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(403, "locked", message, headers)


class NotFound(ApiError):
    """403 `not_found`: Nobody may know."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(403, "not_found", message, headers)


class NotFound404(ApiError):
    """404 `not_found`: There is none."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(404, "not_found", message, headers)


class RateLimited(ApiError):
    """429 `rate_limited`: Too often."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(429, "rate_limited", message, headers)
