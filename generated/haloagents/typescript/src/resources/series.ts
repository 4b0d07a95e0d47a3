/** Series of emails, and who gets them. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type SeriesMembership,
  type SeriesRequestAction,
  seriesMembershipShape,
  seriesRequestShape,
} from "../types/series.ts";

/** What `client.series.update` takes. */
export interface SeriesUpdateParams {
  /** Identifies the series. */
  seriesId: string;
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId: string;
  /** What to do. */
  action: SeriesRequestAction;
  /**
   * A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
   * `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where your
   * organization verifies identities and the user is not anonymous.
   */
  userToken?: string | undefined;
}

const updateOperation: Operation<SeriesMembership> = {
  method: "POST",
  path: "/series",
  body: { shape: seriesRequestShape },
  returns: seriesMembershipShape,
};

/** Series of emails, and who gets them. */
export class Series {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Enroll or remove a user.
   *
   * Enrolls a user in a series of emails, or removes them from it. Enrolling a user who is
   * enrolled, and removing one who is not, changes nothing.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The publishable key is missing or invalid.
   * @throws `PermissionDeniedError`: The organization verifies identities, `userId` is not
   *   anonymous, and `userToken` is missing, invalid, expired, or for another user.
   * @throws `NotFoundError`: The organization has no such series, or no such user.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const sery = await client.series.update({
   *   seriesId: "onboarding",
   *   userId: "user_123",
   *   action: "enroll",
   * });
   * ```
   */
  update(params: SeriesUpdateParams, options?: RequestOptions): APIPromise<SeriesMembership> {
    return this.#caller.call(updateOperation, [], params, options);
  }
}
