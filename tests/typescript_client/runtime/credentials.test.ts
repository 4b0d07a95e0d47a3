/** Secrets and addresses: where they come from, where they go, and where a redirect takes none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Caller } from "../../../generator/targets/typescript/runtime/caller.ts";
import { cookies } from "../../../generator/targets/typescript/runtime/cookies.ts";
import type { Operation } from "../../../generator/targets/typescript/runtime/operation.ts";
import {
  inCookie,
  inHeader,
  inQuery,
} from "../../../generator/targets/typescript/runtime/places.ts";
import { required } from "../../../generator/targets/typescript/runtime/required.ts";
import { ADDRESS, connect, EXAMPLE, failure } from "./scripted.ts";
import { GET, OK, POST } from "./things.ts";

const CREDENTIALS: [string, object, object, RegExp | null, string][] = [
  ["a bearer", {}, {}, /^Bearer secret-key$/, ""],
  ["a function", { apiKey: async () => "moment" }, {}, /^Bearer moment$/, ""],
  ["none where none is needed", {}, { security: [] }, null, ""],
  [
    "none where none is there, if that will do",
    { apiKey: undefined },
    { security: [["key"], []] },
    null,
    "",
  ],
  ["the caller's own", {}, { options: { headers: { Authorization: "Mine" } } }, /^Mine$/, ""],
  ["another prefix", {}, { api: { place: inHeader("Authorization", "Basic ") } }, /^Basic s/, ""],
  ["a query parameter", {}, { api: { place: inQuery("api key") } }, null, "?api%20key=secret-key"],
];
for (const [name, client, { options, api, ...operation }, header, search] of CREDENTIALS as [
  string,
  object,
  Record<string, object>,
  RegExp | null,
  string,
][]) {
  test(`authenticated by ${name}`, async () => {
    const schemes = { key: { option: "apiKey", ...api } };
    const { caller, sent } = connect([OK], client, { ...EXAMPLE, schemes });
    const { response } = await caller
      .call({ ...GET, ...operation }, ["t1"], {}, options)
      .withResponse();
    const found = sent[0]?.headers.get("authorization");
    if (header) assert.match(found ?? "", header);
    else assert.equal(found, null);
    assert.equal(sent[0]?.url.search, search);
    assert.doesNotMatch(response.request.url, /secret/);
  });
}

test("headers and cookies carry secrets that are needed together", async () => {
  const schemes = {
    id: { option: "id", place: inHeader("X-Id") },
    pass: { option: "pass", place: inCookie("pass") },
  };
  const { caller, sent } = connect([OK], { id: "i", pass: "p" } as object, {
    ...EXAMPLE,
    schemes,
    security: [["id", "pass"]],
  });
  await caller.call({ ...GET, cookies: cookies("theme") }, ["t1"], { theme: "dark" });
  assert.equal(sent[0]?.headers.get("x-id"), "i");
  assert.equal(sent[0]?.headers.get("cookie"), "theme=dark; pass=p");
});

test("without a credential nothing is sent, and both ways to give one are told", async () => {
  const { caller, sent } = connect([OK], { apiKey: undefined });
  const error = await failure(caller.call(GET, ["t1"]));
  assert.equal(error.name, "MissingCredentialsError");
  assert.equal(error.message, "this call needs apiKey");
  assert.equal(sent.length, 0);
  assert.throws(
    () => new Caller({ ...EXAMPLE, credentials: required("Example") }, {}),
    /Example was given no credential: apiKey or EXAMPLE_KEY/,
  );
});

test("a secret that is refused is asked for once more, and its successor tried", async () => {
  const refused: (string | undefined)[] = [];
  const apiKey = (old?: string) => {
    refused.push(old);
    return old ? "new" : "old";
  };
  const { caller, sent } = connect([{ status: 401 }, OK], { apiKey });
  assert.equal((await caller.call(POST, [])).id, "t1");
  assert.deepEqual(refused, [undefined, "old"]);
  assert.deepEqual(
    sent.map(({ headers }) => headers.get("authorization")),
    ["Bearer old", "Bearer new"],
  );
  const fixed = connect([{ status: 401 }]);
  assert.equal((await failure(fixed.caller.call(GET, ["t1"]))).name, "AuthenticationError");
  assert.equal(fixed.sent.length, 1);
});

test("the environment gives the key and the address, arguments come first", async () => {
  process.env.EXAMPLE_KEY = "from-environment";
  process.env.EXAMPLE_BASE_URL = "https://other.example.test/";
  try {
    const { caller, sent } = connect([OK], { apiKey: undefined });
    await caller.call(GET, ["t1"]);
    assert.equal(String(sent[0]?.url), "https://other.example.test/things/t1");
    assert.equal(sent[0]?.headers.get("authorization"), "Bearer from-environment");
    const given = connect([OK], { baseURL: "http://127.0.0.1:1/x" });
    await given.caller.call(GET, ["t1"]);
    assert.equal(String(given.sent[0]?.url), "http://127.0.0.1:1/x/things/t1");
    assert.equal(given.sent[0]?.headers.get("authorization"), "Bearer secret-key");
  } finally {
    delete process.env.EXAMPLE_KEY;
    delete process.env.EXAMPLE_BASE_URL;
  }
});

for (const baseURL of [
  "ftp://a",
  "a.example",
  "https://",
  "https://user:secret@a",
  "https://a/?x=1",
  "https://a/#b",
  "https://a:99999",
]) {
  test(`no base URL: ${baseURL}`, () => {
    assert.throws(
      () => new Caller(EXAMPLE, { baseURL }),
      (error: Error) => error.name === "ArgumentError" && !error.message.includes("secret"),
    );
  });
}

/** Status, Location, operation, and the URL, the authorization and the body that follow. */
const REDIRECTS: [number, string, Operation<unknown>, [string, string | null, string] | null][] = [
  [302, "/v1/other", GET, [`${ADDRESS}/other`, "Bearer secret-key", ""]],
  [307, "other?a=1", POST, [`${ADDRESS}/other?a=1`, "Bearer secret-key", '{"a":1}']],
  [303, "/done", POST, ["https://api.example.test/done", "Bearer secret-key", ""]],
  [302, "/done", POST, null],
  [308, "https://evil.example.test/", GET, ["https://evil.example.test/", null, ""]],
  [308, "https://evil.example.test/", POST, null],
  [302, "https://api.example.test:444/", GET, ["https://api.example.test:444/", null, ""]],
  [302, "http://api.example.test/", GET, ["http://api.example.test/", null, ""]],
  [302, "ftp://api.example.test/", GET, null],
  [302, "https://[", GET, null],
  [300, "/choose", GET, null],
];
for (const [status, location, operation, expected] of REDIRECTS) {
  test(`redirected by ${status} to ${location} with ${operation.method}`, async () => {
    const { caller, sent } = connect([{ status, headers: { location } }, OK]);
    const outcome = caller.call(
      operation,
      operation === GET ? ["t1"] : [],
      operation === GET ? {} : { a: 1 },
      { headers: { "x-tenant": "mine" } },
    );
    if (!expected) {
      assert.equal((await failure(outcome)).status, status);
      assert.equal(sent.length, 1);
      return;
    }
    assert.deepEqual(await outcome, OK.json);
    const { url, headers, body } = sent[1] as (typeof sent)[0];
    assert.deepEqual([String(url), headers.get("authorization"), body], expected);
    assert.equal(headers.get("x-tenant"), expected[1] && "mine");
    assert.equal(headers.get("accept"), "application/json");
  });
}

test("plain HTTP that is redirected to HTTPS keeps its credentials", async () => {
  const { caller, sent } = connect(
    [{ status: 308, headers: { location: "https://a.example.test/x" } }, OK],
    { baseURL: "http://a.example.test" },
  );
  await caller.call(GET, ["t1"]);
  assert.equal(sent[1]?.headers.get("authorization"), "Bearer secret-key");
});

test("redirects in a circle end", async () => {
  const { caller, sent } = connect([{ status: 302, headers: { location: "/v1/again" } }]);
  assert.equal((await failure(caller.call(GET, ["t1"]))).status, 302);
  assert.equal(sent.length, 6);
});
