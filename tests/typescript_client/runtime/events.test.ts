/** Streams of server-sent events: parsing, types, ends. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type EventStream,
  parseEvents,
  type RawEvent,
  stream,
} from "../../../generator/targets/typescript/runtime/events.ts";
import type { Events, Operation } from "../../../generator/targets/typescript/runtime/operation.ts";
import { date, object, string } from "../../../generator/targets/typescript/runtime/shapes.ts";
import { connect, failure, random } from "./scripted.ts";

function body(chunks: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function parsed(chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<RawEvent[]> {
  const events: RawEvent[] = [];
  for await (const event of parseEvents(body(chunks))) events.push(event);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const event = (data: string, more: Partial<RawEvent> = {}): RawEvent => ({
  event: "message",
  data,
  id: "",
  retry: undefined,
  ...more,
});

/** Texts and the events in them (WHATWG HTML §9.2.6). */
const TEXTS: [string, string, RawEvent[]][] = [
  ["several lines of data", "data: YHOO\ndata: +2\ndata: 10\n\n", [event("YHOO\n+2\n10")]],
  [
    "comments, ids, and one without an end",
    ": test\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third",
    [event("first", { id: "1" }), event("second")],
  ],
  ["data without a value", "data\n\ndata\ndata\n\ndata:", [event(""), event("\n")]],
  [
    "one space is not of the value",
    "data:test\n\ndata: test\n\ndata:  test\n\n",
    [event("test"), event("test"), event(" test")],
  ],
  [
    "names, which do not stay",
    "event: a\ndata: 1\n\ndata: 2\n\n",
    [event("1", { event: "a" }), event("2")],
  ],
  [
    "ids, which do",
    "id: 7\ndata: 1\n\ndata: 2\n\n",
    [event("1", { id: "7" }), event("2", { id: "7" })],
  ],
  ["an id with a null is none", "id: a\0b\ndata: 1\n\n", [event("1")]],
  ["times", "retry: 10\ndata: 1\n\nretry: x\ndata: 2\n\n", [event("1", { retry: 10 }), event("2")]],
  ["a name alone is no event", "event: a\n\n", []],
  [
    "every end of a line",
    "data: 1\r\ndata: 2\rdata: 3\n\r\n\rdata: 4\r\r",
    [event("1\n2\n3"), event("4")],
  ],
  ["a byte order mark", "\ufeffdata: 1\n\n", [event("1")]],
  ["characters of many bytes", "data: né ☃ 🐚\n\n", [event("né ☃ 🐚")]],
  ["unknown fields, and colons", "foo: 1\n:\ndata: a: b\n\n", [event("a: b")]],
];

for (const [name, text, expected] of TEXTS) {
  test(`events, wherever the bytes are cut: ${name}`, async () => {
    const whole = bytes(text);
    assert.deepEqual(await parsed([whole]), expected);
    for (let cut = 0; cut <= whole.length; cut++) {
      assert.deepEqual(
        await parsed([whole.slice(0, cut), whole.slice(cut)]),
        expected,
        `cut at ${cut}`,
      );
    }
    assert.deepEqual(await parsed(Array.from(whole, (byte) => Uint8Array.of(byte))), expected);
  });
}

test("any events, in any pieces", async () => {
  const next = random(3);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  for (let round = 0; round < 300; round++) {
    const end = pick(["\n", "\r\n", "\r"]);
    const expected = Array.from({ length: 1 + Math.floor(next() * 4) }, () =>
      event(pick(["a", "né\nb", " x", "", "\n"]), { event: pick(["message", "delta"]), id: "" }),
    );
    const text = expected
      .map(
        ({ event, data }) =>
          `event: ${event}${end}${data
            .split("\n")
            .map((line) => `data: ${line}${end}`)
            .join("")}${end}`,
      )
      .join(pick(["", `: comment${end}`, end]));
    const whole = bytes(text);
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < whole.length; ) {
      const size = 1 + Math.floor(next() * 9);
      chunks.push(whole.slice(at, at + size));
      at += size;
    }
    assert.deepEqual(await parsed(chunks), expected, JSON.stringify(text));
  }
});

const EVENTS: Events = {
  shapes: { delta: object({ text: string }), done: object({ ended_at: date }) },
  final: ["done"],
};
const CHAT: Operation<unknown> = {
  method: "POST",
  path: "/chat",
  body: {},
  media: "text/event-stream",
  events: EVENTS,
};
const DELTA = 'event: delta\ndata: {"text":"hi"}\nid: 1\n\n';
const SSE = { headers: { "content-type": "text/event-stream; charset=utf-8" } };
const DONE = 'event: done\ndata: {"ended_at":"2026-04-15T12:00:00Z"}\n\n';

async function all<T>(events: EventStream<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const each of events) found.push(each);
  return found;
}

test("events have their types, those that are not known too, and the final one ends the stream", async () => {
  const text = `${DELTA}event: later\ndata: {"a":1}\n\ndata: plain\n\n${DONE}${DELTA}`;
  const { caller, sent } = connect([{ text, ...SSE }]);
  const chat = stream(caller, CHAT, [], { message: "hi" });
  assert.equal(sent.length, 0);
  assert.equal((await chat.response()).status, 200);
  assert.deepEqual(await all(chat), [
    { event: "delta", data: { text: "hi" }, id: "1" },
    { event: "later", data: { a: 1 }, id: "1" },
    { event: "message", data: "plain", id: "1" },
    { event: "done", data: { endedAt: new Date("2026-04-15T12:00:00Z") }, id: "1" },
  ]);
  assert.equal(sent.length, 1);
  assert.equal(sent[0]?.headers.get("accept"), "text/event-stream");
  assert.equal(sent[0]?.body, '{"message":"hi"}');
});

for (const [name, text, kind, message] of [
  ["that ends too early", DELTA, "APIConnectionError", /broke off before its final event/],
  [
    "with data of another shape",
    'event: delta\ndata: {"text":1}\n\n',
    "APIResponseValidationError",
    /an event "delta": \["text"\] a number is not a string/,
  ],
  [
    "with data that is no JSON",
    "event: delta\ndata: {\n\n",
    "APIResponseValidationError",
    /an event "delta": it is not JSON/,
  ],
] as const) {
  test(`a stream ${name} is an error`, async () => {
    const { caller } = connect([{ text, ...SSE }]);
    const error = await failure(all(stream(caller, CHAT, [])));
    assert.equal(error.name, kind);
    assert.match(String(error.message), message);
  });
}

test("a stream without a final event ends with its body", async () => {
  const { caller } = connect([{ text: DELTA + DELTA, ...SSE }]);
  const operation = { ...CHAT, events: { shapes: EVENTS.shapes } };
  assert.equal((await all(stream(caller, operation, []))).length, 2);
});

for (const type of ["application/json", "text/html; charset=utf-8", "text/event-streams"]) {
  test(`an answer of type ${type} is no stream`, async () => {
    const { caller } = connect([{ text: DONE, headers: { "content-type": type } }]);
    const error = await failure(all(stream(caller, CHAT, [])));
    assert.equal(error.name, "APIResponseValidationError");
    assert.match(String(error.message), /is no stream of events/);
    assert.equal((error.response as { text: string }).text, DONE);
  });
}

test("a stream that is refused is its error, when it is opened and when it is read", async () => {
  const { caller } = connect([{ status: 403 }]);
  assert.equal((await failure(stream(caller, CHAT, []).response())).name, "PermissionDeniedError");
  assert.equal((await failure(all(stream(caller, CHAT, [])))).name, "PermissionDeniedError");
});

test("a stream goes on after its last event where the contract says so, and not without progress", async () => {
  const resumable = { ...CHAT, events: { ...EVENTS, resumable: true } };
  const { caller, sent } = connect([
    { text: DELTA, ...SSE },
    { text: DONE, ...SSE },
  ]);
  assert.deepEqual(
    (await all(stream<{ event: string }>(caller, resumable, []))).map(({ event }) => event),
    ["delta", "done"],
  );
  assert.deepEqual(
    sent.map(({ headers }) => headers.get("last-event-id")),
    [null, "1"],
  );
  const stuck = connect([
    { text: DELTA, ...SSE },
    { text: "", ...SSE },
  ]);
  assert.equal(
    (await failure(all(stream(stuck.caller, resumable, [])))).name,
    "APIConnectionError",
  );
  assert.equal(stuck.sent.length, 2);
});

test("a stream may last longer than the time-out, which is for its beginning", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const signals: AbortSignal[] = [];
  const fetch: typeof globalThis.fetch = async (_, init) => {
    signals.push(init?.signal as AbortSignal);
    return new Response(DELTA);
  };
  const { caller } = connect([], { fetch, timeout: 1000 });
  const chat = stream(caller, CHAT, []);
  await chat.response();
  context.mock.timers.tick(10_000);
  assert.equal(signals[0]?.aborted, false);
  chat.close();
  await chat.response();
  assert.equal(signals[0]?.aborted, true);
});
