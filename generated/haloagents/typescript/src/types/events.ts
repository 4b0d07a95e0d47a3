/** Types of the resource events. */

import {
  any,
  array,
  integer,
  object,
  optional,
  record,
  type Shape,
  string,
} from "../runtime/shapes.ts";

/** A batch of events. */
export interface EventsRequest {
  /** What happened, in order. */
  events: EventObject[];
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

/** Something that a user or visitor did. */
export interface EventObject {
  /** What was done. */
  name: string;
  /** The particulars; at most 10,000 bytes of JSON. */
  metadata?: Record<string, unknown>;
}

/** What became of a batch. */
export interface EventsReceipt {
  /** How many events were stored, which is all of them. */
  stored: number;
}

/** How values of `EventObject` are read and written. */
export const eventObjectShape: Shape<EventObject> = object({
  name: string,
  metadata: optional(record(any)),
});

/** How values of `EventsRequest` are read and written. */
export const eventsRequestShape: Shape<EventsRequest> = object({
  events: array(eventObjectShape),
  user_id: optional(string),
  user_token: optional(string),
});

/** How values of `EventsReceipt` are read and written. */
export const eventsReceiptShape: Shape<EventsReceipt> = object({ stored: integer });
