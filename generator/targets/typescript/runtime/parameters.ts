/** Parameters as text: the styles of OpenAPI 3.1 §4.8.12, percent-encoded (RFC 3986). */

import type { Parameter } from "./operation.ts";
import { timestamp } from "./shapes.ts";

const DELIMITERS: Readonly<Record<string, string>> = {
  spaceDelimited: "%20",
  pipeDelimited: "%7C",
};

/**
 * A path parameter as it stands in the path.
 *
 * Throws a `TypeError` for a value that would name another path: an empty one, `.` and `..`.
 */
export function pathSegment(parameter: Parameter, value: unknown): string {
  const { name, style, explode = false } = parameter;
  const plain = plainValue(parameter, value);
  const text = joined(plain, ",", false, percentEncode);
  if (plain == null || text === "" || text === "." || text === "..") {
    throw new TypeError(`the path parameter ${name} must not be ${JSON.stringify(plain) ?? plain}`);
  }
  if (style === "matrix") {
    if (!explode || typeof plain !== "object") return `;${percentEncode(name)}=${text}`;
    return exploded(plain, name)
      .map((pair) => `;${pair}`)
      .join("");
  }
  if (style === "label") return `.${joined(plain, explode ? "." : ",", explode, percentEncode)}`;
  return explode ? joined(plain, ",", true, percentEncode) : text;
}

/** A query parameter as `name=value` pairs; none for null and for an empty list. */
export function queryPairs(parameter: Parameter, value: unknown): string[] {
  const { name, style = "form", explode = style === "form" || style === "deepObject" } = parameter;
  const plain = plainValue(parameter, value);
  const encode = parameter.allowReserved ? encodeButReserved : percentEncode;
  if (plain == null) return [];
  if (typeof plain !== "object") return [`${percentEncode(name)}=${encode(plain)}`];
  if (style === "deepObject") {
    return Object.entries(plain).flatMap(([key, item]) =>
      [item]
        .flat()
        .map((item) => `${percentEncode(name)}%5B${percentEncode(key)}%5D=${encode(item)}`),
    );
  }
  if (explode) return exploded(plain, name, encode);
  const text = joined(plain, DELIMITERS[style] ?? ",", false, encode);
  return text ? [`${percentEncode(name)}=${text}`] : [];
}

/** The text of a header parameter (style `simple`). */
export function headerValue(parameter: Parameter, value: unknown): string {
  return joined(plainValue(parameter, value), ",", parameter.explode ?? false, textOf);
}

/** A cookie parameter as `name=value`. */
export function cookiePair(parameter: Parameter, value: unknown): string {
  return `${percentEncode(parameter.name)}=${joined(plainValue(parameter, value), ",", false, percentEncode)}`;
}

function plainValue({ json, shape }: Parameter, value: unknown): unknown {
  const plain = shape ? shape.write(value) : value instanceof Date ? timestamp(value) : value;
  return json && plain != null ? JSON.stringify(plain) : plain;
}

function exploded(
  plain: object,
  name: string,
  encode: typeof percentEncode = percentEncode,
): string[] {
  return Array.isArray(plain)
    ? present(plain).map((item) => `${percentEncode(name)}=${encode(item)}`)
    : members(plain).map(([key, item]) => `${percentEncode(key)}=${encode(item)}`);
}

function joined(
  plain: unknown,
  delimiter: string,
  explode: boolean,
  encode: (value: unknown) => string,
): string {
  if (typeof plain !== "object" || plain === null) return encode(plain ?? "");
  if (Array.isArray(plain)) return present(plain).map(encode).join(delimiter);
  return members(plain)
    .map((pair) => pair.map(encode).join(explode ? "=" : delimiter))
    .join(delimiter);
}

function present(list: readonly unknown[]): unknown[] {
  return list.filter((item) => item != null);
}

function members(plain: object): [string, unknown][] {
  return Object.entries(plain).filter(([, item]) => item !== undefined);
}

function textOf(value: unknown): string {
  if (value instanceof Date) return timestamp(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A value as it stands in a URL: percent-encoded but for the unreserved characters. */
export function percentEncode(value: unknown): string {
  return encodeURIComponent(textOf(value)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function encodeButReserved(value: unknown): string {
  return encodeURI(textOf(value))
    .replace(/[#&]/g, encodeURIComponent)
    .replace(/%5[BD]/g, decodeURIComponent);
}
