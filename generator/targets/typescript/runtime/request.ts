/** Requests as values: built from an operation, its arguments and the caller's options. */

import { ArgumentError } from "./errors.ts";
import type {
  API,
  Body as BodyPlan,
  Operation,
  Parameter,
  Parameters,
  Security,
} from "./operation.ts";
import type { ClientOptions, RequestOptions } from "./options.ts";
import { cookiePair, headerValue, pathSegment, queryPairs } from "./parameters.ts";
import { camelCase, timestamp } from "./shapes.ts";

/** A request that can be sent any number of times, before it is authenticated. */
export interface PreparedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: BodyContent | undefined;
  /** The alternatives of schemes that it may be authenticated with. */
  readonly security: Security;
  readonly redirect: "manual" | "follow";
}

/** What `fetch` can send any number of times. */
export type BodyContent = string | Blob | FormData | ArrayBuffer | Uint8Array<ArrayBuffer>;

/** Arguments of an operation, by property. */
export type Arguments = Readonly<Record<string, unknown>>;

const JSON_TYPE = "application/json";

/** The request that calls `operation`. Throws `ArgumentError` for what cannot be sent. */
export function prepareRequest(
  api: API,
  client: ClientOptions,
  operation: Operation<unknown>,
  path: readonly unknown[],
  parameters: object,
  options: RequestOptions,
): PreparedRequest {
  const given = { ...parameters } as Record<string, unknown>;
  try {
    const address = fillPath(operation, path) + queryText(operation, given, options.query ?? {});
    const headers = headersOf(operation, given);
    const body = bodyOf(operation.body, given, options.body);
    const all = checked({
      accept: operation.events ? "text/event-stream" : (operation.media ?? JSON_TYPE),
      ...("process" in globalThis ? { "user-agent": api.userAgent } : {}),
      ...lowerCase(client.headers),
      ...headers,
      ...(body?.type ? { "content-type": body.type } : {}),
      ...lowerCase(options.headers),
    });
    return {
      method: operation.method,
      url: client.baseURL + address,
      headers: all,
      body: body?.content,
      security: "authorization" in all ? [] : (operation.security ?? api.security ?? []),
      redirect: "manual",
    };
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ArgumentError(`${operation.method} ${operation.path}: ${reason}`);
  }
}

function fillPath(operation: Operation<unknown>, values: readonly unknown[]): string {
  let index = 0;
  return operation.path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const parameter = operation.segments?.[index] ?? name;
    return pathSegment(asParameter(parameter), values[index++]);
  });
}

function queryText(operation: Operation<unknown>, given: Record<string, unknown>, extra: object) {
  const pairs: string[] = [];
  for (const [parameter, value] of taken(operation.query, given)) {
    if (!(parameter.name in extra)) pairs.push(...queryPairs(parameter, value));
  }
  for (const [name, value] of Object.entries(extra)) pairs.push(...queryPairs({ name }, value));
  return pairs.length ? (operation.path.includes("?") ? "&" : "?") + pairs.join("&") : "";
}

function headersOf(operation: Operation<unknown>, given: Record<string, unknown>) {
  const headers: Record<string, string> = {};
  for (const [parameter, value] of taken(operation.headers, given)) {
    headers[parameter.name.toLowerCase()] = headerValue(parameter, value);
  }
  const cookies = taken(operation.cookies, given).map((pair) => cookiePair(...pair));
  if (cookies.length) headers.cookie = cookies.join("; ");
  return headers;
}

/** The parameters that were given, which then are no longer among what is left of `given`. */
function taken(
  parameters: Parameters = [],
  given: Record<string, unknown>,
): [parameter: Parameter, value: unknown][] {
  return parameters.map(asParameter).flatMap((parameter) => {
    const property = parameter.as ?? camelCase(parameter.name);
    const value = given[property];
    delete given[property];
    return value == null ? [] : [[parameter, value]];
  });
}

function asParameter(parameter: string | Parameter): Parameter {
  return typeof parameter === "string" ? { name: parameter } : parameter;
}

interface Encoded {
  readonly type?: string;
  readonly content: BodyContent;
}

function bodyOf(
  plan: BodyPlan | undefined,
  given: Arguments,
  extra: Arguments | undefined,
): Encoded | undefined {
  if (!plan && !extra) return undefined;
  const { media = JSON_TYPE, shape, property, optional, parts = {} } = plan ?? { property: "" };
  const own = property === undefined ? given : given[property];
  const written = shape ? shape.write(own) : own;
  const value = extra ? { ...Object(written), ...extra } : written;
  const empty = property === undefined && optional && !Object.values(value).some(isGiven);
  return value === undefined || empty ? undefined : encoded(media, value, parts);
}

function isGiven(value: unknown): boolean {
  return value !== undefined;
}

function encoded(media: string, value: unknown, parts: Readonly<Record<string, string>>): Encoded {
  const kind = media.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (kind === "application/x-www-form-urlencoded") {
    const pairs = Object.entries(Object(value)).flatMap(([name, item]) =>
      queryPairs({ name, json: name in parts }, item),
    );
    return { type: kind, content: pairs.join("&") };
  }
  if (kind.startsWith("multipart/")) return { content: multipart(Object(value), parts) };
  if (/[/+]json$|^\*\/\*$/.test(kind) || typeof value === "boolean" || typeof value === "number") {
    return { type: kind === "*/*" ? JSON_TYPE : kind, content: JSON.stringify(value, replacer) };
  }
  if (typeof value === "string") return { type: `${kind}; charset=utf-8`, content: value };
  if (value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return { type: kind, content: value as BodyContent };
  }
  throw new TypeError(`a body of type ${kind} is sent from text or bytes, not from an object`);
}

function multipart(members: object, parts: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(members)) {
    for (const item of [value].flat()) {
      if (item === undefined) continue;
      const type = parts[name] ?? (typeof item === "object" ? JSON_TYPE : "");
      if (item instanceof Blob) form.append(name, item);
      else if (item instanceof ArrayBuffer || ArrayBuffer.isView(item))
        form.append(
          name,
          new Blob([item as ArrayBuffer], { type: parts[name] ?? "application/octet-stream" }),
          "file",
        );
      else if (!type) form.append(name, typeof item === "string" ? item : JSON.stringify(item));
      else
        form.append(
          name,
          new Blob([typeof item === "string" ? item : JSON.stringify(item, replacer)], { type }),
        );
    }
  }
  return form;
}

/** Lets `JSON.stringify` write moments as every other place does, and refuse an invalid one. */
function replacer(this: unknown, key: string, value: unknown): unknown {
  const own = (this as Record<string, unknown>)[key];
  return own instanceof Date ? timestamp(own) : value;
}

function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

/** The headers, all of them fit to be sent (RFC 9110 §5.5); a value is never in the message. */
export function checked(headers: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      throw new ArgumentError(`${JSON.stringify(name)} is not the name of a header`);
    }
    if (typeof value !== "string" || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new ArgumentError(`the header ${name} has a value that no header can carry`);
    }
  }
  return headers;
}
