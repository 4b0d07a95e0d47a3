"""The errors that Leadiosa documents, to be raised by handlers, security and the gate."""

from __future__ import annotations

from collections.abc import Mapping

from .runtime import ApiError


class InvalidRequest(ApiError):
    """400 `invalid_request`: A query parameter is unknown, repeated, or not as documented."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_request", message, headers)


class InvalidCursor(ApiError):
    """400 `invalid_cursor`: The cursor was not given by this API for this list."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "invalid_cursor", message, headers)


class CursorExpired(ApiError):
    """400 `cursor_expired`: The data of the list has changed since the cursor was given."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(400, "cursor_expired", message, headers)


class Unauthorized(ApiError):
    """401 `unauthorized`: No valid token came with the request."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(401, "unauthorized", message, headers)


class Forbidden(ApiError):
    """403 `forbidden`: The token is valid, and its role is read-only."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(403, "forbidden", message, headers)


class ConversationNotFound(ApiError):
    """404 `conversation_not_found`: The id does not exist, or belongs to another workspace."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(404, "conversation_not_found", message, headers)


class ContactNotFound(ApiError):
    """404 `contact_not_found`: The id does not exist, was erased, or belongs to another
    workspace.
    """

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(404, "contact_not_found", message, headers)


class ArticleNotFound(ApiError):
    """404 `article_not_found`: The id does not exist, or belongs to another workspace."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(404, "article_not_found", message, headers)


class WebhookNotFound(ApiError):
    """404 `webhook_not_found`: The id does not exist, or belongs to another workspace."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(404, "webhook_not_found", message, headers)


class WorkspaceClosed(ApiError):
    """409 `workspace_closed`: A closed workspace takes no writes."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(409, "workspace_closed", message, headers)


class ConversationClosed(ApiError):
    """409 `conversation_closed`: A closed conversation can be reopened, and nothing else."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(409, "conversation_closed", message, headers)


class WorkspaceActive(ApiError):
    """409 `workspace_active`: Only a closed workspace can be restored."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(409, "workspace_active", message, headers)


class UnknownContact(ApiError):
    """422 `unknown_contact`: Your workspace has no contact with this `contact_id`."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(422, "unknown_contact", message, headers)


class UnknownAssignee(ApiError):
    """422 `unknown_assignee`: Your workspace has no member with this `assignee_id`."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(422, "unknown_assignee", message, headers)


class PrivateTarget(ApiError):
    """422 `private_target`: The URL's host is in a private or loopback network."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(422, "private_target", message, headers)


class RateLimited(ApiError):
    """429 `rate_limited`: The token sent more than 300 requests in a minute."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(429, "rate_limited", message, headers)


class InternalError(ApiError):
    """500 `internal_error`: Something went wrong on the server."""

    def __init__(self, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(500, "internal_error", message, headers)
