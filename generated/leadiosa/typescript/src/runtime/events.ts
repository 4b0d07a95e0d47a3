/** Server-sent events, parsed as the WHATWG HTML standard says (§9.2.6), and given their types. */

import type { Caller } from "./caller.ts";
import { APIConnectionError, APIError } from "./errors.ts";
import type { Events, Operation } from "./operation.ts";
import type { RequestOptions } from "./options.ts";
import { type Answer, invalid, place, type ResponseInfo } from "./response.ts";
import { any, ShapeError, type Unrecognized } from "./shapes.ts";

/** An event of a kind that this version does not know. */
export interface UnknownEvent {
  /** Its name; `message` where it has none. */
  readonly event: Unrecognized;
  /** Its data, as JSON where it is. */
  readonly data: unknown;
  /** The id of the last event that had one. */
  readonly id: string;
}

/** An event as it was sent. */
export interface RawEvent {
  /** Its name; `message` where it has none. */
  readonly event: string;
  /** Its data. */
  readonly data: string;
  /** The id of the last event that had one. */
  readonly id: string;
  /** Milliseconds to wait before connecting again, where it says. */
  readonly retry: number | undefined;
}

/** Events as they come: `for await` them; nothing is sent before that, and `break` hangs up. */
export interface EventStream<E> extends AsyncIterable<E> {
  /** Opens the stream, where it is not open, and tells of the answer. Throws where it is refused. */
  response(): Promise<ResponseInfo>;
  /** Hangs up; the server may stop working. */
  close(): void;
}

/** The events that an operation gives. */
export function stream<E>(
  caller: Caller,
  operation: Operation<unknown>,
  path: readonly unknown[],
  parameters: object = {},
  options: RequestOptions = {},
): EventStream<E> {
  const { events = { shapes: {} } } = operation;
  const connect = (id: string) => {
    const headers = { ...options.headers, ...(id ? { "last-event-id": id } : {}) };
    return caller.answer(operation, path, parameters, { ...options, headers }, hasEvents);
  };
  let answer: Promise<Answer> | undefined;
  let closed = false;
  const open = () => {
    answer ??= connect("");
    return answer;
  };
  const close = () => {
    closed = true;
    answer?.then(
      ({ close }) => close(),
      () => {},
    );
  };
  async function* read(): AsyncGenerator<E> {
    try {
      for (let id = ""; ; answer = connect(id)) {
        const current = await open();
        if (!hasEvents(current.raw)) {
          throw invalid(current.info, current.content, "it is no stream of events");
        }
        const before = id;
        try {
          for await (const raw of parseEvents(current.raw.body)) {
            id = raw.id;
            yield typedEvent(raw, events, current) as E;
            if (events.final?.includes(raw.event)) return;
          }
          if (!events.final?.length || closed) return;
          throw new TypeError("it broke off before its final event");
        } catch (error) {
          options.signal?.throwIfAborted();
          if (closed) return;
          if (error instanceof APIError || !(error instanceof TypeError)) throw error;
          if (!events.resumable || id === before) throw broken(current.info, error);
        }
      }
    } finally {
      close();
    }
  }
  return {
    [Symbol.asyncIterator]: read,
    response: async () => (await open()).info,
    close,
  };
}

/** The events in a body, however its bytes are cut; what follows the last blank line is none. */
export async function* parseEvents(
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null,
): AsyncGenerator<RawEvent> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let id = "";
  let event = "";
  let data = "";
  let retry: number | undefined;
  let returned = false;
  try {
    for (;;) {
      const chunk = await reader?.read();
      if (!chunk || chunk.done) return;
      const text = decoder.decode(chunk.value, { stream: true });
      const lines = (rest + (returned ? text.replace(/^\n/, "") : text)).split(/\r\n|\n|\r/);
      if (text) returned = text.endsWith("\r");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (!line) {
          if (data) yield { event: event || "message", data: data.slice(0, -1), id, retry };
          event = data = "";
          retry = undefined;
          continue;
        }
        const colon = line.indexOf(":");
        const name = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (name === "data") data += `${value}\n`;
        else if (name === "event") event = value;
        else if (name === "id" && !value.includes("\0")) id = value;
        else if (name === "retry" && /^\d+$/.test(value)) retry = Number(value);
      }
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

/** Whether an answer is a stream of events, or does not say what it is. */
function hasEvents({ headers }: Response): boolean {
  return /^(text\/event-stream *(;|$)|$)/i.test(headers.get("content-type") ?? "");
}

function typedEvent({ event, data, id }: RawEvent, { shapes }: Events, answer: Answer): unknown {
  const shape = Object.hasOwn(shapes, event) ? shapes[event] : undefined;
  try {
    return { event, data: (shape ?? any).read(JSON.parse(data)), id };
  } catch (error) {
    if (!(error instanceof ShapeError || error instanceof SyntaxError)) throw error;
    if (!shape) return { event, data, id };
    const { path, message } = error as ShapeError;
    const reason = path === undefined ? "it is not JSON" : `${path} ${message}`.trim();
    throw invalid(answer.info, data, `the data of an event "${event}": ${reason}`);
  }
}

function broken({ request }: ResponseInfo, { message }: Error): APIConnectionError {
  return new APIConnectionError(`${place(request)}: ${message}`, {
    request,
    sent: true,
    reason: message,
  });
}
