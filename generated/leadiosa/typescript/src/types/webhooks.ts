/** Types of the resource webhooks. */

import { array, date, object, type Shape, string } from "../runtime/shapes.ts";
import { type Pagination, paginationShape } from "./shared.ts";

/** An endpoint of yours, and what is sent to it. */
export interface Webhook {
  /** Identifies the endpoint. */
  id: string;
  /** Where events are sent to. */
  url: string;
  /** Which events are sent there. */
  events: EventType[];
  /** When it was created. */
  createdAt: Date;
}

/** An endpoint to register. */
export interface NewWebhook {
  /** Where events are sent to. */
  url: string;
  /** Which events are sent there. */
  events: EventType[];
}

/** An endpoint as registered, with the secret that is shown this once. */
export interface CreatedWebhook {
  /** Identifies the endpoint. */
  id: string;
  /** Where events are sent to. */
  url: string;
  /** Which events are sent there. */
  events: EventType[];
  /** Signs the deliveries. It is never shown again. */
  secret: string;
  /** When it was created. */
  createdAt: Date;
}

/** What an event is about. */
export type EventType =
  | "conversation.created"
  | "conversation.updated"
  | "message.created"
  | "contact.deleted"
  | (string & {});

/** One page of webhook endpoints. */
export interface WebhookPage {
  /** The webhook endpoints of this page. */
  data: Webhook[];
  /** Whether there is more, and how to get it. */
  pagination: Pagination;
}

/** How values of `Webhook` are read and written. */
export const webhookShape: Shape<Webhook> = object({
  id: string,
  url: string,
  events: array(string),
  created_at: date,
});

/** How values of `CreatedWebhook` are read and written. */
export const createdWebhookShape: Shape<CreatedWebhook> = object({
  id: string,
  url: string,
  events: array(string),
  secret: string,
  created_at: date,
});

/** How values of `WebhookPage` are read and written. */
export const webhookPageShape: Shape<WebhookPage> = object({
  data: array(webhookShape),
  pagination: paginationShape,
});
