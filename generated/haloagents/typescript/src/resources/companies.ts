/** The companies that your end users belong to. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type CompanyDetail, companyDetailShape, companyRequestShape } from "../types/companies.ts";

/** What `client.companies.identify` takes. */
export interface CompaniesIdentifyParams {
  /** The company, by the name that your own system gives it. */
  companyId: string;
  /** What is known, by name. Free-form. */
  traits?: Record<string, unknown> | undefined;
  /** The circumstances under which it became known. Free-form. */
  context?: Record<string, unknown> | undefined;
}

const identifyOperation: Operation<CompanyDetail> = {
  method: "POST",
  path: "/companies/identify",
  body: { shape: companyRequestShape },
  returns: companyDetailShape,
};

/** The companies that your end users belong to. */
export class Companies {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Create or update a company.
   *
   * Creates the company that `companyId` names, or updates it. Traits are merged: one that is sent
   * replaces the one of the same name, and the others stay. Sending the same again changes nothing.
   *
   * @throws `BadRequestError`: The request is not as documented, or over a size limit. Nothing is
   *   stored.
   * @throws `AuthenticationError`: The publishable key is missing or invalid.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const company = await client.companies.identify({
   *   companyId: "company_42",
   *   traits: { industry: "logistics", employees: 120 },
   *   context: { source: "billing" },
   * });
   * ```
   */
  identify(params: CompaniesIdentifyParams, options?: RequestOptions): APIPromise<CompanyDetail> {
    return this.#caller.call(identifyOperation, [], params, options);
  }
}
