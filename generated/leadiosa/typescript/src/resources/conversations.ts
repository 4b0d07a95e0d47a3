/** Exchanges with a contact, from open to closed, and who takes care of them. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type Conversation,
  type ConversationPage,
  conversationPageShape,
  conversationShape,
  conversationUpdateShape,
  newConversationShape,
} from "../types/conversations.ts";
import type { ConversationStatus } from "../types/shared.ts";
import { ConversationsMessages } from "./conversations-messages.ts";
import { ConversationsNotes } from "./conversations-notes.ts";

/** What `client.conversations.list` takes. */
export interface ConversationsListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged. Leave it out to get
   * the first page.
   */
  after?: string | undefined;
}

/** What `client.conversations.create` takes. */
export interface ConversationsCreateParams {
  /** The contact it is about. */
  contactId: string;
  /** The member of the workspace who takes care of it. Absent where nobody does. */
  assigneeId?: string | undefined;
}

/** What `client.conversations.update` takes. */
export interface ConversationsUpdateParams {
  /** Where a conversation stands. */
  status?: ConversationStatus | undefined;
  /** The member of the workspace who takes care of it. Absent where nobody does. */
  assigneeId?: string | undefined;
}

const listOperation: Operation<ConversationPage> = {
  method: "GET",
  path: "/conversations",
  query: ["limit", "after"],
  returns: conversationPageShape,
  pages: {
    rows: ["data"],
    next: cursor("after", ["pagination", "nextCursor"], ["pagination", "hasMore"]),
  },
};

const createOperation: Operation<Conversation> = {
  method: "POST",
  path: "/conversations",
  body: { shape: newConversationShape },
  returns: conversationShape,
};

const getOperation: Operation<Conversation> = {
  method: "GET",
  path: "/conversations/{conversation_id}",
  returns: conversationShape,
};

const updateOperation: Operation<Conversation> = {
  method: "PATCH",
  path: "/conversations/{conversation_id}",
  body: { shape: conversationUpdateShape },
  returns: conversationShape,
};

/** Exchanges with a contact, from open to closed, and who takes care of them. */
export class Conversations {
  /** What is said in a conversation. */
  readonly messages: ConversationsMessages;
  /** What your team writes beside a conversation. The contact never sees it. */
  readonly notes: ConversationsNotes;
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
    this.messages = new ConversationsMessages(caller);
    this.notes = new ConversationsNotes(caller);
  }

  /**
   * List conversations.
   *
   * Returns one page of your workspace's conversations, the newest first.
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
   * for await (const conversation of client.conversations.list()) {
   *   console.log(conversation);
   * }
   * ```
   */
  list(params?: ConversationsListParams, options?: ListOptions): Paginator<Conversation> {
    return paginate(this.#caller, listOperation, [], params, options);
  }

  /**
   * Start a conversation.
   *
   * Starts a conversation with a contact. It is open, and assigned to nobody unless you say so.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `UnprocessableEntityError`: The body is as documented, and names somebody who is not
   *   there.
   * @throws `UnknownContactError`: Your workspace has no contact with this `contactId`.
   * @throws `UnknownAssigneeError`: Your workspace has no member with this `assigneeId`.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const conversation = await client.conversations.create({ contactId: "cont_51be07" });
   * ```
   */
  create(params: ConversationsCreateParams, options?: RequestOptions): APIPromise<Conversation> {
    return this.#caller.call(createOperation, [], params, options);
  }

  /**
   * Get a conversation.
   *
   * Returns the conversation with this id. The id of another workspace's conversation is answered
   * exactly like one that does not exist: with 404.
   *
   * @param conversationId - The conversation's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `NotFoundError`: Your workspace has no conversation with this id.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const conversation = await client.conversations.get("conv_8f3c12");
   * ```
   */
  get(conversationId: string, options?: RequestOptions): APIPromise<Conversation> {
    return this.#caller.call(getOperation, [conversationId], undefined, options);
  }

  /**
   * Update a conversation.
   *
   * Changes the status of a conversation, or who takes care of it, or both.
   *
   * An open conversation becomes pending or closed, a pending one open or closed, and a closed one
   * open again. Apart from that, a closed conversation cannot be changed: whatever else is asked of
   * it is answered with 409. Where a request has both, the status changes first.
   *
   * @param conversationId - The conversation's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `NotFoundError`: Your workspace has no conversation with this id.
   * @throws `ConflictError`: The conversation is closed, or the workspace is.
   * @throws `ConversationClosedError`: A closed conversation can be reopened, and nothing else.
   * @throws `WorkspaceClosedError`: A closed workspace takes no writes.
   * @throws `UnprocessableEntityError`: The body is as documented, and names somebody who is not
   *   there.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const conversation = await client.conversations.update("conv_8f3c12", {
   *   assigneeId: "user_c0a4d9",
   * });
   * ```
   */
  update(
    conversationId: string,
    params?: ConversationsUpdateParams,
    options?: RequestOptions,
  ): APIPromise<Conversation> {
    return this.#caller.call(updateOperation, [conversationId], params, options);
  }
}
