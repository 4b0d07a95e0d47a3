/** The endpoints of yours that events are sent to. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type CreatedWebhook,
  createdWebhookShape,
  type EventType,
  type Webhook,
  type WebhookPage,
  webhookPageShape,
} from "../types/webhooks.ts";

/** What `client.webhooks.list` takes. */
export interface WebhooksListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged. Leave it out to get
   * the first page.
   */
  after?: string | undefined;
}

/** What `client.webhooks.create` takes. */
export interface WebhooksCreateParams {
  /** Where events are sent to. */
  url: string;
  /** Which events are sent there. */
  events: readonly EventType[];
}

const listOperation: Operation<WebhookPage> = {
  method: "GET",
  path: "/webhooks",
  query: ["limit", "after"],
  returns: webhookPageShape,
  pages: {
    rows: ["data"],
    next: cursor("after", ["pagination", "nextCursor"], ["pagination", "hasMore"]),
  },
};

const createOperation: Operation<CreatedWebhook> = {
  method: "POST",
  path: "/webhooks",
  body: {},
  returns: createdWebhookShape,
};

const deleteOperation: Operation<void> = { method: "DELETE", path: "/webhooks/{webhook_id}" };

/** The endpoints of yours that events are sent to. */
export class Webhooks {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List webhook endpoints.
   *
   * Returns one page of your workspace's webhook endpoints, the newest first, without their
   * secrets.
   *
   * @throws `BadRequestError`: The request is not as documented, or its cursor cannot be used.
   * @throws `InvalidRequestError`: A query parameter is unknown, repeated, or not as documented.
   * @throws `InvalidCursorError`: The cursor was not given by this API for this list.
   * @throws `CursorExpiredError`: The data of the list has changed since the cursor was given.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * for await (const webhook of client.webhooks.list()) {
   *   console.log(webhook);
   * }
   * ```
   */
  list(params?: WebhooksListParams, options?: ListOptions): Paginator<Webhook> {
    return paginate(this.#caller, listOperation, [], params, options);
  }

  /**
   * Register a webhook endpoint.
   *
   * Registers an endpoint of yours for the events you name. The answer has the secret that
   * deliveries are signed with, this once: keep it. An endpoint in a private or loopback network is
   * answered with 422.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `UnprocessableEntityError`: The body is as documented, and its URL cannot be sent to.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const webhook = await client.webhooks.create({
   *   url: "https://hooks.example.com/leadiosa",
   *   events: ["conversation.created", "message.created"],
   * });
   * ```
   */
  create(params: WebhooksCreateParams, options?: RequestOptions): APIPromise<CreatedWebhook> {
    return this.#caller.call(createOperation, [], params, options);
  }

  /**
   * Remove a webhook endpoint.
   *
   * Removes an endpoint. Nothing is sent to it any more, retries included.
   *
   * @param webhookId - The endpoint's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `NotFoundError`: Your workspace has no webhook endpoint with this id.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * await client.webhooks.delete("wh_d34a70");
   * ```
   */
  delete(webhookId: string, options?: RequestOptions): APIPromise<void> {
    return this.#caller.call(deleteOperation, [webhookId], undefined, options);
  }
}
