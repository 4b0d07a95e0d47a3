/** Prospects, by stage, on their way to a deal. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type Lead,
  type LeadDetail,
  type LeadPage,
  type LeadStage,
  leadDetailShape,
  leadPageShape,
} from "../types/leads.ts";

/** What `client.leads.list` takes. */
export interface LeadsListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged and sent with the same
   * filters. Leave it out to get the first page.
   */
  cursor?: string | undefined;
  /** Only leads that are in this stage. */
  stage?: LeadStage | undefined;
  /** Only rows whose `source` is exactly this. */
  source?: string | undefined;
  /** Only rows whose `updatedAt` is strictly later than this moment (ISO 8601). */
  updatedSince?: Date | undefined;
}

const listOperation: Operation<LeadPage> = {
  method: "GET",
  path: "/leads",
  query: ["limit", "cursor", "stage", "source", "updatedSince"],
  returns: leadPageShape,
  pages: { rows: ["data"], next: cursor("cursor", ["pagination", "nextCursor"]) },
};

const getOperation: Operation<LeadDetail> = {
  method: "GET",
  path: "/leads/{leadId}",
  returns: leadDetailShape,
};

/** Prospects, by stage, on their way to a deal. */
export class Leads {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List leads.
   *
   * Returns one page of your team's leads. Combine `stage`, `source` and `updatedSince` to narrow
   * the list; a lead is on it only if it matches all of them.
   *
   * Walking all pages gives every matching lead exactly once, also while leads are added or updated
   * during the walk: one that is there throughout and does not change is neither lost nor repeated.
   *
   * @throws `BadRequestError`: The request is not as documented, or its cursor cannot be used.
   * @throws `InvalidRequestError`: A query parameter is unknown, repeated, or not as documented.
   * @throws `InvalidCursorError`: The cursor was not given by this API, or was given for other
   *   filters.
   * @throws `AuthenticationError`: The API key is missing or malformed, unknown or revoked, or of
   *   too low a tier.
   * @throws `UnauthorizedError`: The API key is missing, malformed, unknown or revoked.
   * @throws `PlanRequiredError`: The API key is valid, but its team is below the Team Max tier.
   * @throws `RateLimitError`: The key is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * for await (const lead of client.leads.list({ stage: "working", source: "zillow" })) {
   *   console.log(lead);
   * }
   * ```
   */
  list(params?: LeadsListParams, options?: ListOptions): Paginator<Lead> {
    return paginate(this.#caller, listOperation, [], params, options);
  }

  /**
   * Get a lead.
   *
   * Returns the lead with this id. The id of another team's lead is answered exactly like one that
   * does not exist: with 404.
   *
   * @param leadId - The lead's `id`, as the list gives it.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The API key is missing or malformed, unknown or revoked, or of
   *   too low a tier.
   * @throws `UnauthorizedError`: The API key is missing, malformed, unknown or revoked.
   * @throws `PlanRequiredError`: The API key is valid, but its team is below the Team Max tier.
   * @throws `NotFoundError`: Your team has nothing with this id.
   * @throws `RateLimitError`: The key is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const lead = await client.leads.get("ld_AbCd");
   * ```
   */
  get(leadId: string, options?: RequestOptions): APIPromise<LeadDetail> {
    return this.#caller.call(getOperation, [leadId], undefined, options);
  }
}
