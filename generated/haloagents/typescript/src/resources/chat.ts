/** Messages to the active agent, and its replies. */

import type { Caller } from "../runtime/caller.ts";
import { type EventStream, stream, type UnknownEvent } from "../runtime/events.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type ChatDelta,
  type ChatMessage,
  type ChatReply,
  chatDeltaShape,
  chatReplyShape,
  chatRequestShape,
} from "../types/chat.ts";
import { type ErrorObject, errorObjectShape } from "../types/shared.ts";

/** What `client.chat.send` takes. */
export interface ChatSendParams {
  /** What the visitor says. */
  message: string;
  /** The conversation so far, the oldest message first. */
  history?: readonly ChatMessage[] | undefined;
  /** What the visitor has been doing, for the agent to take into account. */
  behaviorContext?: string | undefined;
  /** Whatever else the agent should know; at most 10,000 characters of JSON. */
  customFields?: Record<string, unknown> | undefined;
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId?: string | undefined;
  /**
   * A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
   * `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where your
   * organization verifies identities and the user is not anonymous.
   */
  userToken?: string | undefined;
}

/** What `client.chat.stream` takes. */
export interface ChatStreamParams {
  /** What the visitor says. */
  message: string;
  /** The conversation so far, the oldest message first. */
  history?: readonly ChatMessage[] | undefined;
  /** What the visitor has been doing, for the agent to take into account. */
  behaviorContext?: string | undefined;
  /** Whatever else the agent should know; at most 10,000 characters of JSON. */
  customFields?: Record<string, unknown> | undefined;
  /**
   * The user, by the name that your own system gives them. One that starts with `anon_` is
   * anonymous.
   */
  userId?: string | undefined;
  /**
   * A JSON Web Token for this user, signed with HS256 under your Identity Secret. Its claims are
   * `user_id` (or `sub`), `exp`, and if you like `email`, `role` and `plan`. Needed only where your
   * organization verifies identities and the user is not anonymous.
   */
  userToken?: string | undefined;
}

/** An event of `client.chat.stream`. */
export type ChatStreamEvent =
  | { event: "delta"; data: ChatDelta; id: string }
  | { event: "done"; data: ChatReply; id: string }
  | { event: "error"; data: ErrorObject; id: string }
  | UnknownEvent;

const sendOperation: Operation<ChatReply> = {
  method: "POST",
  path: "/chat",
  body: { shape: chatRequestShape },
  returns: chatReplyShape,
};

const streamOperation: Operation<void> = {
  method: "POST",
  path: "/chat/stream",
  body: { shape: chatRequestShape },
  media: "text/event-stream",
  events: {
    shapes: { delta: chatDeltaShape, done: chatReplyShape, error: errorObjectShape },
    final: ["done", "error"],
  },
};

/** Messages to the active agent, and its replies. */
export class Chat {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Send a message and get the whole reply.
   *
   * Sends a message to the organization's active agent and answers with its complete reply.
   *
   * The API keeps no conversation: send the messages that came before as `history`, the oldest
   * first. Use `POST /chat/stream` to show the reply while it is being written.
   *
   * @throws `BadRequestError`: The request is not as documented, or over a size limit.
   * @throws `AuthenticationError`: The publishable key is missing or invalid.
   * @throws `PermissionDeniedError`: The organization verifies identities, `userId` is not
   *   anonymous, and `userToken` is missing, invalid, expired, or for another user.
   * @throws `NotFoundError`: The organization has no active agent.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const chat = await client.chat.send({
   *   message: "How long does a refund take?",
   *   userId: "anon_5f3c9a",
   * });
   * ```
   */
  send(params: ChatSendParams, options?: RequestOptions): APIPromise<ChatReply> {
    return this.#caller.call(sendOperation, [], params, options);
  }

  /**
   * Send a message and get the reply as it is written.
   *
   * Takes what `POST /chat` takes and gives the same reply, as a stream of server-sent events:
   * `delta` for each piece of it, in order, and `done` with the whole reply at the end.
   *
   * What goes wrong before the stream starts is answered with an ordinary JSON error; what goes
   * wrong later ends the stream with an `error` event. Hanging up stops the agent.
   *
   * @throws `BadRequestError`: The request is not as documented, or over a size limit.
   * @throws `AuthenticationError`: The publishable key is missing or invalid.
   * @throws `PermissionDeniedError`: The organization verifies identities, `userId` is not
   *   anonymous, and `userToken` is missing, invalid, expired, or for another user.
   * @throws `NotFoundError`: The organization has no active agent.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * for await (const event of client.chat.stream({
   *   message: "How long does a refund take?",
   *   userId: "anon_5f3c9a",
   * })) {
   *   console.log(event.data);
   * }
   * ```
   */
  stream(params: ChatStreamParams, options?: RequestOptions): EventStream<ChatStreamEvent> {
    return stream(this.#caller, streamOperation, [], params, options);
  }
}
