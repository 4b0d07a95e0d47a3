/** Webhooks: signatures made and checked in constant time, by one declaration for both. */

import type { Shape } from "./shapes.ts";

/** How an API signs: an HMAC of `content`, in `header`. */
export interface Signature {
  /** The header that carries it. */
  readonly header: string;
  /** What stands before the digest. */
  readonly prefix?: string;
  /** The hash; SHA-256 where not said. */
  readonly hash?: "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
  /** How the digest is written: `hex` or `base64`. */
  readonly encode: (digest: Uint8Array) => string;
  /** The key in a secret; the secret itself where not said. */
  readonly key?: (secret: string) => Uint8Array<ArrayBuffer>;
  /** What is signed: headers by name, null for the body, which is all where not said. */
  readonly content?: readonly (string | null)[];
  /** What stands between these. */
  readonly delimiter?: string;
  /** The header with the Unix time at which the event was sent. */
  readonly timestamp?: string;
  /** How many seconds that time may be off. */
  readonly tolerance?: number;
}

/** A webhook that is not proved to come from the API, is too old, or is no JSON. */
export class WebhookError extends Error {
  /** The name of the class, which minifiers leave as it is. */
  override name = "WebhookError";
  /** The error as plain data, which `structuredClone` keeps. */
  override cause: object = { name: "WebhookError" };

  /** The error as plain data. */
  toJSON(): object {
    return { name: this.name, message: this.message };
  }
}

/** The error that became `data` by `JSON` or `structuredClone`; undefined where none did. */
export function webhookErrorFrom(data: unknown): WebhookError | undefined {
  const { name, message, cause } = Object(data);
  return [name, cause?.name].includes("WebhookError") ? new WebhookError(message) : undefined;
}

/** The headers of a delivery: `Headers`, or an object such as Node's. */
export type WebhookHeaders =
  | Headers
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The body of a delivery, byte for byte as it came. */
export type WebhookBody = string | Uint8Array | ArrayBuffer;

/**
 * Check that one of `secrets` signed the delivery, and not too long ago.
 *
 * `now` is a Unix time. Throws `WebhookError`.
 */
export async function verify(
  signature: Signature,
  body: WebhookBody,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  now: number = Date.now() / 1000,
): Promise<void> {
  const { header, timestamp, tolerance } = signature;
  const all = new Headers(headers as Record<string, string>);
  const headerOf = (name: string) => all.get(name) || refuse(`it has no header ${name}`);
  const candidates = headerOf(header).split(/\s+/);
  let matches = false;
  for (const secret of [secrets].flat()) {
    const expected = await signed(signature, body, secret, headerOf);
    for (const candidate of candidates) matches = same(expected, candidate) || matches;
  }
  if (!matches) refuse(`${header} was not made with this secret`);
  const sent = timestamp && tolerance ? headerOf(timestamp) : "";
  if (sent && !(/^\d+$/.test(sent) && Math.abs(now - Number(sent)) <= Number(tolerance))) {
    refuse(`it was not sent within ${tolerance} seconds of now`);
  }
}

/** The event in the body of a delivery. Throws `WebhookError`. */
export function parse<T>(body: WebhookBody, shape: Shape<T>): T {
  try {
    return shape.read(JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body)));
  } catch (error) {
    const { name, path, message } = error as Error & { path?: string };
    return refuse(
      `it is not ${name === "SyntaxError" ? "JSON" : `as documented: ${path} ${message}`}`,
    );
  }
}

/** The headers that a delivery of `body` carries. `timestamp` is a Unix time, in seconds. */
export async function sign(
  signature: Signature,
  body: WebhookBody,
  secret: string,
  { id = "", timestamp = Math.floor(Date.now() / 1000) }: { id?: string; timestamp?: number } = {},
): Promise<Record<string, string>> {
  const { header, content = [] } = signature;
  const sent: Record<string, string> = {};
  for (const name of content) {
    if (name) sent[name] = name === signature.timestamp ? String(timestamp) : id;
  }
  const digest = await signed(signature, body, secret, (name) => sent[name] ?? "");
  return { ...sent, [header]: digest };
}

/** A digest in hexadecimal digits. */
export function hex(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A digest in base64. */
export function base64(digest: Uint8Array): string {
  return btoa(String.fromCharCode(...digest));
}

/** The key in secrets that are a prefix and its base64. */
/* @__NO_SIDE_EFFECTS__ */
export function base64Key(prefix = ""): (secret: string) => Uint8Array<ArrayBuffer> {
  return (secret) => {
    try {
      return Uint8Array.from(atob(after(prefix, secret)), (character) => character.charCodeAt(0));
    } catch {
      return refuse(`a secret is ${prefix} and base64`);
    }
  };
}

/** The key in secrets that are a prefix and any text. */
/* @__NO_SIDE_EFFECTS__ */
export function textKey(prefix = ""): (secret: string) => Uint8Array<ArrayBuffer> {
  return (secret) => new TextEncoder().encode(after(prefix, secret));
}

async function signed(
  signature: Signature,
  body: WebhookBody,
  secret: string,
  headerOf: (header: string) => string,
): Promise<string> {
  const { prefix = "", hash = "SHA-256", encode, key = textKey(), content = [null] } = signature;
  const algorithm = { name: "HMAC", hash };
  const usages: KeyUsage[] = ["sign"];
  const hmac = await crypto.subtle.importKey("raw", key(secret), algorithm, false, usages);
  const parts = content.flatMap((name, index) => [
    index ? (signature.delimiter ?? "") : "",
    name ? headerOf(name) : (body as BlobPart),
  ]);
  const bytes = await new Blob(parts).arrayBuffer();
  return prefix + encode(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, bytes)));
}

function after(prefix: string, secret: string): string {
  const key = secret.slice(prefix.length);
  return key && secret.startsWith(prefix) ? key : refuse(`a secret is ${prefix} and some text`);
}

/** Whether two texts are the same, told in a time that depends on the length of one alone. */
function same(expected: string, candidate: string): boolean {
  let difference = expected.length ^ candidate.length;
  for (let index = 0; index < expected.length; index++) {
    difference |= expected.charCodeAt(index) ^ candidate.charCodeAt(index);
  }
  return difference === 0;
}

function refuse(reason: string): never {
  throw new WebhookError(reason);
}
