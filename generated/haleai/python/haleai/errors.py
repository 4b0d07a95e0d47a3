"""What can go wrong with a call: one class a status, one a documented code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._runtime.errors import (
    APIConnectionError,
    APIError,
    APIResponseError,
    APIResponseValidationError,
    APIStatusError,
    APITimeoutError,
    ArgumentError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    GoneError,
    InternalServerError,
    MethodNotAllowedError,
    MissingCredentialsError,
    NotFoundError,
    PaginationError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PreconditionFailedError,
    RateLimitError,
    RequestTimeoutError,
    ResponseTooLargeError,
    UnprocessableEntityError,
    UnsupportedMediaTypeError,
    WebhookError,
)

if TYPE_CHECKING:
    from .types.shared import Error


class InvalidRequestError(BadRequestError):
    """400 `invalid_request`: A query parameter is unknown, repeated, or not as documented."""

    body: Error


class InvalidCursorError(BadRequestError):
    """400 `invalid_cursor`: The cursor was not given by this API, or was given for other
    filters.
    """

    body: Error


class UnauthorizedError(AuthenticationError):
    """401 `unauthorized`: The API key is missing, malformed, unknown or revoked."""

    body: Error


class PlanRequiredError(AuthenticationError):
    """401 `plan_required`: The API key is valid, but its team is below the Team Max tier."""

    body: Error


class RateLimitedError(RateLimitError):
    """429 `rate_limited`: The key sent more than a burst of 60 requests, or 600 a minute
    sustained.
    """

    body: Error


class InternalError(InternalServerError):
    """500 `internal_error`: Something went wrong on the server."""

    body: Error


CODE_ERRORS: dict[tuple[int, str], type[APIStatusError]] = {
    (400, "invalid_request"): InvalidRequestError,
    (400, "invalid_cursor"): InvalidCursorError,
    (401, "unauthorized"): UnauthorizedError,
    (401, "plan_required"): PlanRequiredError,
    (429, "rate_limited"): RateLimitedError,
    (500, "internal_error"): InternalError,
}

__all__ = [
    "CODE_ERRORS",
    "APIConnectionError",
    "APIError",
    "APIResponseError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "ArgumentError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "GoneError",
    "InternalError",
    "InternalServerError",
    "InvalidCursorError",
    "InvalidRequestError",
    "MethodNotAllowedError",
    "MissingCredentialsError",
    "NotFoundError",
    "PaginationError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PlanRequiredError",
    "PreconditionFailedError",
    "RateLimitError",
    "RateLimitedError",
    "RequestTimeoutError",
    "ResponseTooLargeError",
    "UnauthorizedError",
    "UnprocessableEntityError",
    "UnsupportedMediaTypeError",
    "WebhookError",
]
