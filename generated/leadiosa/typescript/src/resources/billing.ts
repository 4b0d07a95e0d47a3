/** What your workspace pays for. */

import type { Caller } from "../runtime/caller.ts";
import { BillingSubscription } from "./billing-subscription.ts";

/** What your workspace pays for. */
export class Billing {
  /** The resource subscription. */
  readonly subscription: BillingSubscription;

  /** @internal */
  constructor(caller: Caller) {
    this.subscription = new BillingSubscription(caller);
  }
}
