/** Types of the resource billing. */

import { date, integer, object, type Shape, string } from "../runtime/shapes.ts";

/** What a workspace pays for. */
export interface Subscription {
  /** The plan's name. */
  plan: string;
  /** The time that is being paid for. */
  billingCycle: BillingCycle;
  /** The AI tokens of this cycle. */
  aiTokens: AiTokenUsage;
}

/** The time that is being paid for. */
export interface BillingCycle {
  /** How long a cycle is. */
  interval: BillingInterval;
  /** When this cycle began. */
  startsAt: Date;
  /** When the next one begins. */
  endsAt: Date;
}

/** How long a cycle is. */
export type BillingInterval = "month" | "year" | (string & {});

/** The AI tokens of this cycle. */
export interface AiTokenUsage {
  /** How many the plan includes. */
  included: number;
  /** How many are used. */
  used: number;
}

/** How values of `BillingCycle` are read and written. */
export const billingCycleShape: Shape<BillingCycle> = object({
  interval: string,
  starts_at: date,
  ends_at: date,
});

/** How values of `AiTokenUsage` are read and written. */
export const aiTokenUsageShape: Shape<AiTokenUsage> = object({ included: integer, used: integer });

/** How values of `Subscription` are read and written. */
export const subscriptionShape: Shape<Subscription> = object({
  plan: string,
  billing_cycle: billingCycleShape,
  ai_tokens: aiTokenUsageShape,
});
