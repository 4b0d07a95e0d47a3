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
    """400 `invalid_cursor`: The cursor was not given by this API for this list."""

    body: Error


class CursorExpiredError(BadRequestError):
    """400 `cursor_expired`: The data of the list has changed since the cursor was given."""

    body: Error


class UnauthorizedError(AuthenticationError):
    """401 `unauthorized`: No valid token came with the request."""

    body: Error


class ForbiddenError(PermissionDeniedError):
    """403 `forbidden`: The token is valid, and its role is read-only."""

    body: Error


class ConversationNotFoundError(NotFoundError):
    """404 `conversation_not_found`: The id does not exist, or belongs to another workspace."""

    body: Error


class ContactNotFoundError(NotFoundError):
    """404 `contact_not_found`: The id does not exist, was erased, or belongs to another
    workspace.
    """

    body: Error


class ArticleNotFoundError(NotFoundError):
    """404 `article_not_found`: The id does not exist, or belongs to another workspace."""

    body: Error


class WebhookNotFoundError(NotFoundError):
    """404 `webhook_not_found`: The id does not exist, or belongs to another workspace."""

    body: Error


class WorkspaceClosedError(ConflictError):
    """409 `workspace_closed`: A closed workspace takes no writes."""

    body: Error


class ConversationClosedError(ConflictError):
    """409 `conversation_closed`: A closed conversation can be reopened, and nothing else."""

    body: Error


class WorkspaceActiveError(ConflictError):
    """409 `workspace_active`: Only a closed workspace can be restored."""

    body: Error


class UnknownContactError(UnprocessableEntityError):
    """422 `unknown_contact`: Your workspace has no contact with this `contact_id`."""

    body: Error


class UnknownAssigneeError(UnprocessableEntityError):
    """422 `unknown_assignee`: Your workspace has no member with this `assignee_id`."""

    body: Error


class PrivateTargetError(UnprocessableEntityError):
    """422 `private_target`: The URL's host is in a private or loopback network."""

    body: Error


class RateLimitedError(RateLimitError):
    """429 `rate_limited`: The token sent more than 300 requests in a minute."""

    body: Error


class InternalError(InternalServerError):
    """500 `internal_error`: Something went wrong on the server."""

    body: Error


CODE_ERRORS: dict[tuple[int, str], type[APIStatusError]] = {
    (400, "invalid_request"): InvalidRequestError,
    (400, "invalid_cursor"): InvalidCursorError,
    (400, "cursor_expired"): CursorExpiredError,
    (401, "unauthorized"): UnauthorizedError,
    (403, "forbidden"): ForbiddenError,
    (404, "conversation_not_found"): ConversationNotFoundError,
    (404, "contact_not_found"): ContactNotFoundError,
    (404, "article_not_found"): ArticleNotFoundError,
    (404, "webhook_not_found"): WebhookNotFoundError,
    (409, "workspace_closed"): WorkspaceClosedError,
    (409, "conversation_closed"): ConversationClosedError,
    (409, "workspace_active"): WorkspaceActiveError,
    (422, "unknown_contact"): UnknownContactError,
    (422, "unknown_assignee"): UnknownAssigneeError,
    (422, "private_target"): PrivateTargetError,
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
    "ArticleNotFoundError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "ContactNotFoundError",
    "ConversationClosedError",
    "ConversationNotFoundError",
    "CursorExpiredError",
    "ForbiddenError",
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
    "PreconditionFailedError",
    "PrivateTargetError",
    "RateLimitError",
    "RateLimitedError",
    "RequestTimeoutError",
    "ResponseTooLargeError",
    "UnauthorizedError",
    "UnknownAssigneeError",
    "UnknownContactError",
    "UnprocessableEntityError",
    "UnsupportedMediaTypeError",
    "WebhookError",
    "WebhookNotFoundError",
    "WorkspaceActiveError",
    "WorkspaceClosedError",
]
