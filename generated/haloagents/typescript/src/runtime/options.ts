/** What a caller may say: about a client, and about one call. */

import type { ResponseInfo } from "./response.ts";

/**
 * A secret, or a function that gives the one of the moment.
 *
 * The function is asked once more, with the secret that was refused, where the answer is 401.
 */
export type Secret = string | ((refused?: string) => string | Promise<string>);

/** Sends a request, or passes it on; runs once for every attempt. */
export type Middleware = (
  request: Request,
  next: (request: Request) => Promise<Response>,
) => Promise<Response>;

/**
 * Where a client writes what it does. `console` is one.
 *
 * What is left out is not written: `{ warn: console.warn }` writes warnings alone. No message and
 * no detail holds a query, a body, a header or a secret.
 */
export interface Logger {
  /** Every answer. */
  debug?(message: string, details?: object): void;
  /** Every new attempt. */
  info?(message: string, details?: object): void;
  /** What will stop working. */
  warn?(message: string, details?: object): void;
}

/** Tells how long to wait, so that the rate limit is kept; see `paced`. */
export interface Pace {
  /** Take one request's place: milliseconds to wait before it is sent. */
  reserve(now: number): number;
  /** Take in what an answer says, which came at `now`. */
  learn(answer: ResponseInfo, now: number): void;
}

/** Time, as the client knows it; replace it to test without waiting. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Wait so many milliseconds, or until the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void>;
}

/** When to try again; times in milliseconds. */
export interface RetryPolicy {
  /** The first wait is at most this, the next twice that; 500. */
  readonly initial?: number;
  /** No wait of our own is longer; 8000. */
  readonly maximum?: number;
  /** A `Retry-After` longer than this is left to the caller, as an error; 60000. */
  readonly longestRetryAfter?: number;
  /** No attempt begins later than this after the first; no end where not said. */
  readonly budget?: number;
  /** A number from 0 to 1: how much of the longest wait is waited; random. */
  readonly jitter?: () => number;
}

/** What a client is made with, whatever the API. */
export interface ClientOptions {
  /** Where the API is. */
  readonly baseURL?: string | undefined;
  /** Milliseconds that an attempt may take; 60000. `Infinity` is for ever. */
  readonly timeout?: number | undefined;
  /** How often a call is tried again at most; 2. */
  readonly maxRetries?: number | undefined;
  /** When and after how long it is tried again. */
  readonly retries?: RetryPolicy | undefined;
  /** What makes requests wait rather than exceed the rate limit: `paced()`. */
  readonly pace?: Pace | undefined;
  /** How large an answer may be, in bytes; 67108864. */
  readonly maxResponseBytes?: number | undefined;
  /** Headers that every request carries. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A `fetch` of your own. */
  readonly fetch?: typeof fetch | undefined;
  /** What every request goes through; the first is the outermost. */
  readonly middleware?: readonly Middleware[] | undefined;
  /** Where the client writes what it does; warnings to the console where not said. */
  readonly logger?: Logger | undefined;
  /** Tells the time and waits; for tests. */
  readonly clock?: Clock | undefined;
}

/** What a caller may say about one call, whatever the operation. */
export interface RequestOptions {
  /** Aborts the call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that an attempt may take, instead of the client's. */
  readonly timeout?: number | undefined;
  /** How often the call is tried again at most, instead of the client's. */
  readonly maxRetries?: number | undefined;
  /** That the call may be sent twice to the effect of once, so that it is tried again. */
  readonly idempotent?: boolean | undefined;
  /** More headers; they replace the client's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** More query parameters, by wire name. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  /** More members of the body, by wire name. */
  readonly body?: Readonly<Record<string, unknown>> | undefined;
}

/** What a caller may say about a list. */
export interface ListOptions extends RequestOptions {
  /** Whether the next page is asked for while this one is read. */
  readonly prefetch?: boolean | undefined;
}
