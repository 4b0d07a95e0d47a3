/** Requests as values: built from an operation, its arguments and the caller's options. */

import { ArgumentError, type RequestFacts } from "./errors.ts";
import type {
  API,
  Encode,
  EncodedBody,
  Operation,
  Parameter,
  Parameters,
  Security,
  Style,
} from "./operation.ts";
import type { ClientOptions, RequestOptions } from "./options.ts";
import { percentEncode, queryText, simpleText, textOf } from "./parameters.ts";
import { camelCase, timestamp } from "./shapes.ts";

/** Headers, by name. */
export type HeaderValues = Readonly<Record<string, string>>;

/** A request that can be sent any number of times, before it is authenticated. */
export interface PreparedRequest {
  /** What was asked for, whatever redirects lead to. */
  readonly facts: RequestFacts;
  readonly method: string;
  readonly url: string;
  /** By names in lower case. */
  readonly headers: HeaderValues;
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
  const { method, media = "application/json" } = operation;
  const left: Record<string, unknown> = { ...parameters };
  const headers: Record<string, string> = {};
  try {
    const query = written(operation.query, left, queryText);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      query[name] = queryText(name, value);
    }
    setHeaders(headers, {
      accept: media,
      ...("process" in globalThis && { "user-agent": api.userAgent }),
      ...client.headers,
    });
    setHeaders(headers, written(operation.headers, left, headerText));
    const cookie = operation.cookies?.(left);
    const body = bodyOf(operation, left, options.body);
    setHeaders(headers, {
      ...(cookie && { cookie }),
      ...(body?.type && { "content-type": body.type }),
      ...options.headers,
    });
    const text = Object.values(query).filter(Boolean).join("&");
    const place = fillPath(operation, path);
    const url = client.baseURL + place + (text && (place.includes("?") ? "&" : "?") + text);
    const facts = { method, url };
    return {
      facts,
      ...facts,
      headers,
      body: body?.content,
      security: "authorization" in headers ? [] : (operation.security ?? api.security ?? []),
      redirect: "manual",
    };
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(`${method} ${operation.path}: ${Object(error).message}`);
  }
}

/** Set headers. Throws `ArgumentError`, which keeps the value, for one that cannot be sent. */
export function setHeaders(headers: Record<string, string>, more: HeaderValues): void {
  for (const [name, value] of Object.entries(more)) {
    const sent = /^[\w!#$%&'*+.^`|~-]+:[^\0\r\n\u0100-\uffff]*$/.test(`${name}:${value}`);
    if (!sent || typeof value !== "string") {
      throw new ArgumentError(`the header ${JSON.stringify(name)} cannot be sent`);
    }
    headers[name.toLowerCase()] = value;
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
  // A fragment tells operations of one URL apart, and is not sent.
  return path.replace(/\{(.+?)\}|#.*/gs, (_, name?: string) => {
    if (!name) return "";
    const value = values[index++];
    const text = value == null ? "" : simpleText(value, percentEncode);
    if (/^\.{0,2}$/.test(text)) {
      throw new TypeError(`the path parameter ${name} must not be "${text}"`);
    }
    return segments?.[name]?.(name, value) ?? text;
  });
}

/** The parameters that were given, by wire name, which then are no longer among those left. */
export function written(
  parameters: Parameters | undefined,
  left: Record<string, unknown>,
  usual: Style,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const item of parameters ?? []) {
    const parameter: Parameter = typeof item === "string" ? { name: item } : item;
    const { name, as = camelCase(name), style = usual } = parameter;
    const value = Object.hasOwn(left, as) ? left[as] : null;
    delete left[as];
    if (value != null) found[name] = style(name, value);
  }
  return found;
}

const headerText: Style = (_, value) => simpleText(value, textOf);

function bodyOf(
  { body }: Operation<unknown>,
  left: Readonly<Record<string, unknown>>,
  extra: object | undefined,
): EncodedBody | undefined {
  const { encode = json, shape, property, optional } = body ?? { property: "" };
  let value = property === undefined ? left : left[property];
  if (shape) value = shape.write(value);
  if (extra) value = { ...Object(value), ...extra };
  if (value === undefined) return undefined;
  if (optional && property === undefined && stringify(value) === "{}") return undefined;
  return encode(value);
}
