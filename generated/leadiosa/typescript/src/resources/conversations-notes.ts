/** What your team writes beside a conversation. The contact never sees it. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type Note, type NotePage, notePageShape, noteShape } from "../types/conversations.ts";

/** What `client.conversations.notes.list` takes. */
export interface ConversationsNotesListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged. Leave it out to get
   * the first page.
   */
  after?: string | undefined;
}

/** What `client.conversations.notes.create` takes. */
export interface ConversationsNotesCreateParams {
  /** The text. */
  body: string;
}

const listOperation: Operation<NotePage> = {
  method: "GET",
  path: "/conversations/{conversation_id}/notes",
  query: ["limit", "after"],
  returns: notePageShape,
  pages: {
    rows: ["data"],
    next: cursor("after", ["pagination", "nextCursor"], ["pagination", "hasMore"]),
  },
};

const createOperation: Operation<Note> = {
  method: "POST",
  path: "/conversations/{conversation_id}/notes",
  body: {},
  returns: noteShape,
};

/** What your team writes beside a conversation. The contact never sees it. */
export class ConversationsNotes {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List the notes on a conversation.
   *
   * Returns one page of a conversation's notes, the oldest first. They are internal: the contact
   * never sees them, and no webhook tells of them.
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
   * for await (const note of client.conversations.notes.list("conv_8f3c12")) {
   *   console.log(note);
   * }
   * ```
   */
  list(
    conversationId: string,
    params?: ConversationsNotesListParams,
    options?: ListOptions,
  ): Paginator<Note> {
    return paginate(this.#caller, listOperation, [conversationId], params, options);
  }

  /**
   * Add a note to a conversation.
   *
   * Adds a note to a conversation, for your team. The contact never sees it, and no webhook tells
   * of it. A closed conversation takes notes, too.
   *
   * @param conversationId - The conversation's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `NotFoundError`: Your workspace has no conversation with this id.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const note = await client.conversations.notes.create("conv_8f3c12", {
   *   body: "Second wrong address this month. Ask billing to check the import.",
   * });
   * ```
   */
  create(
    conversationId: string,
    params: ConversationsNotesCreateParams,
    options?: RequestOptions,
  ): APIPromise<Note> {
    return this.#caller.call(createOperation, [conversationId], params, options);
  }
}
