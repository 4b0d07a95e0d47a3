/** What can go wrong with a call: one class a status, one a documented code. */

import {
  type APIError,
  AuthenticationError,
  BadRequestError,
  type ErrorClasses,
  InternalServerError,
  PermissionDeniedError,
  RateLimitError,
  reviveError,
} from "./runtime/errors.ts";

export * from "./runtime/errors.ts";

/** 400 `invalid_request`: A query parameter was sent, or the body is not as documented. */
export class InvalidRequestError extends BadRequestError {
  override name = "InvalidRequestError";
}

/** 400 `invalid_cursor`: The cursor was not given by this API, or was given for other filters. */
export class InvalidCursorError extends BadRequestError {
  override name = "InvalidCursorError";
}

/**
 * 400 `invalid_grant`: The code or refresh token is unknown, used or expired, or was given to
 * another client, for another redirect URI or for another code verifier.
 */
export class InvalidGrantError extends BadRequestError {
  override name = "InvalidGrantError";
}

/** 400 `unauthorized_client`: The client may not use this grant type. */
export class UnauthorizedClientError extends BadRequestError {
  override name = "UnauthorizedClientError";
}

/** 400 `unsupported_grant_type`: The grant type is neither of the two. */
export class UnsupportedGrantTypeError extends BadRequestError {
  override name = "UnsupportedGrantTypeError";
}

/** 400 `invalid_scope`: More was asked for than was granted. */
export class InvalidScopeError extends BadRequestError {
  override name = "InvalidScopeError";
}

/** 401 `unauthorized`: No valid API key or access token came with the request. */
export class UnauthorizedError extends AuthenticationError {
  override name = "UnauthorizedError";
}

/** 401 `invalid_client`: The client is unknown, or its secret is missing or wrong. */
export class InvalidClientError extends AuthenticationError {
  override name = "InvalidClientError";
}

/** 403 `insufficient_scope`: The access token lacks the scope that the operation needs. */
export class InsufficientScopeError extends PermissionDeniedError {
  override name = "InsufficientScopeError";
}

/** 403 `tls_required`: The request came over plain HTTP. */
export class TlsRequiredError extends PermissionDeniedError {
  override name = "TlsRequiredError";
}

/** 429 `rate_limited`: The workspace sent more requests than its plan allows in a minute. */
export class RateLimitedError extends RateLimitError {
  override name = "RateLimitedError";
}

/** 500 `internal_error`: Something went wrong on the server. */
export class InternalError extends InternalServerError {
  override name = "InternalError";
}

/** 500 `server_error`: Something went wrong on the server. */
export class ServerError extends InternalServerError {
  override name = "ServerError";
}

/** The classes of the documented codes, by `<status> <code>`. */
export const CODE_ERRORS: ErrorClasses = {
  "400 invalid_request": InvalidRequestError,
  "400 invalid_cursor": InvalidCursorError,
  "400 invalid_grant": InvalidGrantError,
  "400 unauthorized_client": UnauthorizedClientError,
  "400 unsupported_grant_type": UnsupportedGrantTypeError,
  "400 invalid_scope": InvalidScopeError,
  "401 unauthorized": UnauthorizedError,
  "401 invalid_client": InvalidClientError,
  "403 insufficient_scope": InsufficientScopeError,
  "403 tls_required": TlsRequiredError,
  "429 rate_limited": RateLimitedError,
  "500 internal_error": InternalError,
  "500 server_error": ServerError,
};

/** The error that became `data` by `JSON` or `structuredClone`; undefined where none did. */
export function errorFrom(data: unknown): APIError | undefined {
  return reviveError(data, CODE_ERRORS);
}
