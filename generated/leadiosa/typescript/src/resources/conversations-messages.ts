/** What is said in a conversation. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type Message,
  type MessagePage,
  messagePageShape,
  messageShape,
} from "../types/conversations.ts";
import type { MessageAuthor } from "../types/shared.ts";

/** What `client.conversations.messages.list` takes. */
export interface ConversationsMessagesListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged. Leave it out to get
   * the first page.
   */
  after?: string | undefined;
}

/** What `client.conversations.messages.create` takes. */
export interface ConversationsMessagesCreateParams {
  /** The text. */
  body: string;
  /** Whose message it is, the contact's or your team's. */
  author?: MessageAuthor | undefined;
}

const listOperation: Operation<MessagePage> = {
  method: "GET",
  path: "/conversations/{conversation_id}/messages",
  query: ["limit", "after"],
  returns: messagePageShape,
  pages: {
    rows: ["data"],
    next: cursor("after", ["pagination", "nextCursor"], ["pagination", "hasMore"]),
  },
};

const createOperation: Operation<Message> = {
  method: "POST",
  path: "/conversations/{conversation_id}/messages",
  body: {},
  returns: messageShape,
};

/** What is said in a conversation. */
export class ConversationsMessages {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List the messages of a conversation.
   *
   * Returns one page of a conversation's thread, the oldest message first. Notes are not in it.
   *
   * @param conversationId - The conversation's `id`.
   * @throws `BadRequestError`: The request is not as documented, or its cursor cannot be used.
   * @throws `InvalidRequestError`: A query parameter is unknown, repeated, or not as documented.
   * @throws `InvalidCursorError`: The cursor was not given by this API for this list.
   * @throws `CursorExpiredError`: The data of the list has changed since the cursor was given.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `NotFoundError`: Your workspace has no conversation with this id.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * for await (const message of client.conversations.messages.list("conv_8f3c12")) {
   *   console.log(message);
   * }
   * ```
   */
  list(
    conversationId: string,
    params?: ConversationsMessagesListParams,
    options?: ListOptions,
  ): Paginator<Message> {
    return paginate(this.#caller, listOperation, [conversationId], params, options);
  }

  /**
   * Append a message to a conversation.
   *
   * Appends a message to a conversation's thread, where the contact sees it. It comes from your
   * team unless you say that it came from the contact. A closed conversation takes none.
   *
   * @param conversationId - The conversation's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `NotFoundError`: Your workspace has no conversation with this id.
   * @throws `ConflictError`: The conversation is closed, or the workspace is.
   * @throws `ConversationClosedError`: A closed conversation can be reopened, and nothing else.
   * @throws `WorkspaceClosedError`: A closed workspace takes no writes.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const message = await client.conversations.messages.create("conv_8f3c12", {
   *   body: "We have corrected it. A new one is in your inbox.",
   * });
   * ```
   */
  create(
    conversationId: string,
    params: ConversationsMessagesCreateParams,
    options?: RequestOptions,
  ): APIPromise<Message> {
    return this.#caller.call(createOperation, [conversationId], params, options);
  }
}
