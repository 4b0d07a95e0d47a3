/** Types of the resource tickets. */

import { object, optional, type Shape, string } from "../runtime/shapes.ts";

/** A ticket to create. */
export interface TicketRequest {
  /** What it is about, in a line. */
  subject: string;
  /** What it is about, in full. */
  description: string;
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId?: string;
  /**
   * A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
   * `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where your
   * organization verifies identities and the user is not anonymous.
   */
  userToken?: string;
}

/** The ticket that was created. */
export interface TicketReceipt {
  /** Identifies the ticket. */
  ticketId: string;
}

/** How values of `TicketRequest` are read and written. */
export const ticketRequestShape: Shape<TicketRequest> = object({
  subject: string,
  description: string,
  user_id: optional(string),
  user_token: optional(string),
});

/** How values of `TicketReceipt` are read and written. */
export const ticketReceiptShape: Shape<TicketReceipt> = object({ ticket_id: string });
