/** Calls operations: the effects of a client. */

import {
  type Authenticated,
  authenticate,
  environment,
  type Secrets,
  secretsOf,
} from "./credentials.ts";
import {
  APIConnectionError,
  APITimeoutError,
  ArgumentError,
  ResponseTooLargeError,
} from "./errors.ts";
import type { API, Operation } from "./operation.ts";
import type { ClientOptions, Clock, RequestOptions } from "./options.ts";
import { APIPromise } from "./promise.ts";
import { redirected } from "./redirects.ts";
import { type PreparedRequest, prepareRequest } from "./request.ts";
import {
  type Answer,
  describe,
  invalid,
  isText,
  place,
  type RateLimit,
  type ResponseInfo,
  readValue,
  statusError,
} from "./response.ts";
import { backoff } from "./retries.ts";

/** How many redirects are followed. */
const MOST_REDIRECTS = 5;

/** The longest time that `setTimeout` can wait, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What Node, Bun and Deno say where nothing was sent. */
const UNSENT = /REFUSED|NOTFOUND|EAI_AGAIN|CONNECT_TIMEOUT|dns error/i;

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    }),
};

/** Whether the body of a success is left to be read. */
export type Open = (raw: Response) => boolean;

/** What a client remembers of answers. */
interface Observed {
  /** The rate limit as the last one told it. */
  rateLimit?: RateLimit;
  /** The operations that a warning was given of. */
  readonly warned: Set<string>;
}

/** What every resource of a client calls through. */
export class Caller {
  /** What answers told; a client and its copies share it. */
  observed: Observed = { warned: new Set() };
  readonly #api: API;
  readonly #options: ClientOptions;
  readonly #secrets: Secrets;
  readonly #clock: Clock;

  constructor(api: API, options: ClientOptions) {
    const url = options.baseURL || environment(api.baseURLVariable) || api.baseURL;
    if (!/^https?:\/\/[^\s/?#@][^\s?#@]*$/i.test(url) || !URL.canParse(url)) {
      throw new ArgumentError("the base URL must be http(s)://host/path");
    }
    this.#api = api;
    this.#options = { ...options, baseURL: url.replace(/\/+$/, "") };
    this.#secrets = secretsOf(api, options as Readonly<Record<string, unknown>>);
    this.#clock = options.clock ?? systemClock;
  }

  /** Call an operation. */
  call<T>(
    operation: Operation<T>,
    path: readonly unknown[],
    parameters: object = {},
    options: RequestOptions = {},
  ): APIPromise<T> {
    return new APIPromise<T>(
      (open) => this.answer(operation, path, parameters, options, open),
      (answer) => readValue(operation, answer),
    );
  }

  /** The whole answer to an operation; where `open` says so, its body is left to be read. */
  async answer(
    operation: Operation<unknown>,
    path: readonly unknown[],
    parameters: object,
    options: RequestOptions,
    open?: Open,
  ): Promise<Answer> {
    const clock = this.#clock;
    const { retries = {}, maxRetries = 2, logger, pace } = this.#options;
    const { signal } = options;
    const first = prepareRequest(this.#api, this.#options, operation, path, parameters, options);
    const safe =
      options.idempotent ??
      operation.idempotent ??
      /^(GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$/.test(first.method);
    const started = clock.now();
    for (let request = first, attempt = 0, redirects = 0; ; ) {
      const full = pace?.reserve(clock.now());
      if (full) await clock.sleep(full, signal);
      try {
        const answer = await this.#attempt(request, operation, options, open, started);
        const { raw, info, content } = answer;
        const target = !raw.ok && redirects++ < MOST_REDIRECTS && redirected(request, raw, safe);
        if (target) {
          request = target;
          continue;
        }
        this.#observe(operation, info);
        if (raw.ok) return answer;
        throw statusError(this.#api, info, content, clock.now());
      } catch (error) {
        const { name, status, code } = Object(error);
        const wait =
          attempt < (options.maxRetries ?? maxRetries)
            ? backoff(error, safe, retries, attempt++, clock.now() - started)
            : undefined;
        if (wait === undefined) throw error;
        const told = `${place(first.facts)}: ${name}, trying again in ${Math.round(wait)} ms`;
        logger?.info?.(told, { status, code });
        await clock.sleep(wait, signal);
      }
    }
  }

  async #attempt(
    request: PreparedRequest,
    operation: Operation<unknown>,
    { signal, timeout = this.#options.timeout ?? 60_000 }: RequestOptions,
    open: Open | undefined,
    started: number,
  ): Promise<Answer> {
    const { maxResponseBytes = 2 ** 26 } = this.#options;
    const { facts, method, body = null, redirect } = request;
    const used: Record<string, string> = {};
    const authenticated = () => authenticate(this.#api.schemes ?? {}, this.#secrets, request, used);
    const proved = await authenticated();
    signal?.throwIfAborted();
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    signal?.addEventListener("abort", abort, { signal: controller.signal });
    const timer = setTimeout(abort, Math.min(timeout, LONGEST_TIMER));
    const failed = (error: unknown): never => {
      signal?.throwIfAborted();
      const late = controller.signal.aborted;
      const reason = late ? `no answer within ${timeout} ms` : reasonOf(error);
      throw new (late ? APITimeoutError : APIConnectionError)(`${place(facts)}: ${reason}`, {
        request: facts,
        sent: late || !UNSENT.test(reason),
        reason,
      });
    };
    let kept: boolean | undefined;
    try {
      const send = ({ url, headers }: Authenticated) =>
        this.#send(url, { method, body, redirect, headers, signal: controller.signal }, failed);
      let raw = await send(proved);
      if (raw.status === 401) {
        const again = await authenticated();
        if (again.renewed) {
          await raw.body?.cancel();
          raw = await send(again);
        }
      }
      const now = this.#clock.now();
      const info = describe(this.#api, facts, raw, now - started, now);
      kept = raw.ok && open?.(raw);
      const content = kept
        ? ""
        : await contentOf(raw, !raw.ok || isText(operation), maxResponseBytes).catch(failed);
      if (content === undefined) {
        const reason = `it is larger than ${maxResponseBytes} bytes`;
        throw invalid(info, "", reason, ResponseTooLargeError);
      }
      return { raw, content, info, close: abort };
    } finally {
      clearTimeout(timer);
      if (!kept) signal?.removeEventListener("abort", abort);
    }
  }

  #send(url: string, init: RequestInit, failed: (error: unknown) => never): Promise<Response> {
    const { fetch = globalThis.fetch, middleware } = this.#options;
    const last = (...request: Parameters<typeof fetch>) =>
      new Promise<Response>((resolve) => resolve(fetch(...request))).catch(failed);
    return middleware
      ? middleware.reduceRight<(request: Request) => Promise<Response>>(
          (next, layer) => async (request) => layer(request, next),
          last,
        )(new Request(url, init))
      : last(url, init);
  }

  #observe({ method, path }: Operation<unknown>, info: ResponseInfo): void {
    const { logger, pace } = this.#options;
    const { status, requestId, elapsed, rateLimit, deprecation } = info;
    const { observed } = this;
    const name = `${method} ${path}`;
    if (rateLimit) observed.rateLimit = rateLimit;
    pace?.learn(info, this.#clock.now());
    logger?.debug?.(`${place(info.request)}: ${status} in ${elapsed} ms`, { status, requestId });
    if (deprecation && !observed.warned.has(name)) {
      observed.warned.add(name);
      (logger ?? console).warn?.(`${name} is deprecated: ${deprecation}`);
    }
  }
}

/** The body of an answer; undefined where it is too large. */
async function contentOf(
  raw: Response,
  text: boolean,
  limit: number,
): Promise<string | Blob | undefined> {
  const { headers, body } = raw;
  const told = headers.has("content-encoding") ? null : headers.get("content-length");
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = told ? undefined : body?.getReader();
  let size = Number(told);
  while (reader && size <= limit) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    chunks.push(value);
  }
  if (size > limit) {
    await (reader ?? body)?.cancel();
    return undefined;
  }
  const whole = reader ? new Response(new Blob(chunks)) : raw;
  return text ? whole.text() : whole.blob();
}

/** What the platform says of it, without the queries of addresses, which may hold secrets. */
function reasonOf(error: unknown): string {
  const { message, code, cause } = Object(error);
  const text = [message, code, cause && reasonOf(cause)].filter(Boolean).join(": ");
  return text.replace(/\?[^\s)"']+/g, "");
}
