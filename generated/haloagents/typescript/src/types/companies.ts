/** Types of the resource companies. */

import { any, object, optional, record, type Shape, string } from "../runtime/shapes.ts";

/** A company to create or update. */
export interface CompanyRequest {
  /** The company, by the name that your own system gives it. */
  companyId: string;
  /** What is known, by name. Free-form. */
  traits?: Record<string, unknown>;
  /** The circumstances under which it became known. Free-form. */
  context?: Record<string, unknown>;
}

/** A company. */
export interface Company {
  /** The company, by the name that your own system gives it. */
  companyId: string;
  /** What is known, by name. Free-form. */
  traits: Record<string, unknown>;
}

/** One company. */
export interface CompanyDetail {
  /** A company. */
  company: Company;
}

/** How values of `CompanyRequest` are read and written. */
export const companyRequestShape: Shape<CompanyRequest> = object({
  company_id: string,
  traits: optional(record(any)),
  context: optional(record(any)),
});

/** How values of `Company` are read and written. */
export const companyShape: Shape<Company> = object({ company_id: string, traits: record(any) });

/** How values of `CompanyDetail` are read and written. */
export const companyDetailShape: Shape<CompanyDetail> = object({ company: companyShape });
