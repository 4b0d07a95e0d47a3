/** Parameters and bodies as they are sent. */

import assert from "node:assert/strict";
import { test } from "node:test";
import * as bodies from "../../../generator/targets/typescript/runtime/bodies.ts";
import { cookies } from "../../../generator/targets/typescript/runtime/cookies.ts";
import type {
  Body,
  Operation,
  Parameter,
  Style,
} from "../../../generator/targets/typescript/runtime/operation.ts";
import { any, object, string } from "../../../generator/targets/typescript/runtime/shapes.ts";
import * as styles from "../../../generator/targets/typescript/runtime/styles.ts";
import { connect, failure } from "./scripted.ts";

const list = ["blue", "black", "brown"];
const map = { R: 100, G: 200, B: 150 };

/** The examples of OpenAPI 3.1 §4.8.12.4, and what they leave open. */
const PATHS: [Style | undefined, unknown, string][] = [
  [undefined, "blue", "blue"],
  [undefined, list, "blue,black,brown"],
  [undefined, map, "R,100,G,200,B,150"],
  [undefined, "a/b ?#%é", "a%2Fb%20%3F%23%25%C3%A9"],
  [undefined, 7, "7"],
  [undefined, new Date("2026-04-15T09:30:00Z"), "2026-04-15T09%3A30%3A00Z"],
  [styles.simple(true), map, "R=100,G=200,B=150"],
  [styles.label(), "blue", ".blue"],
  [styles.label(), list, ".blue,black,brown"],
  [styles.label(true), list, ".blue.black.brown"],
  [styles.label(true), map, ".R=100.G=200.B=150"],
  [styles.matrix(), "blue", ";x=blue"],
  [styles.matrix(), list, ";x=blue,black,brown"],
  [styles.matrix(), map, ";x=R,100,G,200,B,150"],
  [styles.matrix(true), list, ";x=blue;x=black;x=brown"],
  [styles.matrix(true), map, ";R=100;G=200;B=150"],
  [styles.asJSON(styles.simple()), { a: 1 }, "%7B%22a%22%3A1%7D"],
];

for (const [style, value, expected] of PATHS) {
  test(`a path parameter: ${expected}`, async () => {
    const { caller, sent } = connect([{}]);
    const segments = style && { segments: { x: style } };
    await caller.call({ method: "GET", path: "/at/{x}/end", ...segments }, [value]);
    assert.equal(sent[0]?.url.pathname, `/v1/at/${expected}/end`);
  });
}

for (const value of ["", ".", "..", null, undefined, [], {}]) {
  test(`a path parameter that would name another path: ${JSON.stringify(value)}`, async () => {
    const { caller, sent } = connect([{}]);
    const error = await failure(caller.call({ method: "GET", path: "/at/{x}" }, [value]));
    assert.equal(error.name, "ArgumentError");
    assert.match(String(error.message), /GET \/at\/\{x\}: the path parameter x/);
    assert.equal(sent.length, 0);
  });
}

const QUERIES: [Style | undefined, unknown, string][] = [
  [undefined, "blue", "?x=blue"],
  [undefined, "", "?x="],
  [undefined, false, "?x=false"],
  [undefined, 0, "?x=0"],
  [undefined, list, "?x=blue&x=black&x=brown"],
  [undefined, map, "?R=100&G=200&B=150"],
  [undefined, [], ""],
  [undefined, null, ""],
  [undefined, undefined, ""],
  [undefined, [1, null, 2], "?x=1&x=2"],
  [undefined, "a&b=c d+é", "?x=a%26b%3Dc%20d%2B%C3%A9"],
  [undefined, new Date("2026-04-15T09:30:00.125Z"), "?x=2026-04-15T09%3A30%3A00.125Z"],
  [styles.form(false), list, "?x=blue,black,brown"],
  [styles.form(false), map, "?x=R,100,G,200,B,150"],
  [styles.form(false), [], ""],
  [styles.form(true, true), "a/b?c&d#[e]", "?x=a/b?c%26d%23[e]"],
  [styles.spaceDelimited, list, "?x=blue%20black%20brown"],
  [styles.pipeDelimited, list, "?x=blue%7Cblack%7Cbrown"],
  [
    styles.deepObject,
    { R: 100, tags: ["a", "b"], none: undefined },
    "?x%5BR%5D=100&x%5Btags%5D=a&x%5Btags%5D=b",
  ],
  [styles.asJSON(styles.form()), { a: [1] }, "?x=%7B%22a%22%3A%5B1%5D%7D"],
  [
    styles.shaped(object({ first_name: string }), styles.deepObject),
    { firstName: "Ada" },
    "?x%5Bfirst_name%5D=Ada",
  ],
];

for (const [style, value, expected] of QUERIES) {
  test(`a query parameter: ${expected || JSON.stringify(value)}`, async () => {
    const { caller, sent } = connect([{}]);
    const query: Parameter[] = [style ? { name: "x", style } : { name: "x" }];
    await caller.call({ method: "GET", path: "/", query }, [], { x: value });
    assert.equal(sent[0]?.url.search.replaceAll("[e]", "[e]"), expected);
  });
}

test("parameters are told by their names in camel case, and the rest is the body", async () => {
  const { caller, sent } = connect([{}]);
  const operation: Operation<unknown> = {
    method: "POST",
    path: "/a",
    query: ["updated_since", "limit"],
    headers: [
      { name: "X-Trace", as: "xTrace" },
      { name: "X-Ids", as: "ids", style: styles.header() },
    ],
    cookies: cookies("session"),
    body: {},
  };
  const params = {
    updatedSince: "now",
    xTrace: "t",
    ids: [1, 2],
    session: "s;",
    content: "hi",
    none: null,
    left: undefined,
  };
  await caller.call(operation, [], params, { query: { limit: 5, more: "m" } });
  const [{ url, headers, body }] = sent as [(typeof sent)[0]];
  assert.equal(url.search, "?updated_since=now&limit=5&more=m");
  assert.equal(headers.get("x-trace"), "t");
  assert.equal(headers.get("x-ids"), "1,2");
  assert.equal(headers.get("cookie"), "session=s%3B");
  assert.equal(body, '{"content":"hi","none":null}');
});

const BODIES: [string, Body, unknown, string | RegExp, string | RegExp | null][] = [
  [
    "JSON",
    {},
    { at: new Date("2026-04-15T09:30:00Z") },
    '{"at":"2026-04-15T09:30:00Z"}',
    "application/json",
  ],
  ["no member", {}, {}, "{}", "application/json"],
  ["an optional one without a member", { optional: true }, { a: undefined }, "", null],
  ["a whole one", { property: "body" }, { body: [1] }, "[1]", "application/json"],
  ["a whole null", { property: "body" }, { body: null }, "null", "application/json"],
  ["a whole one, left out", { property: "body" }, {}, "", null],
  [
    "renamed members",
    { shape: object({ first_name: string }) },
    { firstName: "Ada", odd_one: 1 },
    '{"first_name":"Ada","odd_one":1}',
    "application/json",
  ],
  [
    "JSON by another name",
    { encode: bodies.jsonAs("application/merge-patch+json") },
    { a: null },
    '{"a":null}',
    "application/merge-patch+json",
  ],
  [
    "a form",
    { encode: bodies.urlEncoded() },
    { a: "x y&", b: [1, 2], c: undefined },
    "a=x%20y%26&b=1&b=2",
    "application/x-www-form-urlencoded",
  ],
  [
    "a form with a JSON part",
    { encode: bodies.urlEncoded({ a: "application/json" }) },
    { a: { b: 1 } },
    "a=%7B%22b%22%3A1%7D",
    "application/x-www-form-urlencoded",
  ],
  [
    "text",
    { property: "body", encode: bodies.plain("text/csv") },
    { body: "é,1" },
    "é,1",
    "text/csv; charset=utf-8",
  ],
  [
    "bytes",
    { property: "body", encode: bodies.plain("image/png") },
    { body: new Uint8Array([65, 66]) },
    "AB",
    "image/png",
  ],
  [
    "a blob",
    { property: "body", optional: true, encode: bodies.plain("image/png") },
    { body: new Blob(["AB"]) },
    "AB",
    "image/png",
  ],
  [
    "parts",
    { encode: bodies.multipart({ meta: "application/json" }) },
    { name: "n", meta: { a: 1 }, file: new Uint8Array([65]) },
    /name="name"\r\n\r\nn\r\n[\s\S]*name="meta"; filename="file"\r\nContent-Type: application\/json\r\n\r\n\{"a":1\}\r\n[\s\S]*name="file"; filename="file"\r\nContent-Type: application\/octet-stream\r\n\r\nA\r\n/,
    /^multipart\/form-data; boundary=/,
  ],
];

for (const [name, plan, parameters, expected, type] of BODIES) {
  test(`a body: ${name}`, async () => {
    const { caller, sent } = connect([{}]);
    await caller.call({ method: "POST", path: "/", body: plan }, [], parameters as object);
    const { body = "", headers } = sent[0] ?? {};
    const found = headers?.get("content-type") ?? null;
    if (typeof expected === "string") assert.equal(body, expected);
    else assert.match(body, expected);
    if (type instanceof RegExp) assert.match(found ?? "", type);
    else assert.equal(found, type);
  });
}

const REFUSED: [string, Operation<unknown>, object, object][] = [
  ["an invalid date", { method: "POST", path: "/", body: {} }, { at: new Date(Number.NaN) }, {}],
  [
    "an invalid date in a query",
    { method: "GET", path: "/", query: ["at"] },
    { at: new Date(Number.NaN) },
    {},
  ],
  ["half a character", { method: "GET", path: "/", query: ["q"] }, { q: "\ud800" }, {}],
  ["a circle", { method: "POST", path: "/", body: { property: "body" } }, circle(), {}],
  [
    "an object as text",
    { method: "POST", path: "/", body: { property: "body", encode: bodies.plain("text/csv") } },
    { body: {} },
    {},
  ],
  [
    "a header of two lines",
    { method: "GET", path: "/" },
    {},
    { headers: { "x-a": "secret\r\nx-b: c" } },
  ],
  ["a header beyond Latin 1", { method: "GET", path: "/" }, {}, { headers: { "x-a": "secret ☃" } }],
  ["a name that is none", { method: "GET", path: "/" }, {}, { headers: { "x a": "secret" } }],
];

for (const [name, operation, parameters, options] of REFUSED) {
  test(`refused before it is sent: ${name}`, async () => {
    const { caller, sent } = connect([{}]);
    const error = await failure(
      caller.call({ ...operation, returns: any }, [], parameters, options),
    );
    assert.equal(error.name, "ArgumentError");
    assert.doesNotMatch(String(error.message), /secret/);
    assert.equal(sent.length, 0);
  });
}

function circle(): object {
  const body: Record<string, unknown> = {};
  body.body = body;
  return body;
}
