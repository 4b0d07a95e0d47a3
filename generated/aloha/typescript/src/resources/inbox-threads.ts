/** The resource inbox threads. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import { type InboxThread, type InboxThreadPage, inboxThreadPageShape } from "../types/inbox.ts";

/** What `client.inbox.threads.list` takes. */
export interface InboxThreadsListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged and sent with the same
   * filters. Leave it out to get the first page.
   */
  cursor?: string | undefined;
}

const listOperation: Operation<InboxThreadPage> = {
  method: "GET",
  path: "/v1/inbox/threads",
  query: ["limit", "cursor"],
  returns: inboxThreadPageShape,
  pages: { rows: ["data"], next: cursor("cursor", ["pagination", "nextCursor"]) },
};

/** The resource inbox threads. */
export class InboxThreads {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List inbox threads.
   *
   * Returns one page of your workspace's inbox: the threads of all channels in one list, the one
   * that was written to last first.
   *
   * @throws `BadRequestError`: The request is not as documented, or its cursor cannot be used.
   * @throws `InvalidRequestError`: A query parameter is unknown, repeated, or not as documented.
   * @throws `InvalidCursorError`: The cursor was not given by this API, or was given for other
   *   filters.
   * @throws `AuthenticationError`: The API key or access token is missing, malformed, unknown,
   *   expired or revoked.
   * @throws `PermissionDeniedError`: The access token's scopes are too few, or the request came
   *   over plain HTTP.
   * @throws `InsufficientScopeError`: The access token lacks the scope that the operation needs.
   * @throws `TlsRequiredError`: The request came over plain HTTP.
   * @throws `RateLimitError`: The workspace is over its plan's rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * for await (const thread of client.inbox.threads.list()) {
   *   console.log(thread);
   * }
   * ```
   */
  list(params?: InboxThreadsListParams, options?: ListOptions): Paginator<InboxThread> {
    return paginate(this.#caller, listOperation, [], params, options);
  }
}
