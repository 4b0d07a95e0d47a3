/** Parameters as text, percent-encoded (RFC 3986), in the styles that are usual in each place. */

import { timestamp } from "./shapes.ts";

/** A query parameter as `name=value` pairs, one for each part; none for null (style `form`). */
export function queryText(name: string, value: unknown): string {
  return partsOf(value)
    .filter((part) => part.at(-1) != null)
    .map((part) => `${percentEncode(part.at(-2) ?? name)}=${percentEncode(part.at(-1))}`)
    .join("&");
}

/** A path parameter or a header of one value, or several between commas (style `simple`). */
export function simpleText(value: unknown, encode: (part: unknown) => string): string {
  return partsOf(value).flat().map(encode).join(",");
}

/** The parts of a list, those of an object with their keys, or a plain value as the only one. */
function partsOf(value: unknown): unknown[][] {
  if (Array.isArray(value)) return value.map((item) => [item]);
  const plain = typeof value !== "object" || value instanceof Date;
  return plain ? [[value]] : Object.entries(value ?? {});
}

/** A value as plain text. */
export function textOf(value: unknown): string {
  if (value instanceof Date) return timestamp(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A value as it stands in a URL. */
export function percentEncode(value: unknown): string {
  return encodeURIComponent(textOf(value));
}
