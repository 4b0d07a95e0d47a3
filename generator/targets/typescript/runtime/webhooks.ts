/** Webhooks: signatures made and checked in constant time, by one declaration for both. */

/** How an API signs: an HMAC of `components`, joined by `delimiter`, in `header`. */
export interface Signature {
  /** The header that carries it. */
  readonly header: string;
  /** What stands before the digest. */
  readonly prefix?: string;
  /** The hash; SHA-256 where not said. */
  readonly hash?: "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
  /** How the digest is written; `hex` where not said. */
  readonly encoding?: "hex" | "base64";
  /** What is signed, in this order; the body where not said. */
  readonly components?: readonly ("body" | "timestamp" | "message-id")[];
  /** What stands between the components. */
  readonly delimiter?: string;
  /** The header with the Unix time at which the event was sent. */
  readonly timestampHeader?: string;
  /** How many seconds that time may be off. */
  readonly tolerance?: number;
  /** The header with the id of the event. */
  readonly idHeader?: string;
  /** What every secret begins with, and is no part of the key. */
  readonly secretPrefix?: string;
  /** How the key is written in the secret; `utf-8` where not said. */
  readonly keyEncoding?: "utf-8" | "base64";
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
 * Check that one of `secrets` signed the delivery, and not too long ago, and read its body.
 *
 * `now` is a Unix time. Throws `WebhookError`.
 */
export async function verify(
  signature: Signature,
  body: WebhookBody,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  now: number = Date.now() / 1000,
): Promise<unknown> {
  const { header, timestampHeader, tolerance, idHeader = "webhook-id" } = signature;
  const all = new Headers(headers as Record<string, string>);
  const sent = all.get(header);
  if (!sent) throw new WebhookError(`it has no header ${header}`);
  const stamp = (timestampHeader && all.get(timestampHeader)) ?? "";
  const id = all.get(idHeader) ?? "";
  let matches = false;
  for (const secret of [secrets].flat()) {
    const expected = await signed(signature, bytesOf(body), secret, id, stamp);
    for (const candidate of sent.split(/\s+/)) matches = same(expected, candidate) || matches;
  }
  if (!matches) throw new WebhookError(`${header} was not made with this secret`);
  if (tolerance && !(/^\d+$/.test(stamp) && Math.abs(now - Number(stamp)) <= tolerance)) {
    throw new WebhookError(`it was not sent within ${tolerance} seconds of now`);
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytesOf(body)));
  } catch {
    throw new WebhookError("it is not JSON");
  }
}

/** The headers that a delivery of `body` carries. `timestamp` is a Unix time, in seconds. */
export async function sign(
  signature: Signature,
  body: WebhookBody,
  secret: string,
  { id = "", timestamp = Math.floor(Date.now() / 1000) }: { id?: string; timestamp?: number } = {},
): Promise<Record<string, string>> {
  const { header, components = [], timestampHeader = "", idHeader = "webhook-id" } = signature;
  return {
    [header]: await signed(signature, bytesOf(body), secret, id, String(timestamp)),
    ...(components.includes("timestamp") ? { [timestampHeader]: String(timestamp) } : {}),
    ...(components.includes("message-id") ? { [idHeader]: id } : {}),
  };
}

async function signed(
  signature: Signature,
  body: Uint8Array<ArrayBuffer>,
  secret: string,
  id: string,
  stamp: string,
): Promise<string> {
  const { prefix = "", hash = "SHA-256", encoding, components = ["body"], delimiter } = signature;
  const algorithm = { name: "HMAC", hash };
  const key = await crypto.subtle.importKey("raw", keyOf(signature, secret), algorithm, false, [
    "sign",
  ]);
  const parts = { body, timestamp: stamp, "message-id": id };
  const pieces = components.flatMap((name, index) => [index ? (delimiter ?? "") : "", parts[name]]);
  const content = await new Blob(pieces).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, content));
  return (
    prefix +
    (encoding === "base64"
      ? btoa(String.fromCharCode(...digest))
      : Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join(""))
  );
}

function keyOf(
  { secretPrefix = "", keyEncoding }: Signature,
  secret: string,
): Uint8Array<ArrayBuffer> {
  const key = secret.slice(secretPrefix.length);
  if (!key || !secret.startsWith(secretPrefix)) {
    throw new WebhookError(`a secret is ${secretPrefix} and some text`);
  }
  if (keyEncoding !== "base64") return bytesOf(key);
  try {
    return Uint8Array.from(atob(key), (character) => character.charCodeAt(0));
  } catch {
    throw new WebhookError("a secret is not base64");
  }
}

/** Whether two texts are the same, told in a time that depends on the length of one alone. */
function same(expected: string, candidate: string): boolean {
  let difference = expected.length ^ candidate.length;
  for (let index = 0; index < expected.length; index++) {
    difference |= expected.charCodeAt(index) ^ candidate.charCodeAt(index);
  }
  return difference === 0;
}

function bytesOf(body: WebhookBody): Uint8Array<ArrayBuffer> {
  return typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
}
