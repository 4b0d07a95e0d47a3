/** The articles that answers are drawn from, and the chunks they are cut into. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type Article,
  type ArticlePage,
  articlePageShape,
  articleShape,
} from "../types/knowledge.ts";
import { KnowledgeChunks } from "./knowledge-chunks.ts";

/** What `client.knowledge.list` takes. */
export interface KnowledgeListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged. Leave it out to get
   * the first page.
   */
  after?: string | undefined;
}

/** What `client.knowledge.create` takes. */
export interface KnowledgeCreateParams {
  /** What the article is about. */
  title: string;
  /** The article's text. */
  content: string;
}

/** What `client.knowledge.update` takes. */
export interface KnowledgeUpdateParams {
  /** What the article is about. */
  title?: string | undefined;
  /** The article's text. */
  content?: string | undefined;
}

const listOperation: Operation<ArticlePage> = {
  method: "GET",
  path: "/knowledge",
  query: ["limit", "after"],
  returns: articlePageShape,
  pages: {
    rows: ["data"],
    next: cursor("after", ["pagination", "nextCursor"], ["pagination", "hasMore"]),
  },
};

const createOperation: Operation<Article> = {
  method: "POST",
  path: "/knowledge",
  body: {},
  returns: articleShape,
};

const getOperation: Operation<Article> = {
  method: "GET",
  path: "/knowledge/{article_id}",
  returns: articleShape,
};

const updateOperation: Operation<Article> = {
  method: "PATCH",
  path: "/knowledge/{article_id}",
  body: {},
  returns: articleShape,
};

const deleteOperation: Operation<void> = { method: "DELETE", path: "/knowledge/{article_id}" };

/** The articles that answers are drawn from, and the chunks they are cut into. */
export class Knowledge {
  /** The resource chunks. */
  readonly chunks: KnowledgeChunks;
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
    this.chunks = new KnowledgeChunks(caller);
  }

  /**
   * List articles.
   *
   * Returns one page of your knowledge base's articles, the newest first.
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
   * for await (const knowledge of client.knowledge.list()) {
   *   console.log(knowledge);
   * }
   * ```
   */
  list(params?: KnowledgeListParams, options?: ListOptions): Paginator<Article> {
    return paginate(this.#caller, listOperation, [], params, options);
  }

  /**
   * Add an article.
   *
   * Adds an article to the knowledge base by hand. It is cut into chunks, which answers are then
   * drawn from.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const knowledge = await client.knowledge.create({
   *   title: "Change your billing address",
   *   content: "Open Settings, choose Billing, and edit the address.",
   * });
   * ```
   */
  create(params: KnowledgeCreateParams, options?: RequestOptions): APIPromise<Article> {
    return this.#caller.call(createOperation, [], params, options);
  }

  /**
   * Get an article.
   *
   * Returns the article with this id. The id of another workspace's article is answered exactly
   * like one that does not exist: with 404.
   *
   * @param articleId - The article's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `NotFoundError`: Your workspace has no article with this id.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const knowledge = await client.knowledge.get("art_6e09c4");
   * ```
   */
  get(articleId: string, options?: RequestOptions): APIPromise<Article> {
    return this.#caller.call(getOperation, [articleId], undefined, options);
  }

  /**
   * Update an article.
   *
   * Changes an article. What is left out stays as it is; new content is cut into chunks anew.
   *
   * @param articleId - The article's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `NotFoundError`: Your workspace has no article with this id.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const knowledge = await client.knowledge.update("art_6e09c4", {
   *   content: "Open Settings, choose Billing, and edit the address.",
   * });
   * ```
   */
  update(
    articleId: string,
    params?: KnowledgeUpdateParams,
    options?: RequestOptions,
  ): APIPromise<Article> {
    return this.#caller.call(updateOperation, [articleId], params, options);
  }

  /**
   * Delete an article.
   *
   * Removes an article and its chunks from the knowledge base.
   *
   * @param articleId - The article's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `NotFoundError`: Your workspace has no article with this id.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * await client.knowledge.delete("art_6e09c4");
   * ```
   */
  delete(articleId: string, options?: RequestOptions): APIPromise<void> {
    return this.#caller.call(deleteOperation, [articleId], undefined, options);
  }
}
