/** Requests as values: built from an operation, its arguments and the caller's options. */

import { ArgumentError } from "./errors.ts";
import type {
  API,
  Encode,
  EncodedBody,
  Operation,
  Parameter,
  Parameters,
  Security,
} from "./operation.ts";
import type { ClientOptions, RequestOptions } from "./options.ts";
import { percentEncode, queryText, simpleText, textOf } from "./parameters.ts";
import { camelCase, timestamp } from "./shapes.ts";

/** A request that can be sent any number of times, before it is authenticated. */
export interface PreparedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: EncodedBody["content"] | undefined;
  /** The alternatives of schemes that it may be authenticated with. */
  readonly security: Security;
  readonly redirect: "manual" | "follow";
}

/** The request that calls `operation`. Throws `ArgumentError` for what cannot be sent. */
export function prepareRequest(
  api: API,
  client: ClientOptions,
  operation: Operation<unknown>,
  path: readonly unknown[],
  parameters: object,
  options: RequestOptions,
): PreparedRequest {
  const { method, media, events } = operation;
  const left: Record<string, unknown> = { ...parameters };
  const extra = options.query ?? {};
  const headers = new Headers();
  try {
    const query = taken(operation.query, left)
      .filter(([{ name }]) => !(name in extra))
      .map(([{ name, style = queryText }, value]) => style(name, value));
    for (const [name, value] of Object.entries(extra)) query.push(queryText(name, value));
    setHeaders(headers, {
      accept: events ? "text/event-stream" : (media ?? "application/json"),
      ...("process" in globalThis && { "user-agent": api.userAgent }),
      ...client.headers,
    });
    for (const [{ name, style }, value] of taken(operation.headers, left)) {
      setHeaders(headers, { [name]: style?.(name, value) ?? simpleText(value, textOf) });
    }
    const cookies = taken(operation.cookies, left);
    if (cookies.length) {
      const pairs = cookies.map(([{ name, style = queryText }, value]) => style(name, value));
      setHeaders(headers, { cookie: pairs.join("; ") });
    }
    const body = bodyOf(operation, left, options.body);
    setHeaders(headers, { ...(body?.type && { "content-type": body.type }), ...options.headers });
    const text = query.filter(Boolean).join("&");
    const mark = operation.path.includes("?") ? "&" : "?";
    return {
      method,
      url: client.baseURL + fillPath(operation, path) + (text && mark + text),
      headers,
      body: body?.content,
      security: headers.has("authorization") ? [] : (operation.security ?? api.security ?? []),
      redirect: "manual",
    };
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(`${method} ${operation.path}: ${Object(error).message}`);
  }
}

/** Set headers. Throws `ArgumentError`, which keeps the value, for one that cannot be sent. */
export function setHeaders(headers: Headers, more: Readonly<Record<string, string>>): void {
  for (const name in more) {
    try {
      headers.set(name, more[name] as string);
    } catch {
      throw new ArgumentError(`the header ${JSON.stringify(name)} cannot be sent`);
    }
  }
}

/** A value as JSON text, moments written as everywhere. */
export function stringify(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, plain) {
    const own = this[key];
    return own instanceof Date ? timestamp(own) : plain;
  });
}

const json: Encode = (value) => ({ type: "application/json", content: stringify(value) });

function fillPath({ path, segments }: Operation<unknown>, values: readonly unknown[]): string {
  let index = 0;
  return path.replace(/\{(.+?)\}/g, (_, name: string) => {
    const value = values[index++];
    const text = value == null ? "" : simpleText(value, percentEncode);
    if (/^\.{0,2}$/.test(text)) {
      throw new TypeError(`the path parameter ${name} must not be "${text}"`);
    }
    return segments?.[name]?.(name, value) ?? text;
  });
}

/** The parameters that were given, which then are no longer among those left. */
function taken(
  parameters: Parameters = [],
  left: Record<string, unknown>,
): [parameter: Parameter, value: unknown][] {
  return parameters.flatMap((item) => {
    const parameter = typeof item === "string" ? { name: item } : (item as Parameter);
    const property = parameter.as ?? camelCase(parameter.name);
    const value = left[property];
    delete left[property];
    return value == null ? [] : [[parameter, value]];
  });
}

function bodyOf(
  { body }: Operation<unknown>,
  left: Readonly<Record<string, unknown>>,
  extra: object | undefined,
): EncodedBody | undefined {
  const { encode, shape, property, optional } = body ?? { property: "" };
  let value = property === undefined ? left : left[property];
  if (shape) value = shape.write(value);
  if (extra) value = { ...Object(value), ...extra };
  if (value === undefined) return undefined;
  if (optional && property === undefined && stringify(value) === "{}") return undefined;
  return (encode ?? json)(value);
}
