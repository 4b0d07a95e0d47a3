/** The rate limit of Leadiosa, kept by the client itself. */

import type { Pace } from "./runtime/options.ts";
import { TokenBucket } from "./runtime/pace.ts";

/**
 * What makes requests wait rather than exceed the rate limit: `new Leadiosa({ pace: paced() })`.
 * Clients that are given the same one share it.
 *
 * It is 300 requests in 60 seconds, 300 at once, until answers tell of another.
 */
export function paced(): Pace {
  return new TokenBucket({ limit: 300, window: 60_000, burst: 300 });
}
