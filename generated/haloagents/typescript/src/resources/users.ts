/** The end users that you know. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type UserDetail, userDetailShape, userRequestShape } from "../types/users.ts";

/** What `client.users.identify` takes. */
export interface UsersIdentifyParams {
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId: string;
  /**
   * A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
   * `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where your
   * organization verifies identities and the user is not anonymous.
   */
  userToken?: string | undefined;
  /** The user's email address. */
  email?: string | undefined;
  /** The user's role. */
  role?: string | undefined;
  /** The user's plan. */
  plan?: string | undefined;
  /** What is known, by name. Free-form. */
  traits?: Record<string, unknown> | undefined;
  /** The circumstances under which it became known. Free-form. */
  context?: Record<string, unknown> | undefined;
}

const identifyOperation: Operation<UserDetail> = {
  method: "POST",
  path: "/users/identify",
  body: { shape: userRequestShape },
  returns: userDetailShape,
};

/** The end users that you know. */
export class Users {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Create or update a user.
   *
   * Creates the end user that `userId` names, or updates it. Traits are merged: one that is sent
   * replaces the one of the same name, and the others stay. Sending the same again changes nothing.
   *
   * The claims `email`, `role` and `plan` of a valid `userToken` override the fields of the same
   * name.
   *
   * @throws `BadRequestError`: The request is not as documented, or over a size limit. Nothing is
   *   stored.
   * @throws `AuthenticationError`: The publishable key is missing or invalid.
   * @throws `PermissionDeniedError`: The organization verifies identities, `userId` is not
   *   anonymous, and `userToken` is missing, invalid, expired, or for another user.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const user = await client.users.identify({
   *   userId: "user_123",
   *   email: "user@example.com",
   *   plan: "pro",
   *   traits: { locale: "en-GB", seats: 5 },
   *   context: { page: "/settings/billing" },
   * });
   * ```
   */
  identify(params: UsersIdentifyParams, options?: RequestOptions): APIPromise<UserDetail> {
    return this.#caller.call(identifyOperation, [], params, options);
  }
}
