/** Types that several resources have in common. */

import { boolean, object, optional, type Shape, string } from "../runtime/shapes.ts";

/** Where a conversation stands. */
export type ConversationStatus = "open" | "pending" | "closed" | (string & {});

/** Whose message it is, the contact's or your team's. */
export type MessageAuthor = "contact" | "agent" | (string & {});

/** Whether there is more, and how to get it. */
export interface Pagination {
  /** Whether another page follows. */
  hasMore: boolean;
  /** The `after` of the next page. Absent on the last one. */
  nextCursor?: string;
}

/** What every answer other than a success looks like. */
export interface ErrorObject {
  /** What went wrong. */
  error: ErrorDetail;
}

/** What went wrong. */
export interface ErrorDetail {
  /** For programs. One of the codes that the status lists. */
  code: string;
  /** For people. It names the field that is wrong, where one is. */
  message: string;
  /** The `X-Request-Id` of this answer. */
  requestId: string;
}

/** How values of `Pagination` are read and written. */
export const paginationShape: Shape<Pagination> = object({
  has_more: boolean,
  next_cursor: optional(string),
});
