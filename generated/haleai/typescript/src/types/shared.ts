/** Types that several resources have in common. */

import { integer, nullable, object, type Shape, string } from "../runtime/shapes.ts";

/** Where a page stands in its list. */
export interface Pagination {
  /** The page size in effect. */
  limit: number;
  /** The cursor that this page was asked with; `null` on the first page. */
  cursor: string | null;
  /** The `cursor` of the next page; `null` on the last one. */
  nextCursor: string | null;
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
  /** For people. */
  message: string;
}

/** How values of `Pagination` are read and written. */
export const paginationShape: Shape<Pagination> = object({
  limit: integer,
  cursor: nullable(string),
  nextCursor: nullable(string),
});
