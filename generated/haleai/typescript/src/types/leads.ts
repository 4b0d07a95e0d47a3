/** Types of the resource leads. */

import { array, date, object, type Shape, string } from "../runtime/shapes.ts";
import { type Pagination, paginationShape } from "./shared.ts";

/** A prospect, on the way to a deal. */
export interface Lead {
  /** Identifies the lead. */
  id: string;
  /** How far a lead has come. */
  stage: LeadStage;
  /** Where the row came from. */
  source: string;
  /** When the row last changed (ISO 8601). */
  updatedAt: Date;
}

/** How far a lead has come. */
export type LeadStage =
  | "new"
  | "qualified"
  | "nurture"
  | "working"
  | "won"
  | "lost"
  | (string & {});

/** One page of leads. */
export interface LeadPage {
  /** The leads of this page. */
  data: Lead[];
  /** Where a page stands in its list. */
  pagination: Pagination;
}

/** One lead. */
export interface LeadDetail {
  /** A prospect, on the way to a deal. */
  data: Lead;
}

/** How values of `Lead` are read and written. */
export const leadShape: Shape<Lead> = object({
  id: string,
  stage: string,
  source: string,
  updatedAt: date,
});

/** How values of `LeadPage` are read and written. */
export const leadPageShape: Shape<LeadPage> = object({
  data: array(leadShape),
  pagination: paginationShape,
});

/** How values of `LeadDetail` are read and written. */
export const leadDetailShape: Shape<LeadDetail> = object({ data: leadShape });
