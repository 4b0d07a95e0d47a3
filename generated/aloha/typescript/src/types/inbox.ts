/** Types of the resource inbox. */

import { array, date, object, type Shape, string } from "../runtime/shapes.ts";
import { type Channel, type Pagination, paginationShape } from "./shared.ts";

/** An exchange with one person on one channel. */
export interface InboxThread {
  /** Identifies the thread. */
  id: string;
  /** A network that posts are published on. */
  channel: Channel;
  /** Who writes to you, as the channel names them. */
  sender: string;
  /** The beginning of what was written last. */
  preview: string;
  /** When it was written (ISO 8601). */
  updatedAt: Date;
}

/** One page of threads. */
export interface InboxThreadPage {
  /** The threads of this page. */
  data: InboxThread[];
  /** Where a page stands in its list. */
  pagination: Pagination;
}

/** How values of `InboxThread` are read and written. */
export const inboxThreadShape: Shape<InboxThread> = object({
  id: string,
  channel: string,
  sender: string,
  preview: string,
  updatedAt: date,
});

/** How values of `InboxThreadPage` are read and written. */
export const inboxThreadPageShape: Shape<InboxThreadPage> = object({
  data: array(inboxThreadShape),
  pagination: paginationShape,
});
