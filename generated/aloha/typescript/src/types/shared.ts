/** Types that several resources have in common. */

import { date, integer, nullable, object, type Shape, string } from "../runtime/shapes.ts";

/** A network that posts are published on. */
export type Channel = "instagram" | "linkedin" | (string & {});

/** Work that runs in the background. */
export interface Job {
  /** Identifies the job. */
  id: string;
  /** When it was created (ISO 8601). */
  createdAt: Date;
}

/** Where a page stands in its list. */
export interface Pagination {
  /** The page size in effect. */
  limit: number;
  /** The `cursor` of the next page; `null` on the last one. */
  nextCursor: string | null;
}

/** What happened. */
export type EventName =
  | "post.scheduled"
  | "post.published"
  | "post.failed"
  | "reply.received"
  | "matrix.completed"
  | (string & {});

/** What every answer other than a success looks like. */
export interface ErrorObject {
  /** What went wrong. */
  error: ErrorDetail;
}

/** What went wrong. */
export interface ErrorDetail {
  /** For programs. One of the codes that the status lists. */
  code: string;
  /** For people. */
  message: string;
}

/** How values of `Job` are read and written. */
export const jobShape: Shape<Job> = object({ id: string, createdAt: date });

/** How values of `Pagination` are read and written. */
export const paginationShape: Shape<Pagination> = object({
  limit: integer,
  nextCursor: nullable(string),
});
