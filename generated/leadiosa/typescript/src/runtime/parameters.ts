/** Parameters as text, percent-encoded (RFC 3986), in the styles that are usual in each place. */

import { timestamp } from "./shapes.ts";

/** A query parameter as `name=value` pairs, one for each part; none for null (style `form`). */
export function queryText(name: string, value: unknown): string {
  return partsOf(value)
    .filter(([, item]) => item != null)
    .map(([key = name, item]) => `${percentEncode(key)}=${percentEncode(item)}`)
    .join("&");
}

/** A path parameter or a header of one value, or several between commas (style `simple`). */
export function simpleText(value: unknown, encode: (part: unknown) => string): string {
  return partsOf(value)
    .flatMap(([key, item]) => (key === undefined ? [item] : [key, item]))
    .map(encode)
    .join(",");
}

/** The parts of a list, those of an object with their keys, or a plain value as the only one. */
function partsOf(value: unknown): [key: string | undefined, item: unknown][] {
  if (Array.isArray(value)) return value.map((item) => [undefined, item]);
  const plain = typeof value !== "object" || value instanceof Date;
  return plain ? [[undefined, value]] : Object.entries(value ?? {});
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
