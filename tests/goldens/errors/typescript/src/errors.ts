/** What can go wrong with a call: one class a status, one a documented code. */

import {
  type APIError,
  BadRequestError,
  type ErrorClasses,
  PermissionDeniedError,
  RateLimitError,
  reviveError,
} from "./runtime/errors.ts";

export * from "./runtime/errors.ts";

/** 400 `invalid_request`: The id is none. */
export class InvalidRequestError extends BadRequestError {
  override name = "InvalidRequestError";
}

/** 403 `locked`: It is locked. */
export class LockedError extends PermissionDeniedError {
  override name = "LockedError";
}

/** 403 `not_found`: Nobody may know. */
export class NotFoundCodeError extends PermissionDeniedError {
  override name = "NotFoundCodeError";
}

/** 429 `rate_limited`: Too often. */
export class RateLimitedError extends RateLimitError {
  override name = "RateLimitedError";
}

/** The classes of the documented codes, by `<status> <code>`. */
export const CODE_ERRORS: ErrorClasses = {
  "400 invalid_request": InvalidRequestError,
  "403 locked": LockedError,
  "403 not_found": NotFoundCodeError,
  "429 rate_limited": RateLimitedError,
};

/** The error that became `data` by `JSON` or `structuredClone`; undefined where none did. */
export function errorFrom(data: unknown): APIError | undefined {
  return reviveError(data, CODE_ERRORS);
}
