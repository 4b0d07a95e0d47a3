/** What can go wrong with a call: one class a status, one a documented code. */

import { type APIError, type ErrorClasses, reviveError } from "./runtime/errors.ts";

export * from "./runtime/errors.ts";

/** The classes of the documented codes, by `<status> <code>`. */
export const CODE_ERRORS: ErrorClasses = {};

/** The error that became `data` by `JSON` or `structuredClone`; undefined where none did. */
export function errorFrom(data: unknown): APIError | undefined {
  return reviveError(data, CODE_ERRORS);
}
