/** What the webhooks carry. */

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
