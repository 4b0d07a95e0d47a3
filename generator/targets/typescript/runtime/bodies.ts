/** Request bodies of media types other than JSON. */

import type { Encode, EncodedBody, Style } from "./operation.ts";
import { queryText, textOf } from "./parameters.ts";
import { stringify } from "./request.ts";

const JSON_TYPE = "application/json";

/** JSON of another media type. */
export function jsonAs(type: string): Encode {
  return (value) => ({ type, content: stringify(value) });
}

/** Text or bytes, as they are. */
export function plain(type: string): Encode {
  return (value) => {
    if (typeof value === "string") return { type: `${type}; charset=utf-8`, content: value };
    if (isBinary(value)) return { type, content: value };
    throw new TypeError(`a body of type ${type} is sent from text or bytes`);
  };
}

/** A form (`application/x-www-form-urlencoded`) of plain values and lists of them. */
export const flatForm: Encode = (value) => ({
  type: "application/x-www-form-urlencoded",
  content: Object.entries(Object(value))
    .map(([name, item]) => queryText(name, item))
    .filter(Boolean)
    .join("&"),
});

/** What is said of the members of a form, by wire name: media types, or styles. */
type Parts = Readonly<Record<string, string | Style>>;

/** A form (`application/x-www-form-urlencoded`); what is nested in it is JSON. */
export function urlEncoded(parts: Parts = {}): Encode {
  return (value) => ({
    type: "application/x-www-form-urlencoded",
    content: Object.entries(Object(value))
      .map(([name, item]) => {
        const told = toldOf(parts, name);
        if (typeof told === "function") return told(name, item);
        return queryText(
          name,
          several(item, told).map((each) => formText(each, told)),
        );
      })
      .filter(Boolean)
      .join("&"),
  });
}

/** A form of parts (`multipart/form-data`), one for each item of a list. */
export function multipart(parts: Parts = {}): Encode {
  return (value): EncodedBody => {
    const form = new FormData();
    for (const [name, item] of Object.entries(Object(value))) {
      const told = toldOf(parts, name);
      if (typeof told === "function") {
        for (const [key, text] of new URLSearchParams(told(name, item))) form.append(key, text);
      } else for (const part of several(item, told)) form.append(name, partOf(part, told));
    }
    return { content: form };
  };
}

function toldOf(parts: Parts, name: string): string | Style | undefined {
  return Object.hasOwn(parts, name) ? parts[name] : undefined;
}

/** The values that a member of a form is sent as; a list that is JSON is one. */
function several(value: unknown, type: string | undefined): unknown[] {
  const items = Array.isArray(value) && !isJSON(type) ? value : [value];
  return items.filter((item) => item != null);
}

function formText(value: unknown, type: string | undefined): string {
  const nested = typeof value === "object" && !(value instanceof Date);
  return nested || isJSON(type) ? stringify(value) : textOf(value);
}

function isJSON(type: string | undefined): boolean {
  return /[/+]json\s*(;|$)/i.test(type ?? "");
}

function isBinary(value: unknown): value is Blob | ArrayBuffer | Uint8Array<ArrayBuffer> {
  return value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** A part of a form: `FormData` tells files, which are `Blob`s, from text. */
function partOf(value: unknown, type: string | undefined): string {
  if (value instanceof Blob) return value as unknown as string;
  const binary = isBinary(value);
  const text = typeof value === "string" && !isJSON(type) ? value : stringify(value);
  const content = binary ? value : text;
  const kind =
    type ?? (binary ? "application/octet-stream" : typeof value === "object" && JSON_TYPE);
  return (kind ? new File([content], "file", { type: kind }) : content) as string;
}
