/** What can go wrong with a call: one class a status, one a documented code. */

import {
  type APIError,
  AuthenticationError,
  BadRequestError,
  type ErrorClasses,
  InternalServerError,
  RateLimitError,
  reviveError,
} from "./runtime/errors.ts";

export * from "./runtime/errors.ts";

/** 400 `invalid_request`: A query parameter is unknown, repeated, or not as documented. */
export class InvalidRequestError extends BadRequestError {
  override name = "InvalidRequestError";
}

/** 400 `invalid_cursor`: The cursor was not given by this API, or was given for other filters. */
export class InvalidCursorError extends BadRequestError {
  override name = "InvalidCursorError";
}

/** 401 `unauthorized`: The API key is missing, malformed, unknown or revoked. */
export class UnauthorizedError extends AuthenticationError {
  override name = "UnauthorizedError";
}

/** 401 `plan_required`: The API key is valid, but its team is below the Team Max tier. */
export class PlanRequiredError extends AuthenticationError {
  override name = "PlanRequiredError";
}

/** 429 `rate_limited`: The key sent more than a burst of 60 requests, or 600 a minute sustained. */
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
  "401 unauthorized": UnauthorizedError,
  "401 plan_required": PlanRequiredError,
  "429 rate_limited": RateLimitedError,
  "500 internal_error": InternalError,
};

/** The error that became `data` by `JSON` or `structuredClone`; undefined where none did. */
export function errorFrom(data: unknown): APIError | undefined {
  return reviveError(data, CODE_ERRORS);
}
