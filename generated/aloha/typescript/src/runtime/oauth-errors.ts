/** What can go wrong when a user signs in, or a token is asked for. */

import { APIError, reviveError } from "./errors.ts";

/** The authorization server refused, or its answer cannot be used. */
export class OAuthError extends APIError {
  override name = "OAuthError";
  /** Its word for what went wrong (RFC 6749 §4.1.2.1, §5.2); empty where it has none. */
  declare readonly code: string;
}

/** The user, or the authorization server, said no. */
export class AccessDeniedError extends OAuthError {
  override name = "AccessDeniedError";
}

/** The browser came back with an answer to another question; it was not looked at. */
export class StateMismatchError extends OAuthError {
  override name = "StateMismatchError";
}

/** There is no grant, or none that is good any more: the user has to sign in (again). */
export class SignInRequiredError extends OAuthError {
  override name = "SignInRequiredError";
}

/** The browser did not come back in time. */
export class SignInTimeoutError extends OAuthError {
  override name = "SignInTimeoutError";
}

/** The error that became `data` by `JSON` or `structuredClone`; undefined where none did. */
export function oauthErrorFrom(data: unknown): APIError | undefined {
  return reviveError(data, {}, [
    OAuthError,
    AccessDeniedError,
    StateMismatchError,
    SignInRequiredError,
    SignInTimeoutError,
  ]);
}
