/** What you publish, per channel, now or later. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type Post,
  type PostPage,
  type PostStatus,
  postPageShape,
  postShape,
} from "../types/posts.ts";
import type { Channel } from "../types/shared.ts";

/** What `client.posts.create` takes. */
export interface PostsCreateParams {
  /** What the post says. */
  content: string;
  /** Where to publish it. */
  channels: readonly Channel[];
  /** When to publish it (ISO 8601). Left out, the post is a draft. */
  scheduledAt?: Date | undefined;
}

/** What `client.posts.list` takes. */
export interface PostsListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged and sent with the same
   * filters. Leave it out to get the first page.
   */
  cursor?: string | undefined;
  /** Only posts for this channel, alone or among others. */
  channel?: Channel | undefined;
  /** Only posts whose `status` is this. */
  status?: PostStatus | undefined;
  /** Only posts whose `scheduledAt` is on this day, in UTC. A draft is on no day. */
  date?: string | undefined;
}

const createOperation: Operation<Post> = {
  method: "POST",
  path: "/v1/posts",
  body: {},
  returns: postShape,
};

const listOperation: Operation<PostPage> = {
  method: "GET",
  path: "/v1/posts",
  query: ["limit", "cursor", "channel", "status", "date"],
  returns: postPageShape,
  pages: { rows: ["data"], next: cursor("cursor", ["pagination", "nextCursor"]) },
};

const getOperation: Operation<Post> = { method: "GET", path: "/v1/posts/{id}", returns: postShape };

/** What you publish, per channel, now or later. */
export class Posts {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Create a post.
   *
   * Creates a post for one or more channels. With `scheduledAt` it is published at that time; a
   * time already past publishes it at once. Without, it stays a draft.
   *
   * The answer has the post's `id`, to read it back with, and where it stands on each channel.
   *
   * @throws `BadRequestError`: The request is not as documented.
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
   * const post = await client.posts.create({
   *   content: "a monday note.",
   *   channels: ["instagram", "linkedin"],
   *   scheduledAt: new Date("2026-04-15T09:30:00Z"),
   * });
   * ```
   */
  create(params: PostsCreateParams, options?: RequestOptions): APIPromise<Post> {
    return this.#caller.call(createOperation, [], params, options);
  }

  /**
   * List posts.
   *
   * Returns one page of your workspace's posts, the newest first. Combine `channel`, `status` and
   * `date` to narrow the list; a post is on it only if it matches all of them.
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
   * for await (const post of client.posts.list({ channel: "instagram", status: "scheduled" })) {
   *   console.log(post);
   * }
   * ```
   */
  list(params?: PostsListParams, options?: ListOptions): Paginator<Post> {
    return paginate(this.#caller, listOperation, [], params, options);
  }

  /**
   * Get a post.
   *
   * Returns the post with this id, and where it stands on each channel. The id of another
   * workspace's post is answered exactly like one that does not exist: with 404.
   *
   * @param id - The post's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The API key or access token is missing, malformed, unknown,
   *   expired or revoked.
   * @throws `PermissionDeniedError`: The access token's scopes are too few, or the request came
   *   over plain HTTP.
   * @throws `InsufficientScopeError`: The access token lacks the scope that the operation needs.
   * @throws `TlsRequiredError`: The request came over plain HTTP.
   * @throws `NotFoundError`: Your workspace has nothing with this id.
   * @throws `RateLimitError`: The workspace is over its plan's rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const post = await client.posts.get("post_01HYB7M3QK9XTR");
   * ```
   */
  get(id: string, options?: RequestOptions): APIPromise<Post> {
    return this.#caller.call(getOperation, [id], undefined, options);
  }
}
