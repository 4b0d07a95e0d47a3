/** What can go wrong with a call: one class a status, one a documented code. */

import {
  type APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  type ErrorClasses,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  reviveError,
  UnprocessableEntityError,
} from "./runtime/errors.ts";

export * from "./runtime/errors.ts";

/** 400 `invalid_request`: A query parameter is unknown, repeated, or not as documented. */
export class InvalidRequestError extends BadRequestError {
  override name = "InvalidRequestError";
}

/** 400 `invalid_cursor`: The cursor was not given by this API for this list. */
export class InvalidCursorError extends BadRequestError {
  override name = "InvalidCursorError";
}

/** 400 `cursor_expired`: The data of the list has changed since the cursor was given. */
export class CursorExpiredError extends BadRequestError {
  override name = "CursorExpiredError";
}

/** 401 `unauthorized`: No valid token came with the request. */
export class UnauthorizedError extends AuthenticationError {
  override name = "UnauthorizedError";
}

/** 403 `forbidden`: The token is valid, and its role is read-only. */
export class ForbiddenError extends PermissionDeniedError {
  override name = "ForbiddenError";
}

/** 404 `conversation_not_found`: The id does not exist, or belongs to another workspace. */
export class ConversationNotFoundError extends NotFoundError {
  override name = "ConversationNotFoundError";
}

/** 404 `contact_not_found`: The id does not exist, was erased, or belongs to another workspace. */
export class ContactNotFoundError extends NotFoundError {
  override name = "ContactNotFoundError";
}

/** 404 `article_not_found`: The id does not exist, or belongs to another workspace. */
export class ArticleNotFoundError extends NotFoundError {
  override name = "ArticleNotFoundError";
}

/** 404 `webhook_not_found`: The id does not exist, or belongs to another workspace. */
export class WebhookNotFoundError extends NotFoundError {
  override name = "WebhookNotFoundError";
}

/** 409 `workspace_closed`: A closed workspace takes no writes. */
export class WorkspaceClosedError extends ConflictError {
  override name = "WorkspaceClosedError";
}

/** 409 `conversation_closed`: A closed conversation can be reopened, and nothing else. */
export class ConversationClosedError extends ConflictError {
  override name = "ConversationClosedError";
}

/** 409 `workspace_active`: Only a closed workspace can be restored. */
export class WorkspaceActiveError extends ConflictError {
  override name = "WorkspaceActiveError";
}

/** 422 `unknown_contact`: Your workspace has no contact with this `contact_id`. */
export class UnknownContactError extends UnprocessableEntityError {
  override name = "UnknownContactError";
}

/** 422 `unknown_assignee`: Your workspace has no member with this `assignee_id`. */
export class UnknownAssigneeError extends UnprocessableEntityError {
  override name = "UnknownAssigneeError";
}

/** 422 `private_target`: The URL's host is in a private or loopback network. */
export class PrivateTargetError extends UnprocessableEntityError {
  override name = "PrivateTargetError";
}

/** 429 `rate_limited`: The token sent more than 300 requests in a minute. */
export class RateLimitedError extends RateLimitError {
  override name = "RateLimitedError";
}

/** 500 `internal_error`: Something went wrong on the server. */
export class InternalError extends InternalServerError {
  override name = "InternalError";
}

/** The classes of the documented codes, by `<status> <code>`. */
export const CODE_ERRORS: ErrorClasses = {
  "400 invalid_request": InvalidRequestError,
  "400 invalid_cursor": InvalidCursorError,
  "400 cursor_expired": CursorExpiredError,
  "401 unauthorized": UnauthorizedError,
  "403 forbidden": ForbiddenError,
  "404 conversation_not_found": ConversationNotFoundError,
  "404 contact_not_found": ContactNotFoundError,
  "404 article_not_found": ArticleNotFoundError,
  "404 webhook_not_found": WebhookNotFoundError,
  "409 workspace_closed": WorkspaceClosedError,
  "409 conversation_closed": ConversationClosedError,
  "409 workspace_active": WorkspaceActiveError,
  "422 unknown_contact": UnknownContactError,
  "422 unknown_assignee": UnknownAssigneeError,
  "422 private_target": PrivateTargetError,
  "429 rate_limited": RateLimitedError,
  "500 internal_error": InternalError,
};

/** The error that became `data` by `JSON` or `structuredClone`; undefined where none did. */
export function errorFrom(data: unknown): APIError | undefined {
  return reviveError(data, CODE_ERRORS);
}
