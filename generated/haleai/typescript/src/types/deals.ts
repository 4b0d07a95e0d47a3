/** Types of the resource deals. */

import { array, date, object, type Shape, string } from "../runtime/shapes.ts";
import { type Pagination, paginationShape } from "./shared.ts";

/** A transaction, from opportunity to closing. */
export interface Deal {
  /** Identifies the deal. */
  id: string;
  /** How far a deal has come. */
  stage: DealStage;
  /** When the row last changed (ISO 8601). */
  updatedAt: Date;
}

/** How far a deal has come. */
export type DealStage =
  | "opportunity"
  | "listing"
  | "under_contract"
  | "closed"
  | "dead"
  | (string & {});

/** One page of deals. */
export interface DealPage {
  /** The deals of this page. */
  data: Deal[];
  /** Where a page stands in its list. */
  pagination: Pagination;
}

/** One deal. */
export interface DealDetail {
  /** A transaction, from opportunity to closing. */
  data: Deal;
}

/** How values of `Deal` are read and written. */
export const dealShape: Shape<Deal> = object({ id: string, stage: string, updatedAt: date });

/** How values of `DealPage` are read and written. */
export const dealPageShape: Shape<DealPage> = object({
  data: array(dealShape),
  pagination: paginationShape,
});

/** How values of `DealDetail` are read and written. */
export const dealDetailShape: Shape<DealDetail> = object({ data: dealShape });
