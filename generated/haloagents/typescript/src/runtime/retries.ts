/** Whether and when to try again: exponential backoff with full jitter. Waits for nothing. */

import { APIError } from "./errors.ts";
import type { RetryPolicy } from "./options.ts";

/** Seconds to wait by `Retry-After` (RFC 9110 §10.2.3); undefined without a usable one. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after") || "none";
  const seconds = Number(text);
  const wait = Number.isNaN(seconds) ? Math.max(0, (Date.parse(text) - now) / 1000) : seconds;
  return wait >= 0 ? wait : undefined;
}

/**
 * Milliseconds to wait before the attempt after `attempt` (from 0); undefined to give up.
 *
 * A 429, and a request that was not sent, say that nothing was done; all else passes only where the
 * request is `safe` to be sent twice. `elapsed` is what has passed, in milliseconds.
 */
export function backoff(
  error: unknown,
  safe: boolean,
  policy: RetryPolicy,
  attempt: number,
  elapsed: number,
): number | undefined {
  if (!(error instanceof APIError)) return undefined;
  const { status = 0, sent, retryAfter } = Object(error);
  const passes =
    status === 429 || sent === false || (safe && (sent || status === 408 || status >= 500));
  const {
    initial = 500,
    maximum = 8000,
    longestRetryAfter = 60_000,
    budget = 2 ** 53,
    jitter = Math.random,
  } = policy;
  const asked = retryAfter * 1000;
  const wait = asked >= 0 ? asked : Math.min(maximum, initial * 2 ** attempt) * jitter();
  return passes && !(asked > longestRetryAfter) && elapsed + wait <= budget ? wait : undefined;
}
