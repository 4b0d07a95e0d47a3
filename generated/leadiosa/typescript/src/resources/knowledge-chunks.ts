/** The resource knowledge chunks. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import { type Chunk, type ChunkPage, chunkPageShape } from "../types/knowledge.ts";

/** What `client.knowledge.chunks.list` takes. */
export interface KnowledgeChunksListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged. Leave it out to get
   * the first page.
   */
  after?: string | undefined;
}

const listOperation: Operation<ChunkPage> = {
  method: "GET",
  path: "/knowledge/{article_id}/chunks",
  query: ["limit", "after"],
  returns: chunkPageShape,
  pages: {
    rows: ["data"],
    next: cursor("after", ["pagination", "nextCursor"], ["pagination", "hasMore"]),
  },
};

/** The resource knowledge chunks. */
export class KnowledgeChunks {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List the chunks of an article.
   *
   * Returns one page of the chunks that an article was cut into, in its own order.
   *
   * @param articleId - The article's `id`.
   * @throws `BadRequestError`: The request is not as documented, or its cursor cannot be used.
   * @throws `InvalidRequestError`: A query parameter is unknown, repeated, or not as documented.
   * @throws `InvalidCursorError`: The cursor was not given by this API for this list.
   * @throws `CursorExpiredError`: The data of the list has changed since the cursor was given.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `NotFoundError`: Your workspace has no article with this id.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * for await (const chunk of client.knowledge.chunks.list("art_6e09c4")) {
   *   console.log(chunk);
   * }
   * ```
   */
  list(
    articleId: string,
    params?: KnowledgeChunksListParams,
    options?: ListOptions,
  ): Paginator<Chunk> {
    return paginate(this.#caller, listOperation, [articleId], params, options);
  }
}
