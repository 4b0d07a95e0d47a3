/** What people do on your site or in your product. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type EventObject,
  type EventsReceipt,
  eventsReceiptShape,
  eventsRequestShape,
} from "../types/events.ts";

/** What `client.events.send` takes. */
export interface EventsSendParams {
  /** What happened, in order. */
  events: readonly EventObject[];
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId?: string | undefined;
  /**
   * A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
   * `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where your
   * organization verifies identities and the user is not anonymous.
   */
  userToken?: string | undefined;
}

const sendOperation: Operation<EventsReceipt> = {
  method: "POST",
  path: "/events",
  body: { shape: eventsRequestShape },
  returns: eventsReceiptShape,
};

/** What people do on your site or in your product. */
export class Events {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Send events.
   *
   * Stores up to 100 events of one user or anonymous visitor, all of them or none: one event that
   * is not as documented, and nothing is stored.
   *
   * @throws `BadRequestError`: The request is not as documented, or over a size limit. Nothing is
   *   stored.
   * @throws `AuthenticationError`: The publishable key is missing or invalid.
   * @throws `PermissionDeniedError`: The organization verifies identities, `userId` is not
   *   anonymous, and `userToken` is missing, invalid, expired, or for another user.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const event = await client.events.send({
   *   events: [
   *     { name: "page_viewed", metadata: { path: "/pricing" } },
   *     { name: "plan_selected", metadata: { plan: "pro", seats: 5 } },
   *   ],
   *   userId: "anon_5f3c9a",
   * });
   * ```
   */
  send(params: EventsSendParams, options?: RequestOptions): APIPromise<EventsReceipt> {
    return this.#caller.call(sendOperation, [], params, options);
  }
}
