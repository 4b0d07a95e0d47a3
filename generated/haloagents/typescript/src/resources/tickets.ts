/** Support tickets. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type TicketReceipt, ticketReceiptShape, ticketRequestShape } from "../types/tickets.ts";

/** What `client.tickets.create` takes. */
export interface TicketsCreateParams {
  /** What it is about, in a line. */
  subject: string;
  /** What it is about, in full. */
  description: string;
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

const createOperation: Operation<TicketReceipt> = {
  method: "POST",
  path: "/tickets/create",
  body: { shape: ticketRequestShape },
  returns: ticketReceiptShape,
};

/** Support tickets. */
export class Tickets {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Create a ticket.
   *
   * Creates a support ticket. It belongs to the user that `userId` names, or to nobody in
   * particular.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The publishable key is missing or invalid.
   * @throws `PermissionDeniedError`: The organization verifies identities, `userId` is not
   *   anonymous, and `userToken` is missing, invalid, expired, or for another user.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const ticket = await client.tickets.create({
   *   subject: "Refund not received",
   *   description: "I returned my order two weeks ago and still wait for the money.",
   *   userId: "anon_5f3c9a",
   * });
   * ```
   */
  create(params: TicketsCreateParams, options?: RequestOptions): APIPromise<TicketReceipt> {
    return this.#caller.call(createOperation, [], params, options);
  }
}
