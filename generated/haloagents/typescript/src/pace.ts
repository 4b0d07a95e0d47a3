/** The rate limit of HaloAgents, kept by the client itself. */

import type { Pace } from "./runtime/options.ts";
import { TokenBucket } from "./runtime/pace.ts";

/**
 * What makes requests wait rather than exceed the rate limit: `new HaloAgents({ pace: paced() })`.
 * Clients that are given the same one share it.
 *
 * Answers tell of it; the contract does not.
 */
export function paced(): Pace {
  return new TokenBucket();
}
