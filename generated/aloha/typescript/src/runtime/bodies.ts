/** Request bodies of media types other than JSON. */

import type { Encode, EncodedBody } from "./operation.ts";
import { queryText } from "./parameters.ts";
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

/** A form (`application/x-www-form-urlencoded`); members in `parts` are JSON. */
export function urlEncoded(parts: Readonly<Record<string, string>> = {}): Encode {
  return (value) => ({
    type: "application/x-www-form-urlencoded",
    content: Object.entries(Object(value))
      .map(([name, item]) => queryText(name, name in parts ? stringify(item) : item))
      .filter(Boolean)
      .join("&"),
  });
}

/** A form of parts (`multipart/form-data`); `parts` has the media types that are said. */
export function multipart(parts: Readonly<Record<string, string>> = {}): Encode {
  return (value): EncodedBody => {
    const form = new FormData();
    for (const [name, item] of Object.entries(Object(value))) {
      for (const part of [item].flat()) {
        if (part !== undefined) form.append(name, partOf(part, parts[name]));
      }
    }
    return { content: form };
  };
}

function isBinary(value: unknown): value is Blob | ArrayBuffer | Uint8Array<ArrayBuffer> {
  return value instanceof Blob || value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** A part of a form: `FormData` tells files, which are `Blob`s, from text. */
function partOf(value: unknown, type: string | undefined): string {
  if (value instanceof Blob) return value as unknown as string;
  const binary = isBinary(value);
  const content = binary ? value : typeof value === "string" ? value : stringify(value);
  const kind =
    type ?? (binary ? "application/octet-stream" : typeof value === "object" && JSON_TYPE);
  return (kind ? new File([content], "file", { type: kind }) : content) as string;
}
