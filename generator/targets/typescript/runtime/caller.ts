/** Calls operations: the effects of a client. */

import {
  APIConnectionError,
  APIError,
  APITimeoutError,
  ArgumentError,
  MissingCredentialsError,
} from "./errors.ts";
import type { API, Operation, Scheme } from "./operation.ts";
import type { ClientOptions, Clock, RequestOptions, Secret } from "./options.ts";
import { percentEncode } from "./parameters.ts";
import { APIPromise } from "./promise.ts";
import { checked, type PreparedRequest, prepareRequest } from "./request.ts";
import {
  type Answer,
  describe,
  invalid,
  isJSON,
  place,
  type RateLimit,
  readValue,
  statusError,
} from "./response.ts";
import { backoff, mayPass, retryAfter } from "./retries.ts";

/** How many redirects are followed. */
const MOST_REDIRECTS = 5;

/** The longest time that `setTimeout` can wait, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

const SAFE = /^(GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$/;

/** Codes of failures from before anything was sent: Node, Bun, Deno. */
const UNSENT = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|CONNECT_TIMEOUT|Connection ?Refused|dns error/i;

const systemClock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const done = () => (signal?.aborted ? reject(signal.reason) : resolve());
      const timer = setTimeout(done, milliseconds);
      signal?.addEventListener("abort", () => [clearTimeout(timer), done()], { once: true });
    }),
};

/** What every resource of a client calls through. */
export class Caller {
  /** What the contract says of the API. */
  readonly api: API;
  /** What the client was made with. */
  readonly options: ClientOptions;
  /** The rate limit as the last answer told it. */
  rateLimit: RateLimit | undefined;
  readonly #clock: Clock;
  readonly #secrets: Readonly<Record<string, Secret>>;
  readonly #warned = new Set<string>();

  constructor(api: API, options: ClientOptions) {
    const given = options.baseURL || environment(api.baseURLVariable) || api.baseURL;
    this.api = api;
    this.options = { ...options, baseURL: baseAddress(given) };
    this.#clock = options.clock ?? systemClock;
    this.#secrets = gather(api, { ...options });
  }

  /** Call an operation. */
  call<T>(
    operation: Operation<T>,
    path: readonly unknown[],
    parameters: object = {},
    options: RequestOptions = {},
  ): APIPromise<T> {
    return new APIPromise<T>(
      (raw) => this.answer(operation, path, parameters, options, raw),
      (answer) => readValue(operation, answer),
    );
  }

  /** The whole answer to an operation; with `open`, its body is left to be read. */
  async answer(
    operation: Operation<unknown>,
    path: readonly unknown[],
    parameters: object,
    options: RequestOptions,
    open: boolean,
  ): Promise<Answer> {
    const { retries = {}, maxRetries = 2, logger } = this.options;
    const first = prepareRequest(this.api, this.options, operation, path, parameters, options);
    const safe = options.idempotent ?? (operation.idempotent || SAFE.test(operation.method));
    const started = this.#clock.now();
    const most = options.maxRetries ?? maxRetries;
    let request = first;
    for (let attempt = 0, redirects = 0; ; ) {
      await this.#pace(options.signal);
      let problem: APIError;
      let passes: boolean;
      let asked: number | undefined;
      try {
        const answer = await this.#attempt(first, request, operation, options, open, started);
        const { raw, info } = answer;
        const moved = redirects < MOST_REDIRECTS && redirected(request, raw, safe);
        if (moved) {
          redirects += 1;
          request = moved;
          continue;
        }
        this.#observe(operation, answer);
        if (raw.ok) return answer;
        problem = statusError(this.api, info, answer.content, this.#clock.now());
        passes = mayPass(raw.status, safe);
        asked = retryAfter(raw.headers, this.#clock.now());
      } catch (error) {
        if (!(error instanceof APIConnectionError)) throw error;
        problem = error;
        passes = safe || !error.sent;
      }
      const elapsed = this.#clock.now() - started;
      const wait = passes && attempt < most ? backoff(retries, attempt, asked, elapsed) : undefined;
      if (wait === undefined) throw problem;
      logger?.info(`${place(first)}: trying again in ${Math.round(wait)} ms`, { attempt, problem });
      await this.#clock.sleep(wait, options.signal);
      attempt += 1;
    }
  }

  async #attempt(
    first: PreparedRequest,
    request: PreparedRequest,
    operation: Operation<unknown>,
    { signal, timeout = this.options.timeout ?? 60_000 }: RequestOptions,
    open: boolean,
    started: number,
  ): Promise<Answer> {
    signal?.throwIfAborted();
    const { url, headers } = await this.#authenticate(request);
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    const release = () => signal?.removeEventListener("abort", abort);
    const timer = setTimeout(() => controller.abort(), Math.min(timeout, LONGEST_TIMER));
    signal?.addEventListener("abort", abort);
    const { method, body = null, redirect } = request;
    const facts = { method: first.method, url: first.url };
    let kept = false;
    try {
      const init = { method, headers, body, redirect, signal: controller.signal };
      const raw = await this.#send(url, init as RequestInit);
      kept = open && raw.ok;
      const now = this.#clock.now();
      const info = describe(this.api, facts, raw, now - started, now);
      const text = !raw.ok || isJSON(operation) || /^text\//.test(operation.media ?? "");
      const limit = this.options.maxResponseBytes ?? 2 ** 26;
      const content = kept ? "" : await contentOf(raw, text, limit);
      if (content === undefined) throw invalid(info, "", `it is larger than ${limit} bytes`);
      return { raw, content, info, release: () => [release(), controller.abort()] };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof APIError || !isNetworkError(error)) throw error;
      const late = controller.signal.aborted;
      const reason = late ? `no answer within ${timeout} ms` : reasonOf(error);
      throw new (late ? APITimeoutError : APIConnectionError)(`${place(facts)}: ${reason}`, {
        request: facts,
        sent: late || !UNSENT.test(reason),
        reason,
      });
    } finally {
      clearTimeout(timer);
      if (!kept) release();
    }
  }

  #send(url: string, init: RequestInit): Promise<Response> {
    const { fetch = globalThis.fetch, middleware } = this.options;
    if (!middleware?.length) return fetch(url, init);
    return middleware.reduceRight<(request: Request) => Promise<Response>>(
      (next, layer) => (request) => layer(request, next),
      (request) => fetch(request),
    )(new Request(url, init));
  }

  async #authenticate(
    request: PreparedRequest,
  ): Promise<{ url: string; headers: Record<string, string> }> {
    const headers = { ...request.headers };
    let { url } = request;
    for (const [scheme, secret] of this.#choose(request)) {
      const { in: where, name = "authorization", prefix } = scheme;
      const value = typeof secret === "string" ? secret : await secret();
      if (where === "query") {
        url += `${url.includes("?") ? "&" : "?"}${percentEncode(name)}=${percentEncode(value)}`;
      } else if (where === "cookie") {
        headers.cookie = [headers.cookie, `${name}=${value}`].filter(Boolean).join("; ");
      } else {
        headers[name.toLowerCase()] =
          (prefix ?? (name === "authorization" ? "Bearer " : "")) + value;
      }
    }
    return { url, headers: checked(headers) };
  }

  #choose({ security }: PreparedRequest): [Scheme, Secret][] {
    const { schemes = {} } = this.api;
    const complete = security.find(
      (names) => names.length && names.every((name) => name in this.#secrets),
    );
    if (!complete && security.length && security.every((names) => names.length)) {
      const wanted = security.map((names) => names.join(" and ")).join(" or ");
      throw new MissingCredentialsError(
        `this call needs a credential that the client lacks: ${wanted}`,
      );
    }
    return (complete ?? []).map((name) => [schemes[name] as Scheme, this.#secrets[name] as Secret]);
  }

  async #pace(signal: AbortSignal | undefined): Promise<void> {
    const { remaining, reset, limit } = this.rateLimit ?? {};
    if (!this.options.waitForRateLimit || remaining === undefined || !reset) return;
    const { longestRetryAfter = 60_000 } = this.options.retries ?? {};
    const wait = Math.min(reset.getTime() - this.#clock.now(), longestRetryAfter);
    if (remaining > 0) this.rateLimit = { limit, reset, remaining: remaining - 1 };
    else if (wait > 0) await this.#clock.sleep(wait, signal);
  }

  #observe(operation: Operation<unknown>, { info }: Answer): void {
    const { logger = { debug() {}, warn: console.warn } } = this.options;
    const name = `${operation.method} ${operation.path}`;
    const { status, requestId, elapsed } = info;
    this.rateLimit = info.rateLimit ?? this.rateLimit;
    logger.debug(`${place(info.request)}: ${status} in ${elapsed} ms`, {
      status,
      requestId,
      elapsed,
    });
    if (info.deprecation && !this.#warned.has(name)) {
      this.#warned.add(name);
      logger.warn(`${name} is deprecated: ${info.deprecation}`);
    }
  }
}

/** An environment variable, where there is an environment that may be read. */
function environment(name: string | undefined): string | undefined {
  const { process, Deno } = globalThis as {
    process?: { env?: Record<string, string | undefined> };
    Deno?: { env: { get(name: string): string | undefined } };
  };
  try {
    return name && (process?.env?.[name] ?? Deno?.env.get(name));
  } catch {
    return undefined;
  }
}

function gather(api: API, options: Readonly<Record<string, unknown>>): Record<string, Secret> {
  const schemes = Object.entries(api.schemes ?? {});
  const found = schemes.flatMap(([name, { option, variable }]) => {
    const secret = (options[option] as Secret | undefined) || environment(variable);
    return secret ? [[name, secret] as const] : [];
  });
  if (api.credentialsRequired && !found.length) {
    const ways = schemes.map(
      ([, { option, variable }]) =>
        `pass ${option} to new ${api.name}(…)${variable ? `, or set ${variable}` : ""}`,
    );
    throw new MissingCredentialsError(`${api.name} was given no credential: ${ways.join(" or ")}`);
  }
  return Object.fromEntries(found);
}

function baseAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    !url ||
    !/^https?:$/.test(url.protocol) ||
    url.search ||
    url.hash ||
    url.username ||
    url.password
  ) {
    throw new ArgumentError(
      "the base URL must be http:// or https://, a host and perhaps a path, without user or query",
    );
  }
  return text.replace(/\/+$/, "");
}

/**
 * The request that a redirect asks for; undefined where it is none that is followed.
 *
 * Another origin gets no credential, none of the caller's headers, and never a body.
 */
function redirected(
  request: PreparedRequest,
  { status, headers, type }: Response,
  safe: boolean,
): PreparedRequest | undefined {
  if (type === "opaqueredirect") return safe ? { ...request, redirect: "follow" } : undefined;
  const location = headers.get("location");
  const reads = /^(GET|HEAD)$/.test(request.method);
  if (!location || ![301, 302, 303, 307, 308].includes(status)) return undefined;
  if (status < 303 && !reads) return undefined;
  if (!URL.canParse(location, request.url)) return undefined;
  const from = new URL(request.url);
  const to = new URL(location, from);
  if (!/^https?:$/.test(to.protocol)) return undefined;
  const method = status === 303 && !reads ? "GET" : request.method;
  const body = method === request.method ? request.body : undefined;
  const moved = { ...request, method, body, url: to.href };
  const upgraded =
    from.protocol === "http:" && to.protocol === "https:" && !from.port && from.host === to.host;
  if (from.origin === to.origin || upgraded) return moved;
  if (body !== undefined) return undefined;
  const kept = Object.entries(request.headers).filter(([name]) =>
    /^(accept|user-agent)$/.test(name),
  );
  return { ...moved, headers: Object.fromEntries(kept), security: [] };
}

/** The body of an answer; undefined where it is too large. */
async function contentOf(
  raw: Response,
  text: boolean,
  limit: number,
): Promise<string | Blob | undefined> {
  let whole = raw;
  const length = raw.headers.get("content-length");
  if (raw.body && (length === null || raw.headers.has("content-encoding"))) {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    const reader = raw.body.getReader();
    let size = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      size += read.value.length;
      if (size > limit) return reader.cancel() as unknown as undefined;
      chunks.push(read.value);
    }
    whole = new Response(new Blob(chunks));
  } else if (Number(length) > limit) {
    await raw.body?.cancel();
    return undefined;
  }
  return text ? whole.text() : whole.blob();
}

/** Whether it is what `fetch` throws, and not a mistake of a middleware. */
function isNetworkError(error: unknown): boolean {
  return error instanceof Error;
}

function reasonOf(error: unknown): string {
  const { message, cause, code } = Object(error);
  return [message, code, cause && reasonOf(cause)].filter(Boolean).join(": ");
}
