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
    """400 `invalid_request`: A query parameter was sent, or the body is not as documented."""

    body: Error


class InvalidCursorError(BadRequestError):
    """400 `invalid_cursor`: The cursor was not given by this API, or was given for other
    filters.
    """

    body: Error


class InvalidGrantError(BadRequestError):
    """400 `invalid_grant`: The code or refresh token is unknown, used or expired, or was given to
    another client, for another redirect URI or for another code verifier.
    """

    body: Error


class UnauthorizedClientError(BadRequestError):
    """400 `unauthorized_client`: The client may not use this grant type."""

    body: Error


class UnsupportedGrantTypeError(BadRequestError):
    """400 `unsupported_grant_type`: The grant type is neither of the two."""

    body: Error


class InvalidScopeError(BadRequestError):
    """400 `invalid_scope`: More was asked for than was granted."""

    body: Error


class UnauthorizedError(AuthenticationError):
    """401 `unauthorized`: No valid API key or access token came with the request."""

    body: Error


class InvalidClientError(AuthenticationError):
    """401 `invalid_client`: The client is unknown, or its secret is missing or wrong."""

    body: Error


class InsufficientScopeError(PermissionDeniedError):
    """403 `insufficient_scope`: The access token lacks the scope that the operation needs."""

    body: Error


class TlsRequiredError(PermissionDeniedError):
    """403 `tls_required`: The request came over plain HTTP."""

    body: Error


class RateLimitedError(RateLimitError):
    """429 `rate_limited`: The workspace sent more requests than its plan allows in a minute."""

    body: Error


class InternalError(InternalServerError):
    """500 `internal_error`: Something went wrong on the server."""

    body: Error


class ServerError(InternalServerError):
    """500 `server_error`: Something went wrong on the server."""

    body: Error


CODE_ERRORS: dict[tuple[int, str], type[APIStatusError]] = {
    (400, "invalid_request"): InvalidRequestError,
    (400, "invalid_cursor"): InvalidCursorError,
    (400, "invalid_grant"): InvalidGrantError,
    (400, "unauthorized_client"): UnauthorizedClientError,
    (400, "unsupported_grant_type"): UnsupportedGrantTypeError,
    (400, "invalid_scope"): InvalidScopeError,
    (401, "unauthorized"): UnauthorizedError,
    (401, "invalid_client"): InvalidClientError,
    (403, "insufficient_scope"): InsufficientScopeError,
    (403, "tls_required"): TlsRequiredError,
    (429, "rate_limited"): RateLimitedError,
    (500, "internal_error"): InternalError,
    (500, "server_error"): ServerError,
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
    "InsufficientScopeError",
    "InternalError",
    "InternalServerError",
    "InvalidClientError",
    "InvalidCursorError",
    "InvalidGrantError",
    "InvalidRequestError",
    "InvalidScopeError",
    "MethodNotAllowedError",
    "MissingCredentialsError",
    "NotFoundError",
    "PaginationError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PreconditionFailedError",
    "RateLimitError",
    "RateLimitedError",
    "RequestTimeoutError",
    "ResponseTooLargeError",
    "ServerError",
    "TlsRequiredError",
    "UnauthorizedClientError",
    "UnauthorizedError",
    "UnprocessableEntityError",
    "UnsupportedGrantTypeError",
    "UnsupportedMediaTypeError",
    "WebhookError",
]
