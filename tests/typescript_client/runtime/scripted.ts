/** A `fetch` that answers from a script and remembers what it was asked, and a clock to turn. */

import { Caller } from "../../../generator/targets/typescript/runtime/caller.ts";
import { BadRequestError } from "../../../generator/targets/typescript/runtime/errors.ts";
import type { API } from "../../../generator/targets/typescript/runtime/operation.ts";
import type { ClientOptions } from "../../../generator/targets/typescript/runtime/options.ts";

export interface Scripted {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly text?: string;
}

export interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string;
}

export class InvalidCursorError extends BadRequestError {
  override name = "InvalidCursorError";
}

export const ADDRESS = "https://api.example.test/v1";

export const EXAMPLE: API = {
  userAgent: "example-typescript/1.0.0",
  baseURL: ADDRESS,
  baseURLVariable: "EXAMPLE_BASE_URL",
  schemes: { key: { option: "apiKey", variable: "EXAMPLE_KEY" } },
  security: [["key"]],
  errors: {
    message: ["error", "message"],
    code: ["error", "code"],
    requestId: ["error", "request_id"],
    classes: { "400 invalid_cursor": InvalidCursorError },
  },
  rateLimit: { limit: "x-limit", remaining: "x-remaining", reset: "x-reset" },
};

/** A client's caller, what it sent, and how long it slept, in milliseconds. */
export function connect(
  script: readonly (Scripted | Error)[],
  options: ClientOptions & { apiKey?: unknown } = {},
  api: API = EXAMPLE,
): { caller: Caller; sent: Sent[]; slept: number[] } {
  const sent: Sent[] = [];
  const slept: number[] = [];
  let time = Date.UTC(2026, 10, 22);
  const clock = {
    now: () => time,
    sleep: async (milliseconds: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      slept.push(milliseconds);
      time += milliseconds;
    },
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    sent.push({
      method: request.method,
      url: new URL(request.url),
      headers: request.headers,
      body: await request.text(),
    });
    const answer = script[Math.min(sent.length, script.length) - 1];
    if (answer instanceof Error) throw answer;
    const { status = 200, headers = {}, json = {}, text = JSON.stringify(json) } = answer ?? {};
    const type = { "content-type": "application/json" };
    return new Response([204, 304].includes(status) ? null : text, {
      status,
      headers: { ...type, ...headers },
    });
  };
  const jitter = { retries: { jitter: () => 1, ...options.retries } };
  return {
    caller: new Caller(api, {
      apiKey: "secret-key",
      fetch,
      clock,
      ...options,
      ...jitter,
    } as ClientOptions),
    sent,
    slept,
  };
}

/** What a promise is rejected with. */
export async function failure(promise: PromiseLike<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error("it did not fail");
}

/** Numbers from 0 to 1, the same on every run (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
