/** Types of the resource posts. */

import { array, date, object, optional, type Shape, string } from "../runtime/shapes.ts";
import { type Channel, type Pagination, paginationShape } from "./shared.ts";

/** A post to create. */
export interface NewPost {
  /** What the post says. */
  content: string;
  /** Where to publish it. */
  channels: Channel[];
  /** When to publish it (ISO 8601). Left out, the post is a draft. */
  scheduledAt?: Date;
}

/** A post, and where it stands. */
export interface Post {
  /** Identifies the post. */
  id: string;
  /**
   * How far a post has come, on a channel or as a whole. As a whole it is `scheduled` until every
   * channel is through, then `failed` if one of them failed, else `published`.
   */
  status: PostStatus;
  /** What the post says. */
  content: string;
  /** Where the post stands on each of its channels, in the order they were given. */
  channels: PostChannel[];
  /** When the post is, or was, to be published (ISO 8601). A draft has none. */
  scheduledAt?: Date;
  /** When it was created (ISO 8601). */
  createdAt: Date;
}

/** A post on one channel. */
export interface PostChannel {
  /** A network that posts are published on. */
  channel: Channel;
  /**
   * How far a post has come, on a channel or as a whole. As a whole it is `scheduled` until every
   * channel is through, then `failed` if one of them failed, else `published`.
   */
  status: PostStatus;
  /** When the post was published there (ISO 8601). Absent until it is. */
  publishedAt?: Date;
  /** Why the post failed there. Absent unless it did. */
  failureReason?: string;
}

/**
 * How far a post has come, on a channel or as a whole. As a whole it is `scheduled` until every
 * channel is through, then `failed` if one of them failed, else `published`.
 */
export type PostStatus = "draft" | "scheduled" | "published" | "failed" | (string & {});

/** One page of posts. */
export interface PostPage {
  /** The posts of this page. */
  data: Post[];
  /** Where a page stands in its list. */
  pagination: Pagination;
}

/** How values of `PostChannel` are read and written. */
export const postChannelShape: Shape<PostChannel> = object({
  channel: string,
  status: string,
  publishedAt: optional(date),
  failureReason: optional(string),
});

/** How values of `Post` are read and written. */
export const postShape: Shape<Post> = object({
  id: string,
  status: string,
  content: string,
  channels: array(postChannelShape),
  scheduledAt: optional(date),
  createdAt: date,
});

/** How values of `PostPage` are read and written. */
export const postPageShape: Shape<PostPage> = object({
  data: array(postShape),
  pagination: paginationShape,
});
