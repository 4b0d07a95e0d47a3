/** The styles of parameters that few operations need (OpenAPI 3.1 §4.8.12). */

import type { Style } from "./operation.ts";
import { percentEncode, textOf } from "./parameters.ts";
import { stringify } from "./request.ts";
import { type Shape, timestamp } from "./shapes.ts";

/** Parts between commas, each `name=value` where it is an object that is exploded. */
export function simple(explode = false): Style {
  return (_, value) => joined(value, ",", explode, percentEncode);
}

/** As `simple`, for a header. */
export function header(explode = false): Style {
  return (_, value) => joined(value, ",", explode, textOf);
}

/** Parts that each begin with a dot. */
export function label(explode = false): Style {
  return (_, value) => `.${joined(value, explode ? "." : ",", explode, percentEncode)}`;
}

/** Parts that each begin with a semicolon and the name. */
export function matrix(explode = false): Style {
  return (name, value) =>
    explode && parts(value)
      ? pairs(name, value, percentEncode)
          .map((pair) => `;${pair}`)
          .join("")
      : `;${percentEncode(name)}=${joined(value, ",", false, percentEncode)}`;
}

/** Pairs of a query or a cookie; with `reserved`, reserved characters stay as they are. */
export function form(explode = true, reserved = false): Style {
  return delimited(",", explode, reserved ? encodeButReserved : percentEncode);
}

/** A list between spaces. */
export const spaceDelimited: Style = delimited("%20");

/** A list between bars. */
export const pipeDelimited: Style = delimited("%7C");

/** An object as `name[key]=value` pairs. */
export const deepObject: Style = (name, value) =>
  (parts(value) ?? [])
    .flatMap(([key, item]) =>
      [item]
        .flat()
        .map((part) => `${percentEncode(name)}%5B${percentEncode(key)}%5D=${percentEncode(part)}`),
    )
    .join("&");

/** A value as JSON text, in another style (parameters with `content`). */
export function asJSON(style: Style): Style {
  return (name, value) => style(name, stringify(value));
}

/** A value whose members change their names, in another style. */
export function shaped(shape: Shape, style: Style): Style {
  return (name, value) => style(name, shape.write(value));
}

type Encode = (value: unknown) => string;

/* @__NO_SIDE_EFFECTS__ */
function delimited(delimiter: string, explode = false, encode: Encode = percentEncode): Style {
  return (name, value) => {
    if (!parts(value)) return `${percentEncode(name)}=${encode(value)}`;
    if (explode) return pairs(name, value, encode).join("&");
    const text = joined(value, delimiter, false, encode);
    return text && `${percentEncode(name)}=${text}`;
  };
}

/** The parts of a list or an object that are there; undefined where the value has none. */
function parts(value: unknown): [key: string, item: unknown][] | undefined {
  if (typeof value !== "object" || value instanceof Date) return undefined;
  return Object.entries(value ?? {}).filter(([, item]) => item != null);
}

function pairs(name: string, value: unknown, encode: Encode): string[] {
  return (parts(value) ?? []).map(
    ([key, item]) => `${percentEncode(Array.isArray(value) ? name : key)}=${encode(item)}`,
  );
}

function joined(value: unknown, delimiter: string, explode: boolean, encode: Encode): string {
  const found = parts(value);
  if (!found) return encode(value);
  return found
    .map(([key, item]) =>
      Array.isArray(value)
        ? encode(item)
        : encode(key) + (explode ? "=" : delimiter) + encode(item),
    )
    .join(delimiter);
}

function encodeButReserved(value: unknown): string {
  return encodeURI(value instanceof Date ? timestamp(value) : textOf(value))
    .replace(/[#&]/g, encodeURIComponent)
    .replace(/%5[BD]/g, decodeURIComponent);
}
