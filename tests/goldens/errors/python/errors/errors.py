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
    """400 `invalid_request`: The id is none."""

    body: Error


class LockedError(PermissionDeniedError):
    """403 `locked`: It is locked."""

    body: Error


class NotFoundCodeError(PermissionDeniedError):
    """403 `not_found`: Nobody may know."""

    body: Error


class RateLimitedError(RateLimitError):
    """429 `rate_limited`: Too often."""

    body: Error


CODE_ERRORS: dict[tuple[int, str], type[APIStatusError]] = {
    (400, "invalid_request"): InvalidRequestError,
    (403, "locked"): LockedError,
    (403, "not_found"): NotFoundCodeError,
    (429, "rate_limited"): RateLimitedError,
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
    "InternalServerError",
    "InvalidRequestError",
    "LockedError",
    "MethodNotAllowedError",
    "MissingCredentialsError",
    "NotFoundCodeError",
    "NotFoundError",
    "PaginationError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PreconditionFailedError",
    "RateLimitError",
    "RateLimitedError",
    "RequestTimeoutError",
    "ResponseTooLargeError",
    "UnprocessableEntityError",
    "UnsupportedMediaTypeError",
    "WebhookError",
]
