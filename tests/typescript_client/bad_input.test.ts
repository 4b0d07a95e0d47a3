/** The generated Aloha client, given what nobody should: by a server, byte by byte, and by a caller. */

import assert from "node:assert/strict";
import { type AddressInfo, createServer, type Server } from "node:net";
import { after, before, test } from "node:test";
import {
  Aloha,
  APIConnectionError,
  APIResponseError,
  APIResponseValidationError,
  APIStatusError,
  ArgumentError,
  errorFrom,
  InternalServerError,
  MissingCredentialsError,
  NotFoundError,
  ResponseTooLargeError,
} from "../../generated/aloha/typescript/src/index.ts";

const POST = {
  id: "p",
  status: "draft",
  content: "A note.",
  channels: [{ channel: "linkedin", status: "draft" }],
  createdAt: "2026-04-15T09:30:00Z",
};
const JSON_TYPE = "application/json";
const LIMIT = 10_000;

let server: Server;
let answers: string[] = [];
let asked: string[] = [];

before(async () => {
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (data) => {
      asked.push(data.toString("latin1"));
      socket.end(answers.shift() ?? "", "latin1");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
after(() => server.close());

/** A client of the server that answers with these bytes. */
function client(...bytes: string[]): Aloha {
  answers = bytes;
  asked = [];
  return new Aloha({
    apiKey: "s3cret",
    baseURL: origin(),
    maxRetries: 0,
    maxResponseBytes: LIMIT,
  });
}

function origin(host = "127.0.0.1"): string {
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

function answer(status: string, body: unknown, type = JSON_TYPE, more = ""): string {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const length = Buffer.byteLength(text, "latin1");
  return `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: ${length}\r\n${more}\r\n${text}`;
}

async function thrown(calling: () => unknown): Promise<Error> {
  try {
    await calling();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  throw new Error("nothing was thrown");
}

type Kind = new (message: string) => Error;

const ANSWERS: [name: string, bytes: string, kind: Kind, message: RegExp][] = [
  [
    "HTML instead of JSON",
    answer("200 OK", "<!doctype html>", "text/html"),
    APIResponseValidationError,
    /^the answer to GET \/v1\/posts\/p \(200, text\/html\) cannot be used: it is not JSON/,
  ],
  [
    "HTML instead of an error",
    answer("502 Bad Gateway", "<!doctype html>", "text/html"),
    InternalServerError,
    /^502: an answer of type text\/html \(GET \/v1\/posts\/p\)/,
  ],
  ["JSON that is cut off", answer("200 OK", '{"id": "p'), APIResponseValidationError, /cut off/],
  [
    "a body that is cut off",
    answer("200 OK", POST).replace(/content-length: \d+/, "content-length: 900"),
    APIConnectionError,
    /^GET \/v1\/posts\/p: /,
  ],
  [
    "a chunk that is none",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\nxx",
    APIConnectionError,
    /^GET \/v1\/posts\/p: /,
  ],
  [
    "a body that is not compressed as it says",
    answer("200 OK", POST, JSON_TYPE, "content-encoding: gzip\r\n"),
    APIConnectionError,
    /^GET \/v1\/posts\/p: /,
  ],
  ["what is no HTTP", "banana\r\n\r\n", APIConnectionError, /^GET \/v1\/posts\/p: /],
  ["nothing at all", "", APIConnectionError, /^GET \/v1\/posts\/p: /],
  [
    "a wrong type",
    answer("200 OK", { ...POST, channels: [...POST.channels, { channel: "x", status: 7 }] }),
    APIResponseValidationError,
    /\["channels"\]\[1\]\["status"\] a number is not a string$/,
  ],
  [
    "a moment that is none",
    answer("200 OK", { ...POST, createdAt: "yesterday" }),
    APIResponseValidationError,
    /\["createdAt"\] a string is not a date-time$/,
  ],
  [
    "a required member that is missing",
    answer("200 OK", { ...POST, content: undefined }),
    APIResponseValidationError,
    /\["content"\] it is missing$/,
  ],
  ["a list", answer("200 OK", []), APIResponseValidationError, /: an array is not an object$/],
  ["null", answer("200 OK", null), APIResponseValidationError, /: null is not an object$/],
  [
    "204, with a body at that, where there should be one",
    `HTTP/1.1 204 No Content\r\ncontent-length: 4\r\n\r\nnull`,
    APIResponseValidationError,
    /\(204, no content type\) cannot be used: it is empty$/,
  ],
  [
    "a status that nobody knows",
    answer("529 Overloaded", { error: { code: "overloaded", message: "Not now." } }),
    InternalServerError,
    /^529 overloaded: Not now\. /,
  ],
  ["another", answer("418 Teapot", ""), APIStatusError, /^418: an answer without a body /],
  [
    "an error that is not in the envelope",
    answer("404 Not Found", { detail: "?" }),
    NotFoundError,
    /^404: an answer of type application\/json /,
  ],
  [
    "an answer that is too large",
    answer("200 OK", { ...POST, content: "x".repeat(LIMIT) }),
    ResponseTooLargeError,
    /\(200, application\/json\) cannot be used: it is larger than 10000 bytes$/,
  ],
  [
    "a redirect to nowhere",
    answer("302 Found", "", JSON_TYPE, "location: http://[\r\n"),
    APIStatusError,
    /^302: /,
  ],
];

for (const [name, bytes, kind, message] of ANSWERS) {
  test(`an answer: ${name}`, async () => {
    const error = await thrown(() => client(bytes).posts.get("p"));
    assert.equal(error.constructor, kind);
    assert.match(error.message, message);
    if (error instanceof APIResponseError && !(error instanceof ResponseTooLargeError)) {
      const [, body = ""] = bytes.split("\r\n\r\n");
      assert.equal(error.response.text, error.status === 204 ? "" : body);
      assert.equal(error.response.status, error.status);
    }
    const again = errorFrom(JSON.parse(JSON.stringify(error)));
    assert.deepEqual([again?.constructor, again?.message], [kind, error.message]);
    assert.doesNotMatch(JSON.stringify(error), /s3cret/);
  });
}

test("an answer: a redirect to another host, which gets no credential", async () => {
  const elsewhere = `${origin("localhost")}/elsewhere`;
  const moved = answer("302 Found", "", JSON_TYPE, `location: ${elsewhere}\r\n`);
  const post = await client(moved, answer("200 OK", POST)).posts.get("p");
  assert.equal(post.id, "p");
  assert.match(asked[0] ?? "", /^GET \/v1\/posts\/p .*\nauthorization: Bearer s3cret\r\n/s);
  assert.match(asked[1] ?? "", /^GET \/elsewhere /);
  assert.doesNotMatch(asked[1] ?? "", /s3cret|authorization/i);
});

const CALLS: [name: string, call: (client: Aloha) => unknown, message: RegExp][] = [
  ["an empty path parameter", (to) => to.posts.get(""), /path parameter id must not be ""/],
  ["a path parameter that climbs", (to) => to.posts.get(".."), /id must not be "\.\."/],
  ["no path parameter", (to) => to.posts.get(undefined as never), /id must not be ""/],
  [
    "a header of two lines",
    (to) => to.posts.get("p", { headers: { "x-a": "1\r\nb: 2" } }),
    /"x-a"/,
  ],
  ["a header beyond Latin 1", (to) => to.posts.get("p", { headers: { "x-a": "☃" } }), /"x-a"/],
  ["no text", (to) => to.posts.get("p", { headers: { "x-a": undefined as never } }), /"x-a"/],
  ["a header without a name", (to) => to.posts.get("p", { headers: { "": "1" } }), /""/],
  [
    "a moment that is none",
    (to) => to.posts.create({ content: "A", channels: [], scheduledAt: new Date(Number.NaN) }),
    /^POST \/v1\/posts: .*time/i,
  ],
  [
    "a key of two lines",
    (to) => to.withOptions({ apiKey: "s3cret\n" }).posts.get("p"),
    /authorization/,
  ],
  ["an address that is none", (to) => to.withOptions({ baseURL: "aloha" }), /the base URL must be/],
];

for (const [name, call, message] of CALLS) {
  test(`a caller: ${name}`, async () => {
    const error = await thrown(() => call(client()));
    assert.equal(error.constructor, ArgumentError);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /s3cret/);
    assert.deepEqual(asked, []);
  });
}

test("a caller: no credential", async () => {
  const error = await thrown(() => new Aloha({ baseURL: origin() }).posts.get("p"));
  assert.equal(error.constructor, MissingCredentialsError);
  assert.match(error.message, /apiKey or accessToken/);
});
