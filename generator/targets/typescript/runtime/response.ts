/** Answers: what is known of one besides its value, and the value or the error that it means. */

import {
  type APIResponseError,
  APIResponseValidationError,
  type APIStatusError,
  type RequestFacts,
  statusClass,
} from "./errors.ts";
import type { API, Operation, RateLimitHeaders } from "./operation.ts";
import { retryAfter } from "./retries.ts";
import { ShapeError } from "./shapes.ts";

/** A rate limit, as far as an answer tells it. */
export interface RateLimit {
  /** How many requests a window allows. */
  readonly limit: number | undefined;
  /** How many are left of them. */
  readonly remaining: number | undefined;
  /** When the window ends. */
  readonly reset: Date | undefined;
}

/** What is known of an answer besides its value. */
export interface ResponseInfo {
  /** The status. */
  readonly status: number;
  /** The headers. */
  readonly headers: Headers;
  /** What was asked. */
  readonly request: RequestFacts;
  /** What the API's support will ask for (`X-Request-Id`); empty where the answer does not say. */
  readonly requestId: string;
  /** The rate limit; undefined where the answer does not tell. */
  readonly rateLimit: RateLimit | undefined;
  /** What the answer says of the operation's end (RFC 9745, RFC 8594); empty where nothing. */
  readonly deprecation: string;
  /** Milliseconds from the call to the answer, waits included. */
  readonly elapsed: number;
}

/** An answer, read to its end unless it is a stream. */
export interface Answer {
  readonly raw: Response;
  readonly content: string | Blob;
  readonly info: ResponseInfo;
  /** Hangs up, where it was left open. */
  readonly close: () => void;
}

/** What is known of an answer that came `elapsed` milliseconds after it was asked for. */
export function describe(
  api: API,
  request: RequestFacts,
  { status, headers }: Response,
  elapsed: number,
  now: number,
): ResponseInfo {
  return {
    status,
    headers,
    request,
    requestId: headers.get("x-request-id") ?? "",
    rateLimit: rateLimitOf(headers, api.rateLimit ?? {}, now),
    deprecation: ["deprecation", "sunset", "x-api-deprecation"]
      .flatMap((name) => (headers.has(name) ? `${name}: ${headers.get(name)}` : []))
      .join(", "),
    elapsed,
  };
}

/**
 * The value that an answer to `operation` stands for.
 *
 * Throws `APIResponseValidationError` where it is not as documented.
 */
export function readValue<T>(operation: Operation<T>, { content, info }: Answer): T {
  const { [info.status]: shape = operation.returns } = operation.statuses ?? {};
  if (!shape) return undefined as T;
  if (!isJSON(operation)) return content as T;
  try {
    return shape.read(JSON.parse(content as string));
  } catch (error) {
    const otherwise = content ? "it is not JSON, or cut off" : "it is empty";
    const wrong = error instanceof ShapeError && `${error.path} ${error.message}`.trim();
    throw invalid(info, content, wrong || otherwise);
  }
}

function isJSON({ media = "*" }: Operation<unknown>): boolean {
  return /[/+]json\b|^\*/.test(media);
}

/** Whether an operation's answers are text, as JSON is. */
export function isText(operation: Operation<unknown>): boolean {
  return isJSON(operation) || /^text\//.test(operation.media ?? "");
}

/** The error of an answer that cannot be used; usually it is not as documented. */
export function invalid(
  info: ResponseInfo,
  content: string | Blob,
  reason: string,
  Kind: typeof APIResponseError = APIResponseValidationError,
): APIResponseError {
  const type = info.headers.get("content-type") ?? "no content type";
  return new Kind(
    `the answer to ${place(info.request)} (${info.status}, ${type}) cannot be used: ${reason}`,
    { ...factsOf(info, content), reason },
  );
}

/**
 * The error that an answer other than a success means.
 *
 * Where it is not in the API's envelope, that of OAuth is tried (RFC 6749 §5.2).
 */
export function statusError(
  { errors = {} }: API,
  info: ResponseInfo,
  content: string | Blob,
  now: number,
): APIStatusError {
  const body = jsonOr(content);
  const { status, headers } = info;
  const described = words(body, ["error_description"]);
  const code = words(body, errors.code) || ((errors.code ?? described) && words(body, ["error"]));
  const kind = content ? `of type ${headers.get("content-type")}` : "without a body";
  const reason = words(body, errors.message) || described || `an answer ${kind}`;
  const requestId = words(body, errors.requestId) || info.requestId;
  const where = place(info.request) + (requestId ? `, request id ${requestId}` : "");
  return new (statusClass(status, code, errors.classes ?? {}))(
    `${status}${code && ` ${code}`}: ${reason} (${where})`,
    {
      ...factsOf(info, content),
      reason,
      code,
      requestId,
      body,
      retryAfter: retryAfter(headers, now),
    },
  );
}

/** What lies at a place in a value; undefined where there is nothing. */
export function lookup(value: unknown, path: readonly string[]): unknown {
  return path.reduce((found, name) => Object(found)[name], value);
}

/** A request in a sentence; its query, which may be personal, is left out. */
export function place({ method, url }: RequestFacts): string {
  return `${method} ${new URL(url).pathname}`;
}

/** An answer as facts of an error. */
function factsOf(info: ResponseInfo, content: string | Blob): object {
  const { status, request, requestId } = info;
  const headers = Object.fromEntries(info.headers);
  delete headers["set-cookie"];
  const text = typeof content === "string" ? content : "";
  return { request, status, requestId, response: { status, headers, text } };
}

function words(body: unknown, path: readonly string[] = []): string {
  const found = lookup(body, path);
  return path.length && typeof found === "string" ? found : "";
}

function jsonOr(content: string | Blob): unknown {
  try {
    return JSON.parse(content as string);
  } catch {
    return content;
  }
}

function rateLimitOf(
  headers: Headers,
  names: RateLimitHeaders,
  now: number,
): RateLimit | undefined {
  const number = (name: string | undefined): number | undefined => {
    const value = Number((name && headers.get(name)) ?? -1);
    return value >= 0 ? value : undefined;
  };
  const [limit, remaining, reset] = [names.limit, names.remaining, names.reset].map(number);
  if ((limit ?? remaining ?? reset) === undefined) return undefined;
  const base = names.resetIn === "delta-seconds" ? now : 0;
  return { limit, remaining, reset: reset === undefined ? reset : new Date(base + reset * 1000) };
}
