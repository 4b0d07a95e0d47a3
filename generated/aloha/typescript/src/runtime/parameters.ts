/** Parameters as text, percent-encoded (RFC 3986), in the styles that are usual in each place. */

import { timestamp } from "./shapes.ts";

/** A query parameter as `name=value` pairs, one for each part; none for null (style `form`). */
export function queryText(name: string, value: unknown): string {
  if (typeof value !== "object" || value instanceof Date) {
    return value === undefined ? "" : `${percentEncode(name)}=${percentEncode(value)}`;
  }
  return Object.entries(value ?? {})
    .filter(([, item]) => item != null)
    .map(
      ([key, item]) => `${percentEncode(Array.isArray(value) ? name : key)}=${percentEncode(item)}`,
    )
    .join("&");
}

/** A path parameter or a header of one value, or several between commas (style `simple`). */
export function simpleText(value: unknown, encode: (part: unknown) => string): string {
  const parts =
    typeof value !== "object" || value instanceof Date
      ? [value]
      : Object.entries(value ?? {}).flatMap(
          Array.isArray(value) ? ([, item]) => [item] : (pair) => pair,
        );
  return parts.map(encode).join(",");
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
