/** The resource billing subscription. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type Subscription, subscriptionShape } from "../types/billing.ts";

const getOperation: Operation<Subscription> = {
  method: "GET",
  path: "/billing/subscription",
  returns: subscriptionShape,
};

/** The resource billing subscription. */
export class BillingSubscription {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Get the subscription.
   *
   * Returns your workspace's plan, its billing cycle, and the AI tokens used in it.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const subscription = await client.billing.subscription.get();
   * ```
   */
  get(options?: RequestOptions): APIPromise<Subscription> {
    return this.#caller.call(getOperation, [], undefined, options);
  }
}
