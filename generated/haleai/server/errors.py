"""The errors that HaleAI documents, to be raised by handlers, security and the gate."""

from __future__ import annotations

from collections.abc import Mapping

from .runtime import ApiError


class InvalidRequest(ApiError):
    """400 `invalid_request`: A query parameter is unknown, repeated, or not as documented."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_request", message, headers)


class InvalidCursor(ApiError):
    """400 `invalid_cursor`: The cursor was not given by this API, or was given for other
    filters.
    """

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_cursor", message, headers)


class Unauthorized(ApiError):
    """401 `unauthorized`: The API key is missing, malformed, unknown or revoked."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(401, "unauthorized", message, headers)


class PlanRequired(ApiError):
    """401 `plan_required`: The API key is valid, but its team is below the Team Max tier."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(401, "plan_required", message, headers)


class NotFound(ApiError):
    """404 `not_found`: The id does not exist, or belongs to another team."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(404, "not_found", message, headers)


class RateLimited(ApiError):
    """429 `rate_limited`: The key sent more than a burst of 60 requests, or 600 a minute
    sustained.
    """

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(429, "rate_limited", message, headers)


class InternalError(ApiError):
    """500 `internal_error`: Something went wrong on the server."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(500, "internal_error", message, headers)
