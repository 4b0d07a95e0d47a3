/** Calls: answers and errors, new attempts, options and what is told. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as errors from "../../../generator/targets/typescript/runtime/errors.ts";
import type { Operation } from "../../../generator/targets/typescript/runtime/operation.ts";
import { request } from "../../../generator/targets/typescript/runtime/raw.ts";
import { any, date, object } from "../../../generator/targets/typescript/runtime/shapes.ts";
import {
  ADDRESS,
  connect,
  EXAMPLE,
  failure,
  InvalidCursorError,
  type Scripted,
} from "./scripted.ts";
import { GET, OK, POST, thing } from "./things.ts";

test("a call gives its value, unknown members kept", async () => {
  const { caller, sent } = connect([OK]);
  const promise = caller.call(GET, ["t1"]);
  assert.ok(promise instanceof Promise);
  assert.deepEqual(await promise, { id: "t1", extra: [1] });
  assert.deepEqual(await promise, { id: "t1", extra: [1] });
  assert.equal(sent.length, 1);
  assert.equal(String(sent[0]?.url), `${ADDRESS}/things/t1`);
  const names = ["accept", "authorization", "user-agent"];
  assert.deepEqual(
    names.map((name) => sent[0]?.headers.get(name)),
    ["application/json", "Bearer secret-key", "example-typescript/1.0.0"],
  );
});

test("what is known of an answer comes with it", async () => {
  const headers = {
    "x-request-id": "r1",
    "x-limit": "60",
    "x-remaining": "59",
    "x-reset": "1795305660",
    sunset: "soon",
  };
  const { caller } = connect([{ ...OK, headers }]);
  const { data, response } = await caller.call(GET, ["t1"]).withResponse();
  assert.equal(data.id, "t1");
  assert.equal(response.status, 200);
  assert.equal(response.requestId, "r1");
  assert.equal(response.deprecation, "sunset: soon");
  assert.deepEqual(response.rateLimit, {
    limit: 60,
    remaining: 59,
    reset: new Date(1795305660_000),
  });
  assert.deepEqual(caller.observed.rateLimit, response.rateLimit);
  assert.equal(response.headers.get("x-limit"), "60");
  assert.deepEqual(response.request, { method: "GET", url: `${ADDRESS}/things/t1` });
});

test("the raw response is there, not read; a refusal is still its error", async () => {
  const { caller, sent } = connect([{ text: "not json" }, { status: 404, json: {} }]);
  const response = await caller.call(GET, ["t1"]).asResponse();
  assert.equal(response.bodyUsed, false);
  assert.equal(await response.text(), "not json");
  assert.equal((await failure(caller.call(GET, ["t1"]).asResponse())).name, "NotFoundError");
  assert.equal(sent.length, 2);
});

test("a call that nobody awaits is sent, once", async () => {
  const { caller, sent } = connect([OK]);
  void caller.call(POST, [], { a: 1 });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(sent.length, 1);
});

const VALUES: [string, Partial<Operation<unknown>>, Scripted, unknown][] = [
  ["204", {}, { status: 204 }, undefined],
  ["nothing is wanted of a body", {}, { json: { a: 1 } }, undefined],
  ["204 among others", { returns: thing, statuses: { 204: null } }, { status: 204 }, undefined],
  [
    "another shape for another status",
    { returns: thing, statuses: { 202: object({ at: date }) } },
    { status: 202, json: { at: "2026-04-15T12:00:00Z" } },
    { at: new Date("2026-04-15T12:00:00Z") },
  ],
  ["an undocumented success", { returns: thing }, { ...OK, status: 299 }, { id: "t1", extra: [1] }],
  ["text", { returns: any, media: "text/html" }, { text: "<p>é" }, "<p>é"],
  [
    "JSON of another name",
    { returns: any, media: "application/problem+json" },
    { text: "[1]" },
    [1],
  ],
  ["a byte order mark", { returns: any }, { text: "\ufeff[1]" }, [1]],
];
for (const [name, more, answer, expected] of VALUES) {
  test(`a value: ${name}`, async () => {
    const { caller } = connect([answer]);
    assert.deepEqual(await caller.call({ method: "GET", path: "/", ...more }, []), expected);
  });
}

test("bytes are a Blob", async () => {
  const { caller } = connect([{ text: "AB" }]);
  const blob = await caller.call<Blob>(
    { method: "GET", path: "/", returns: any, media: "image/png" },
    [],
  );
  assert.equal(await blob.text(), "AB");
});

const UNREADABLE: [string, Scripted, RegExp][] = [
  [
    "HTML",
    { text: "<!doctype html>", headers: { "content-type": "text/html" } },
    /\(200, text\/html\) cannot be used: it is not JSON/,
  ],
  ["cut off", { text: '{"id": "t' }, /cut off/],
  ["empty", { text: "" }, /it is empty/],
  ["of another type", { json: { id: 1 } }, /\["id"\] a number is not a string/],
  ["without a required member", { json: {} }, /\["id"\] it is missing/],
  ["null", { json: null }, /used: null is not an object/],
  ["very deep", { text: "[".repeat(200_000) }, /cannot be used/],
];
for (const [name, answer, message] of UNREADABLE) {
  test(`an answer that is not as documented: ${name}`, async () => {
    const { caller, sent } = connect([answer]);
    const error = await failure(caller.call(GET, ["t1"]));
    assert.ok(error instanceof errors.APIResponseValidationError);
    assert.match(error.message, message);
    assert.match(error.message, /^the answer to GET \/v1\/things\/t1 \(200/);
    assert.equal(error.response.text, answer.text ?? JSON.stringify(answer.json));
    assert.equal(error.status, 200);
    assert.equal(sent.length, 1);
  });
}

test("an answer that is too large is refused, told or counted", async () => {
  for (const headers of [{}, { "content-length": "1000" }]) {
    const { caller } = connect(
      [{ ...OK, text: JSON.stringify({ id: "x".repeat(991) }), headers }],
      { maxResponseBytes: 999 },
    );
    const error = await failure(caller.call(GET, ["t1"]));
    assert.ok(error instanceof errors.ResponseTooLargeError);
    assert.match(error.message, /larger than 999 bytes/);
  }
});

const STATUSES: [number, typeof errors.APIStatusError][] = [
  [302, errors.APIStatusError],
  [400, errors.BadRequestError],
  [401, errors.AuthenticationError],
  [403, errors.PermissionDeniedError],
  [404, errors.NotFoundError],
  [405, errors.MethodNotAllowedError],
  [408, errors.RequestTimeoutError],
  [409, errors.ConflictError],
  [410, errors.GoneError],
  [412, errors.PreconditionFailedError],
  [413, errors.PayloadTooLargeError],
  [415, errors.UnsupportedMediaTypeError],
  [418, errors.APIStatusError],
  [422, errors.UnprocessableEntityError],
  [429, errors.RateLimitError],
  [500, errors.InternalServerError],
  [529, errors.InternalServerError],
];
for (const [status, kind] of STATUSES) {
  test(`${status} is a ${kind.name}`, async () => {
    const json = { error: { code: "some_code", message: "What happened.", request_id: "r1" } };
    const headers = { "retry-after": "7", "set-cookie": "session=secret" };
    const { caller } = connect([{ status, json, headers }], { maxRetries: 0 });
    const error = await failure(caller.call(GET, ["t1"], {}, { query: { q: "personal" } }));
    assert.ok(error instanceof kind);
    assert.equal(error.constructor, kind);
    assert.equal(error.name, kind.name);
    assert.equal(
      error.message,
      `${status} some_code: What happened. (GET /v1/things/t1, request id r1)`,
    );
    const { code, reason, requestId, retryAfter, body } = error as errors.APIStatusError;
    assert.deepEqual(
      { code, reason, requestId, retryAfter, body },
      { code: "some_code", reason: "What happened.", requestId: "r1", retryAfter: 7, body: json },
    );
    assert.doesNotMatch(JSON.stringify(error), /secret/);
  });
}

const ENVELOPES: [string, Scripted, Partial<errors.APIStatusError>][] = [
  [
    "a documented code",
    { status: 400, json: { error: { code: "invalid_cursor", message: "No." } } },
    { name: "InvalidCursorError", code: "invalid_cursor" },
  ],
  [
    "the code of another status",
    { status: 409, json: { error: { code: "invalid_cursor" } } },
    { name: "ConflictError", code: "invalid_cursor" },
  ],
  [
    "OAuth's",
    { status: 400, json: { error: "invalid_grant", error_description: "Gone." } },
    { code: "invalid_grant", reason: "Gone." },
  ],
  [
    "HTML",
    { status: 502, text: "<html>", headers: { "content-type": "text/html; charset=utf-8" } },
    { reason: "an answer of type text/html; charset=utf-8", code: "", body: "<html>" },
  ],
  [
    "nothing",
    { status: 500, text: "", headers: { "x-request-id": "r2" } },
    { requestId: "r2", code: "", reason: "an answer without a body" },
  ],
  ["other types", { status: 400, json: { error: { code: 7, message: [] } } }, { code: "" }],
  ["null", { status: 400, json: null }, { code: "", body: null }],
  [
    "a name of the prototype",
    { status: 400, json: { error: { code: "constructor" } } },
    { name: "BadRequestError" },
  ],
];
for (const [name, answer, expected] of ENVELOPES) {
  test(`an error's envelope: ${name}`, async () => {
    const { caller } = connect([answer], { maxRetries: 0 });
    const error = await failure(caller.call(GET, ["t1"]));
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(error[key], value, key);
  });
}

test("errors come back from JSON, from structuredClone, and from both", async () => {
  const json = { error: { code: "invalid_cursor", message: "No.", request_id: "r1" } };
  const { caller } = connect(
    [
      { status: 400, json, headers: { "retry-after": "3" } },
      new TypeError("x", { cause: { code: "ECONNRESET" } }),
      { text: "<" },
    ],
    { maxRetries: 0 },
  );
  const classes = EXAMPLE.errors?.classes ?? {};
  for (const kind of [
    InvalidCursorError,
    errors.APIConnectionError,
    errors.APIResponseValidationError,
  ]) {
    const error = (await failure(caller.call(GET, ["t1"]))) as unknown as errors.APIError;
    assert.equal(error.constructor, kind);
    const ways = [
      JSON.parse(JSON.stringify(error)),
      structuredClone(error),
      structuredClone(error.toJSON()),
    ];
    for (const data of ways) {
      const revived = errors.reviveError(data, classes);
      assert.equal(revived?.constructor, kind);
      assert.equal(revived?.message, error.message);
      assert.deepEqual(revived?.toJSON(), JSON.parse(JSON.stringify(error)));
    }
  }
  assert.equal(errors.reviveError({ name: "Error" }), undefined);
  assert.equal(errors.reviveError(undefined), undefined);
});

/** Method, answers before the good one, options, and how long was slept; null where it fails. */
const RETRIES: [string, Operation<unknown>, (Scripted | Error)[], object, number[] | null][] = [
  ["5xx, backing off", GET, [{ status: 500 }, { status: 529 }], {}, [500, 1000]],
  ["408", GET, [{ status: 408 }], {}, [500]],
  ["429, also a POST", POST, [{ status: 429 }], {}, [500]],
  ["5xx, but a POST", POST, [{ status: 500 }], {}, null],
  ["5xx, a POST that may be", POST, [{ status: 500 }], { idempotent: true }, [500]],
  [
    "5xx, a POST that is declared to be safe",
    { ...POST, idempotent: true },
    [{ status: 503 }],
    {},
    [500],
  ],
  ["a reset", GET, [reset("ECONNRESET")], {}, [500]],
  ["a reset, but a POST", POST, [reset("ECONNRESET")], {}, null],
  ["nobody there, also a POST", POST, [reset("ECONNREFUSED")], {}, [500]],
  ["a body that broke off is asked for again", GET, [reset("UND_ERR_SOCKET")], {}, [500]],
  ["4xx never", GET, [{ status: 404 }], {}, null],
  ["more often than was said", GET, [{ status: 500 }, { status: 500 }, { status: 500 }], {}, null],
  ["never, where so said", GET, [{ status: 500 }], { maxRetries: 0 }, null],
  ["Retry-After in seconds", GET, [{ status: 503, headers: { "retry-after": "7" } }], {}, [7000]],
  [
    "Retry-After as a date",
    GET,
    [{ status: 503, headers: { "retry-after": "Sun, 22 Nov 2026 00:00:09 GMT" } }],
    {},
    [9000],
  ],
  [
    "Retry-After in the past",
    GET,
    [{ status: 503, headers: { "retry-after": "Sun, 22 Nov 2020 00:00:09 GMT" } }],
    {},
    [0],
  ],
  [
    "Retry-After that is too long",
    GET,
    [{ status: 503, headers: { "retry-after": "61" } }],
    {},
    null,
  ],
  [
    "Retry-After that is none",
    GET,
    [{ status: 503, headers: { "retry-after": "soon" } }],
    {},
    [500],
  ],
  [
    "Retry-After below nothing",
    GET,
    [{ status: 503, headers: { "retry-after": "-1" } }],
    {},
    [500],
  ],
];
for (const [name, operation, script, options, expected] of RETRIES) {
  test(`tried again: ${name}`, async () => {
    const { caller, sent, slept } = connect([...script, OK]);
    const outcome = caller.call(operation, operation === GET ? ["t1"] : [], {}, options);
    if (expected) {
      assert.deepEqual(await outcome, OK.json);
      assert.deepEqual(slept, expected);
      assert.equal(sent.length, script.length + 1);
    } else {
      assert.ok((await failure(outcome)) instanceof errors.APIError);
      assert.equal(sent.length, Math.min(script.length, "maxRetries" in options ? 1 : 3));
    }
  });
}

test("waits grow to the longest, are drawn with jitter, and keep within the budget", async () => {
  const { caller, slept } = connect([{ status: 500 }], {
    maxRetries: 9,
    retries: { jitter: () => 0.5, maximum: 3000, budget: 5000 },
  });
  await failure(caller.call(GET, ["t1"]));
  assert.deepEqual(slept, [250, 500, 1000, 1500, 1500]);
});

test("a mistake of a middleware is not a connection error, and not tried again", async () => {
  let runs = 0;
  const mistake = async () => {
    runs += 1;
    throw new TypeError("mine");
  };
  const { caller, sent } = connect([OK], { middleware: [mistake] });
  assert.equal((await failure(caller.call(GET, ["t1"]))).message, "mine");
  assert.deepEqual([runs, sent.length], [1, 0]);
});

test("middleware is an onion, around every attempt", async () => {
  const seen: string[] = [];
  const layer =
    (name: string) => async (request: Request, next: (request: Request) => Promise<Response>) => {
      seen.push(`${name}>`);
      const headers = new Headers(request.headers);
      headers.append("x-layers", name);
      const response = await next(new Request(request, { headers }));
      seen.push(`<${name} ${response.status}`);
      return response;
    };
  const { caller, sent } = connect([{ status: 500 }, OK], { middleware: [layer("a"), layer("b")] });
  assert.equal((await caller.call(GET, ["t1"])).id, "t1");
  assert.deepEqual(seen, ["a>", "b>", "<b 500", "<a 500", "a>", "b>", "<b 200", "<a 200"]);
  assert.equal(sent[1]?.headers.get("x-layers"), "a, b");
});

test("an operation's end is told of once, the rest where it is asked for, and no secret ever", async () => {
  const told: [string, string][] = [];
  const write = (level: string) => (message: string, details?: object) =>
    told.push([level, message + JSON.stringify(details ?? {})]);
  const logger = { debug: write("debug"), info: write("info"), warn: write("warn") };
  const headers = { deprecation: "@1", sunset: "Sun, 22 Nov 2027 00:00:00 GMT" };
  const { caller } = connect([{ status: 500 }, { ...OK, headers }], { logger });
  for (const id of ["t1", "t2"]) await caller.call(GET, [id], {}, { query: { email: "personal" } });
  assert.deepEqual(
    told.map(([level]) => level),
    ["debug", "info", "debug", "warn", "debug"],
  );
  assert.equal(
    told[3]?.[1],
    "GET /things/{id} is deprecated: deprecation: @1, sunset: Sun, 22 Nov 2027 00:00:00 GMT{}",
  );
  assert.match(told[1]?.[1] ?? "", /InternalServerError, trying again in \d+ ms/);
  assert.doesNotMatch(JSON.stringify(told), /secret|personal/);
});

test("nor does a platform that repeats the address tell of its query", async () => {
  const told: string[] = [];
  const error = new TypeError(
    `error sending request for url (${ADDRESS}/things/t1?email=personal)`,
  );
  const logger = { info: (...words: unknown[]) => told.push(JSON.stringify(words)) };
  const { caller } = connect([error, OK], { logger });
  await caller.call(GET, ["t1"], {}, { query: { email: "personal" } });
  assert.equal(told.length, 1);
  assert.doesNotMatch(told.join(), /personal/);
  const alone = connect([error], { maxRetries: 0 });
  assert.doesNotMatch(String((await failure(alone.caller.call(GET, ["t1"]))).message), /personal/);
});

test("an aborted call is not sent, nor tried again, and ends with the caller's reason", async () => {
  const { caller, sent } = connect([{ status: 500 }]);
  const signal = AbortSignal.abort(new Error("enough"));
  assert.equal((await failure(caller.call(GET, ["t1"], {}, { signal }))).message, "enough");
  assert.equal(sent.length, 0);
});

test("any request may be sent", async () => {
  const { caller, sent } = connect([{ json: [1] }]);
  assert.deepEqual(
    await request(caller, "patch", "odd/path?x=1", { body: { a: 1 }, query: { y: 2 } }),
    [1],
  );
  assert.equal(sent[0]?.method, "PATCH");
  assert.equal(String(sent[0]?.url), `${ADDRESS}/odd/path?x=1&y=2`);
  assert.deepEqual(
    [sent[0]?.body, sent[0]?.headers.get("content-type")],
    ['{"a":1}', "application/json"],
  );
  await request(caller, "POST", "/bytes", { body: new Uint8Array([65]) });
  assert.deepEqual(
    [sent[1]?.body, sent[1]?.headers.get("content-type")],
    ["A", "application/octet-stream"],
  );
  await request(caller, "GET", "/nothing");
  assert.deepEqual([sent[2]?.body, sent[2]?.headers.get("content-type")], ["", null]);
});

function reset(code: string): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("it broke"), { code }) });
}
