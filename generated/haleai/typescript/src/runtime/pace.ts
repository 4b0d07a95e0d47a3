/** A token bucket of the client's own, so that it waits before it is told to. */

import type { Pace } from "./options.ts";
import type { RateLimit, ResponseInfo } from "./response.ts";
import { retryAfter } from "./retries.ts";

/** A rate limit as documented: `burst` requests at once, and `limit` in every `window`. */
export interface Bucket {
  /** How many requests a window allows. */
  readonly limit: number;
  /** How long a window is, in milliseconds. */
  readonly window: number;
  /** How many requests may come at once. */
  readonly burst: number;
}

/**
 * Knows how long to wait before a request, from the contract and from what answers say.
 *
 * Without a bucket only answers count: where they say that nothing remains, the next request waits
 * for the window to end.
 */
export class TokenBucket implements Pace {
  #bucket: Bucket | undefined;
  #tokens: number;
  #refilled: number | undefined;
  #shutUntil = 0;

  constructor(bucket?: Bucket) {
    this.#bucket = bucket;
    this.#tokens = bucket?.burst ?? 0;
  }

  /** Take one request's token: milliseconds to wait before it is sent, often none. */
  reserve(now: number): number {
    const shut = this.#shutUntil - now;
    const bucket = this.#bucket;
    if (!bucket) return Math.max(0, shut);
    this.#refill(bucket, now);
    this.#tokens -= 1;
    return Math.max(0, shut, (-this.#tokens * bucket.window) / bucket.limit);
  }

  /** Take in what an answer says: its rate limit and, where it is a 429, how long to wait. */
  learn({ status, headers, rateLimit }: ResponseInfo, now: number): void {
    const wait = status === 429 ? (retryAfter(headers, now) ?? 0) : 0;
    if (wait) this.#shut(now + wait * 1000);
    if (!rateLimit) return;
    if (this.#bucket) this.#correct(this.#bucket, rateLimit, now);
    else if (rateLimit.remaining === 0) this.#shut(Number(rateLimit.reset ?? 0));
  }

  #shut(until: number): void {
    this.#shutUntil = Math.max(this.#shutUntil, until);
  }

  #correct(bucket: Bucket, { limit, remaining }: RateLimit, now: number): void {
    this.#refill(bucket, now);
    if (limit && limit !== bucket.limit) {
      const burst = bucket.burst === bucket.limit ? limit : Math.min(bucket.burst, limit);
      this.#bucket = { ...bucket, limit, burst };
      this.#tokens = Math.min(this.#tokens, burst);
    }
    this.#tokens = Math.min(this.#tokens, remaining ?? this.#tokens);
  }

  #refill({ limit, window, burst }: Bucket, now: number): void {
    const passed = Math.max(0, now - (this.#refilled ?? now));
    this.#tokens = Math.min(burst, this.#tokens + (passed * limit) / window);
    this.#refilled = now;
  }
}
