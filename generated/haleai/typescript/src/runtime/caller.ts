/** Calls operations: the effects of a client. */

import {
  APIConnectionError,
  type APIStatusError,
  APITimeoutError,
  ArgumentError,
  MissingCredentialsError,
  ResponseTooLargeError,
} from "./errors.ts";
import type { API, Operation, Scheme, Security } from "./operation.ts";
import type { ClientOptions, Clock, RequestOptions, Secret } from "./options.ts";
import { queryText } from "./parameters.ts";
import { APIPromise } from "./promise.ts";
import { type PreparedRequest, prepareRequest, setHeaders } from "./request.ts";
import {
  type Answer,
  describe,
  factsOf,
  isText,
  place,
  type RateLimit,
  readValue,
  statusError,
} from "./response.ts";
import { backoff, mayPass } from "./retries.ts";

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

/** What a client remembers of answers. */
interface Observed {
  /** The rate limit as the last one told it. */
  rateLimit: RateLimit | undefined;
  /** The operations that a warning was given of. */
  readonly warned: Set<string>;
}

/** What every resource of a client calls through. */
export class Caller {
  /** What answers told; a client and its copies share it. */
  observed: Observed = { rateLimit: undefined, warned: new Set() };
  readonly #api: API;
  readonly #options: ClientOptions;
  readonly #secrets: Readonly<Record<string, Secret>>;
  readonly #clock: Clock;

  constructor(api: API, options: ClientOptions) {
    const url = options.baseURL || environment(api.baseURLVariable) || api.baseURL;
    if (!/^https?:\/\/[^\s/?#@]+(\/[^?#@]*)?$/i.test(url) || !URL.canParse(url)) {
      throw new ArgumentError("the base URL must be http(s)://, a host and perhaps a path");
    }
    this.#api = api;
    this.#options = { ...options, baseURL: url.replace(/\/+$/, "") };
    this.#secrets = gather(api, { ...options });
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

  /** The whole answer to an operation; with `open`, the body of a success is left to be read. */
  async answer(
    operation: Operation<unknown>,
    path: readonly unknown[],
    parameters: object,
    options: RequestOptions,
    open: boolean,
  ): Promise<Answer> {
    const { retries = {}, maxRetries = 2, logger } = this.#options;
    const { signal } = options;
    const first = prepareRequest(this.#api, this.#options, operation, path, parameters, options);
    const safe =
      options.idempotent ??
      operation.idempotent ??
      /^(GET|HEAD|OPTIONS|TRACE|PUT|DELETE)$/.test(first.method);
    const started = this.#clock.now();
    for (let request = first, attempt = 0, redirects = 0; ; ) {
      await this.#pace(signal);
      try {
        const answer = await this.#attempt(first, request, operation, options, open, started);
        const { raw, info, content } = answer;
        const target = !raw.ok && redirects++ < MOST_REDIRECTS && redirected(request, raw, safe);
        if (target) {
          request = target;
          continue;
        }
        this.#observe(operation, answer);
        if (raw.ok) return answer;
        throw statusError(this.#api, info, content, this.#clock.now());
      } catch (error) {
        const elapsed = this.#clock.now() - started;
        const again = attempt < (options.maxRetries ?? maxRetries) && mayPass(error, safe);
        const wait = again
          ? backoff(retries, attempt, Object(error).retryAfter, elapsed)
          : undefined;
        if (wait === undefined) throw error;
        const { name, status, code } = error as Partial<APIStatusError>;
        logger?.info?.(`${place(first)}: ${name}, trying again in ${Math.round(wait)} ms`, {
          status,
          code,
        });
        await this.#clock.sleep(wait, signal);
        attempt++;
      }
    }
  }

  async #attempt(
    first: PreparedRequest,
    request: PreparedRequest,
    operation: Operation<unknown>,
    { signal, timeout = this.#options.timeout ?? 60_000 }: RequestOptions,
    open: boolean,
    started: number,
  ): Promise<Answer> {
    const { maxResponseBytes = 2 ** 26 } = this.#options;
    const { method, body = null, redirect } = request;
    const facts = { method: first.method, url: first.url };
    const used: Record<string, string> = {};
    const [address, headers] = await this.#authenticate(request, used);
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    const close = () => {
      signal?.removeEventListener("abort", abort);
      controller.abort();
    };
    if (signal?.aborted) throw signal.reason;
    signal?.addEventListener("abort", abort);
    let late = false;
    const timer = setTimeout(
      () => {
        late = true;
        controller.abort();
      },
      Math.min(timeout, LONGEST_TIMER),
    );
    const failed = (error: unknown): never => {
      if (signal?.aborted) throw signal.reason;
      const reason = late ? `no answer within ${timeout} ms` : reasonOf(error);
      throw new (late ? APITimeoutError : APIConnectionError)(`${place(facts)}: ${reason}`, {
        request: facts,
        sent: late || !UNSENT.test(reason),
        reason,
      });
    };
    let kept = false;
    try {
      const send = (url: string, headers: Headers) =>
        this.#send(url, { method, headers, body, redirect, signal: controller.signal }, failed);
      let raw = await send(address, headers);
      if (raw.status === 401) {
        const [address, headers, renewed] = await this.#authenticate(request, used);
        if (renewed) {
          await raw.body?.cancel();
          raw = await send(address, headers);
        }
      }
      const now = this.#clock.now();
      const info = describe(this.#api, facts, raw, now - started, now);
      kept = open && raw.ok;
      const content = kept
        ? ""
        : await contentOf(raw, !raw.ok || isText(operation), maxResponseBytes).catch(failed);
      if (content === undefined) {
        throw new ResponseTooLargeError(
          `the answer to ${place(facts)} is larger than ${maxResponseBytes} bytes`,
          factsOf(info, ""),
        );
      }
      return { raw, content, info, close };
    } finally {
      clearTimeout(timer);
      if (!kept) signal?.removeEventListener("abort", abort);
    }
  }

  #send(url: string, init: RequestInit, failed: (error: unknown) => never): Promise<Response> {
    const { fetch = globalThis.fetch, middleware } = this.#options;
    const last = async (...request: Parameters<typeof fetch>) => fetch(...request);
    return middleware
      ? middleware.reduceRight<(request: Request) => Promise<Response>>(
          (next, layer) => async (request) => layer(request, next),
          (request) => last(request).catch(failed),
        )(new Request(url, init))
      : last(url, init).catch(failed);
  }

  /** The address and headers with secrets, noted in `used`; and whether any differs from there. */
  async #authenticate(
    { url, headers, security }: PreparedRequest,
    used: Record<string, string>,
  ): Promise<[url: string, headers: Headers, renewed: boolean]> {
    const all = new Headers(headers);
    let address = url;
    let renewed = false;
    for (const scheme of this.#alternative(security)) {
      const { in: where, name = "authorization", ...more } = this.#api.schemes?.[scheme] ?? {};
      const { prefix = name === "authorization" ? "Bearer " : "" } = more as Partial<Scheme>;
      const given = this.#secrets[scheme] as Secret;
      const secret = typeof given === "string" ? given : await given(used[scheme]);
      renewed ||= secret !== used[scheme];
      used[scheme] = secret;
      if (where === "query") address += (url.includes("?") ? "&" : "?") + queryText(name, secret);
      else if (where !== "cookie") setHeaders(all, { [name]: prefix + secret });
      else {
        const cookies = [all.get("cookie"), `${name}=${secret}`];
        setHeaders(all, { cookie: cookies.filter(Boolean).join("; ") });
      }
    }
    return [address, all, renewed];
  }

  /** The schemes of the first alternative that there is a secret for; one without needs none. */
  #alternative(security: Security): readonly string[] {
    const [found = security.find((names) => !names.length)] = security.filter(
      (names) => names.length && names.every((name) => name in this.#secrets),
    );
    if (found || !security.length) return found ?? [];
    const wanted = security.map((names) => names.join(" and ")).join(" or ");
    throw new MissingCredentialsError(`this call needs a credential: ${wanted}`);
  }

  async #pace(signal: AbortSignal | undefined): Promise<void> {
    const wait = this.#options.pace?.reserve(this.#clock.now());
    if (wait) await this.#clock.sleep(wait, signal);
  }

  #observe({ method, path }: Operation<unknown>, { info }: Answer): void {
    const { logger, pace } = this.#options;
    const { status, requestId, elapsed, rateLimit, deprecation } = info;
    const { observed } = this;
    const name = `${method} ${path}`;
    observed.rateLimit = rateLimit ?? observed.rateLimit;
    pace?.learn(info, this.#clock.now());
    logger?.debug?.(`${place(info.request)}: ${status} in ${elapsed} ms`, { status, requestId });
    if (deprecation && !observed.warned.has(name)) {
      observed.warned.add(name);
      (logger ?? console).warn?.(`${name} is deprecated: ${deprecation}`);
    }
  }
}

/** An environment variable, where there is an environment that may be read. */
function environment(name = ""): string | undefined {
  try {
    const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
    return process?.env?.[name];
  } catch {
    return undefined;
  }
}

function gather(
  { name, schemes = {}, credentialsRequired }: API,
  options: Readonly<Record<string, unknown>>,
): Record<string, Secret> {
  const secrets: Record<string, Secret> = {};
  const ways: string[] = [];
  for (const [scheme, { option, variable }] of Object.entries(schemes)) {
    const secret = (options[option] as Secret | undefined) || environment(variable);
    if (secret) secrets[scheme] = secret;
    ways.push(option + (variable ? ` or ${variable} of the environment` : ""));
  }
  if (!credentialsRequired || Object.keys(secrets).length) return secrets;
  throw new MissingCredentialsError(`${name} was given no credential: ${ways.join(", or ")}`);
}

/**
 * The request that a redirect asks for; undefined where it is none that is followed.
 *
 * Another origin gets no credential, none of the caller's headers, and never a body. A browser
 * hides where a redirect goes, and follows it itself.
 */
function redirected(
  request: PreparedRequest,
  { status, headers, type }: Response,
  safe: boolean,
): PreparedRequest | undefined {
  if (type === "opaqueredirect" && safe) return { ...request, redirect: "follow" };
  const reads = /^(GET|HEAD)$/.test(request.method);
  const location = headers.get("location");
  const moves = (reads ? /^30[12378]/ : /^30[378]/).test(`${status}`);
  if (!location || !moves || !URL.canParse(location, request.url)) return undefined;
  const from = new URL(request.url);
  const to = new URL(location, from);
  const target = { ...request, url: to.href };
  if (status === 303 && !reads) Object.assign(target, { method: "GET", body: undefined });
  const secured = !from.port && from.origin.replace(":", "s:") === to.origin;
  if (from.origin === to.origin || secured) return target;
  if (target.body !== undefined || !/^https?:/.test(to.href)) return undefined;
  const accept = request.headers.get("accept") ?? "*/*";
  return { ...target, headers: new Headers({ accept }), security: [] };
}

/** The body of an answer; undefined where it is too large. */
async function contentOf(
  raw: Response,
  text: boolean,
  limit: number,
): Promise<string | Blob | undefined> {
  const { headers, body } = raw;
  const told = headers.has("content-encoding") ? undefined : headers.get("content-length");
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = told ? undefined : body?.getReader();
  let size = Number(told ?? 0);
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
