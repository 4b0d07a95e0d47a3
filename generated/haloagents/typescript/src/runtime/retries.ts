/** Whether and when to try again: exponential backoff with full jitter. Waits for nothing. */

import { APIError } from "./errors.ts";
import type { RetryPolicy } from "./options.ts";

/** Seconds to wait by `Retry-After` (RFC 9110 §10.2.3); undefined without a usable one. */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after")?.trim();
  if (!text) return undefined;
  const seconds = Number(text);
  if (!Number.isNaN(seconds)) return seconds < 0 ? undefined : seconds;
  const wait = (Date.parse(text) - now) / 1000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/**
 * Whether what went wrong may go right another time.
 *
 * 429, and a request that was not sent, say that nothing was done; others pass only where the
 * request is `safe` to be sent twice.
 */
export function mayPass(error: unknown, safe: boolean): boolean {
  if (!(error instanceof APIError)) return false;
  const { status, sent } = error as { status?: number; sent?: boolean };
  if (status === 429 || sent === false) return true;
  return safe && (sent || status === 408 || (status ?? 0) >= 500);
}

/**
 * Milliseconds to wait before the attempt after `attempt` (from 0); undefined to give up.
 *
 * `asked` is what the server asks for, in seconds; `elapsed` what has passed, in milliseconds.
 */
export function backoff(
  policy: RetryPolicy,
  attempt: number,
  asked: number | undefined,
  elapsed: number,
): number | undefined {
  const { initial = 500, maximum = 8000, longestRetryAfter = 60_000 } = policy;
  const { budget = 2 ** 53, jitter = Math.random } = policy;
  const own = Math.min(maximum, initial * 2 ** attempt) * jitter();
  const wait = asked === undefined ? own : asked * 1000;
  return Number(asked) * 1000 > longestRetryAfter || elapsed + wait > budget ? undefined : wait;
}
