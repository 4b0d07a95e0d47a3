/** The webhooks of Webhooks: what arrives, proved and typed. */

import { type Shape, type Unrecognized, union } from "./runtime/shapes.ts";
import {
  hex,
  parse,
  type Signature,
  sign,
  verify,
  type WebhookBody,
  type WebhookHeaders,
} from "./runtime/webhooks.ts";
import {
  type DoorClosed,
  type DoorOpened,
  doorClosedShape,
  doorOpenedShape,
} from "./types/webhook-events.ts";

export {
  type WebhookBody,
  WebhookError,
  type WebhookHeaders,
  webhookErrorFrom,
} from "./runtime/webhooks.ts";

const SIGNATURE: Signature = { header: "X-Signature", prefix: "sha256=", encode: hex };

const EVENT: Shape<WebhookEvent> = /* @__PURE__ */ union("type", {
  "door.opened": doorOpenedShape,
  "door.closed": doorClosedShape,
});

/** What a webhook carries; its kind tells which. */
export type WebhookEvent =
  | DoorOpened
  | DoorClosed
  | { type: Unrecognized; [member: string]: unknown };

/**
 * Check that one of `secrets` signed the delivery, and not too long ago, and give its event.
 *
 * `body` is the delivery's body as it came, byte for byte; `now` a Unix time. While one secret
 * replaces another, both are given. Throws `WebhookError`.
 */
export async function verifyWebhook(
  body: WebhookBody,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  now?: number,
): Promise<WebhookEvent> {
  await verify(SIGNATURE, body, headers, secrets, now);
  return parse(body, EVENT);
}

/** As `verifyWebhook`, for a program that reads the body by itself, or only passes it on. */
export function verifySignature(
  body: WebhookBody,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  now?: number,
): Promise<void> {
  return verify(SIGNATURE, body, headers, secrets, now);
}

/**
 * The event in the body of a delivery that is proved already.
 *
 * Throws `WebhookError` where it is not as documented.
 */
export function parseWebhook(body: WebhookBody): WebhookEvent {
  return parse(body, EVENT);
}

/** The headers that a delivery of `body` carries; for tests. `timestamp` is a Unix time. */
export function signWebhook(
  body: WebhookBody,
  secret: string,
  delivery?: { id?: string; timestamp?: number },
): Promise<Record<string, string>> {
  return sign(SIGNATURE, body, secret, delivery);
}
