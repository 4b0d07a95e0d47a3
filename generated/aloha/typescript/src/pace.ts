/** The rate limit of Aloha, kept by the client itself. */

import type { Pace } from "./runtime/options.ts";
import { TokenBucket } from "./runtime/pace.ts";

/**
 * What makes requests wait rather than exceed the rate limit: `new Aloha({ pace: paced() })`.
 * Clients that are given the same one share it.
 *
 * It is 3,000 requests in 60 seconds, 3,000 at once, until answers tell of another.
 */
export function paced(): Pace {
  return new TokenBucket({ limit: 3_000, window: 60_000, burst: 3_000 });
}
