/** The webhooks of Aloha: what arrives, proved and typed. */

import type { Unrecognized } from "./runtime/shapes.ts";
import {
  type Signature,
  sign,
  verify,
  type WebhookBody,
  type WebhookHeaders,
} from "./runtime/webhooks.ts";
import type {
  MatrixCompletedEvent,
  PostFailedEvent,
  PostPublishedEvent,
  PostScheduledEvent,
  ReplyReceivedEvent,
} from "./types/webhook-events.ts";

export {
  type WebhookBody,
  WebhookError,
  type WebhookHeaders,
  webhookErrorFrom,
} from "./runtime/webhooks.ts";

const SIGNATURE: Signature = { header: "X-Aloha-Signature", prefix: "sha256=" };

/** What a webhook carries; its kind tells which. */
export type WebhookEvent =
  | PostScheduledEvent
  | PostPublishedEvent
  | PostFailedEvent
  | ReplyReceivedEvent
  | MatrixCompletedEvent
  | { event: Unrecognized; [member: string]: unknown };

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
  return (await verify(SIGNATURE, body, headers, secrets, now)) as WebhookEvent;
}

/** The headers that a delivery of `body` carries; for tests. `timestamp` is a Unix time. */
export function signWebhook(
  body: WebhookBody,
  secret: string,
  delivery?: { id?: string; timestamp?: number },
): Promise<Record<string, string>> {
  return sign(SIGNATURE, body, secret, delivery);
}
