/** The resource chat. */

import type { Caller } from "../runtime/caller.ts";
import { type EventStream, stream, type UnknownEvent } from "../runtime/events.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type Answer, answerShape, type Delta, deltaShape } from "../types/chat.ts";

/** What `client.chat.send` takes. */
export interface ChatSendParams {
  text: string;
  stream?: boolean | undefined;
}

/** An event of `client.chat.send`. */
export type ChatSendEvent =
  | { event: "delta"; data: Delta; id: string }
  | { event: "done"; data: Answer; id: string }
  | UnknownEvent;

const sendOperation: Operation<Answer> = {
  method: "POST",
  path: "/chat",
  body: {},
  returns: answerShape,
};

const sendStreamOperation: Operation<void> = {
  method: "POST",
  path: "/chat",
  body: {},
  media: "text/event-stream",
  events: { shapes: { delta: deltaShape, done: answerShape }, final: ["done"] },
};

/** The resource chat. */
export class Chat {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * sendChat.
   *
   * @example
   * ```ts
   * const chat = await client.chat.send({ text: "…" });
   * ```
   */
  send(params: ChatSendParams, options?: RequestOptions): APIPromise<Answer> {
    return this.#caller.call(sendOperation, [], params, options);
  }

  /**
   * sendChat.
   *
   * @example
   * ```ts
   * for await (const event of client.chat.sendStream({ text: "…" })) {
   *   console.log(event.data);
   * }
   * ```
   */
  sendStream(params: ChatSendParams, options?: RequestOptions): EventStream<ChatSendEvent> {
    return stream(this.#caller, sendStreamOperation, [], params, options);
  }
}
