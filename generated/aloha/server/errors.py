"""The errors that Aloha documents, to be raised by handlers, security and the gate."""

from __future__ import annotations

from collections.abc import Mapping

from .runtime import ApiError


class InvalidRequest(ApiError):
    """400 `invalid_request`: A query parameter was sent, or the body is not as documented."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_request", message, headers)


class InvalidCursor(ApiError):
    """400 `invalid_cursor`: The cursor was not given by this API, or was given for other
    filters.
    """

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_cursor", message, headers)


class InvalidGrant(ApiError):
    """400 `invalid_grant`: The code or refresh token is unknown, used or expired, or was given to
    another client, for another redirect URI or for another code verifier.
    """

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_grant", message, headers)


class UnauthorizedClient(ApiError):
    """400 `unauthorized_client`: The client may not use this grant type."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "unauthorized_client", message, headers)


class UnsupportedGrantType(ApiError):
    """400 `unsupported_grant_type`: The grant type is neither of the two."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "unsupported_grant_type", message, headers)


class InvalidScope(ApiError):
    """400 `invalid_scope`: More was asked for than was granted."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_scope", message, headers)


class Unauthorized(ApiError):
    """401 `unauthorized`: No valid API key or access token came with the request."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(401, "unauthorized", message, headers)


class InvalidClient(ApiError):
    """401 `invalid_client`: The client is unknown, or its secret is missing or wrong."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(401, "invalid_client", message, headers)


class InsufficientScope(ApiError):
    """403 `insufficient_scope`: The access token lacks the scope that the operation needs."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(403, "insufficient_scope", message, headers)


class TlsRequired(ApiError):
    """403 `tls_required`: The request came over plain HTTP."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(403, "tls_required", message, headers)


class NotFound(ApiError):
    """404 `not_found`: The id does not exist, or belongs to another workspace."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(404, "not_found", message, headers)


class RateLimited(ApiError):
    """429 `rate_limited`: The workspace sent more requests than its plan allows in a minute."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(429, "rate_limited", message, headers)


class InternalError(ApiError):
    """500 `internal_error`: Something went wrong on the server."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(500, "internal_error", message, headers)


class ServerError(ApiError):
    """500 `server_error`: Something went wrong on the server."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(500, "server_error", message, headers)
