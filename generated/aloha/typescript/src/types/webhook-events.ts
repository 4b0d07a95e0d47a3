/** What the webhooks carry. */

import { integer, object, type Shape, string } from "../runtime/shapes.ts";
import type { Channel } from "./shared.ts";

/** A post was scheduled. */
export interface PostScheduledEvent {
  /** Identifies the event. The same on every attempt, so drop what you have seen. */
  id: string;
  /** The event's name. */
  event: "post.scheduled";
  /** When it happened, in seconds of Unix time. */
  created: number;
  /** The post, and the channel it is about. */
  data: PostEventData;
}

/** A post was published. */
export interface PostPublishedEvent {
  /** Identifies the event. The same on every attempt, so drop what you have seen. */
  id: string;
  /** The event's name. */
  event: "post.published";
  /** When it happened, in seconds of Unix time. */
  created: number;
  /** The post, and the channel it is about. */
  data: PostEventData;
}

/** A post failed. */
export interface PostFailedEvent {
  /** Identifies the event. The same on every attempt, so drop what you have seen. */
  id: string;
  /** The event's name. */
  event: "post.failed";
  /** When it happened, in seconds of Unix time. */
  created: number;
  /** The post, the channel that would not take it, and why. */
  data: PostFailedEventData;
}

/** A reply was received. */
export interface ReplyReceivedEvent {
  /** Identifies the event. The same on every attempt, so drop what you have seen. */
  id: string;
  /** The event's name. */
  event: "reply.received";
  /** When it happened, in seconds of Unix time. */
  created: number;
  /** The thread that was written to. */
  data: ReplyReceivedEventData;
}

/** A matrix run was completed. */
export interface MatrixCompletedEvent {
  /** Identifies the event. The same on every attempt, so drop what you have seen. */
  id: string;
  /** The event's name. */
  event: "matrix.completed";
  /** When it happened, in seconds of Unix time. */
  created: number;
  /** The matrix that ran, and the job that ran it. */
  data: MatrixCompletedEventData;
}

/** The post, and the channel it is about. */
export interface PostEventData {
  /** The post's `id`. */
  postId: string;
  /** A network that posts are published on. */
  channel: Channel;
}

/** The post, the channel that would not take it, and why. */
export interface PostFailedEventData {
  /** The post's `id`. */
  postId: string;
  /** A network that posts are published on. */
  channel: Channel;
  /** Why the post failed there. */
  reason: string;
}

/** The thread that was written to. */
export interface ReplyReceivedEventData {
  /** The thread's `id`. */
  threadId: string;
  /** A network that posts are published on. */
  channel: Channel;
}

/** The matrix that ran, and the job that ran it. */
export interface MatrixCompletedEventData {
  /** The matrix's `id`. */
  matrixId: string;
  /** The `id` of the job, as the request that started it was answered. */
  jobId: string;
}

/** How values of `PostEventData` are read and written. */
export const postEventDataShape: Shape<PostEventData> = object({ postId: string, channel: string });

/** How values of `PostScheduledEvent` are read and written. */
export const postScheduledEventShape: Shape<PostScheduledEvent> = object({
  id: string,
  event: string,
  created: integer,
  data: postEventDataShape,
});

/** How values of `PostPublishedEvent` are read and written. */
export const postPublishedEventShape: Shape<PostPublishedEvent> = object({
  id: string,
  event: string,
  created: integer,
  data: postEventDataShape,
});

/** How values of `PostFailedEventData` are read and written. */
export const postFailedEventDataShape: Shape<PostFailedEventData> = object({
  postId: string,
  channel: string,
  reason: string,
});

/** How values of `PostFailedEvent` are read and written. */
export const postFailedEventShape: Shape<PostFailedEvent> = object({
  id: string,
  event: string,
  created: integer,
  data: postFailedEventDataShape,
});

/** How values of `ReplyReceivedEventData` are read and written. */
export const replyReceivedEventDataShape: Shape<ReplyReceivedEventData> = object({
  threadId: string,
  channel: string,
});

/** How values of `ReplyReceivedEvent` are read and written. */
export const replyReceivedEventShape: Shape<ReplyReceivedEvent> = object({
  id: string,
  event: string,
  created: integer,
  data: replyReceivedEventDataShape,
});

/** How values of `MatrixCompletedEventData` are read and written. */
export const matrixCompletedEventDataShape: Shape<MatrixCompletedEventData> = object({
  matrixId: string,
  jobId: string,
});

/** How values of `MatrixCompletedEvent` are read and written. */
export const matrixCompletedEventShape: Shape<MatrixCompletedEvent> = object({
  id: string,
  event: string,
  created: integer,
  data: matrixCompletedEventDataShape,
});
