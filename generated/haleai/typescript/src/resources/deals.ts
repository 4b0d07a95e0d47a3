/** Transactions, by stage, from opportunity to closing. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type Deal,
  type DealDetail,
  type DealPage,
  type DealStage,
  dealDetailShape,
  dealPageShape,
} from "../types/deals.ts";

/** What `client.deals.list` takes. */
export interface DealsListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged and sent with the same
   * filters. Leave it out to get the first page.
   */
  cursor?: string | undefined;
  /** Only deals that are in this stage. */
  stage?: DealStage | undefined;
  /** Only rows whose `updatedAt` is strictly later than this moment (ISO 8601). */
  updatedSince?: Date | undefined;
}

const listOperation: Operation<DealPage> = {
  method: "GET",
  path: "/deals",
  query: ["limit", "cursor", "stage", "updatedSince"],
  returns: dealPageShape,
  pages: { rows: ["data"], next: cursor("cursor", ["pagination", "nextCursor"]) },
};

const getOperation: Operation<DealDetail> = {
  method: "GET",
  path: "/deals/{dealId}",
  returns: dealDetailShape,
};

/** Transactions, by stage, from opportunity to closing. */
export class Deals {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List deals.
   *
   * Returns one page of your team's deals. Combine `stage` and `updatedSince` to narrow the list; a
   * deal is on it only if it matches both. Deals have no source: asking for one with `source` is
   * answered with 400.
   *
   * Walking all pages gives every matching deal exactly once, also while deals are added or updated
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
   * for await (const deal of client.deals.list({
   *   stage: "closed",
   *   updatedSince: new Date("2026-05-01T00:00:00Z"),
   * })) {
   *   console.log(deal);
   * }
   * ```
   */
  list(params?: DealsListParams, options?: ListOptions): Paginator<Deal> {
    return paginate(this.#caller, listOperation, [], params, options);
  }

  /**
   * Get a deal.
   *
   * Returns the deal with this id. The id of another team's deal is answered exactly like one that
   * does not exist: with 404.
   *
   * @param dealId - The deal's `id`, as the list gives it.
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
   * const deal = await client.deals.get("dl_AbCd");
   * ```
   */
  get(dealId: string, options?: RequestOptions): APIPromise<DealDetail> {
    return this.#caller.call(getOperation, [dealId], undefined, options);
  }
}
