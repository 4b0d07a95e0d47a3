/** Servers of operations: what a call to one shares with the client, and what overrides it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Operation } from "../../../generator/targets/typescript/runtime/operation.ts";
import {
  type OperationAt,
  ServersCaller,
} from "../../../generator/targets/typescript/runtime/own-servers.ts";
import { any } from "../../../generator/targets/typescript/runtime/shapes.ts";
import { ADDRESS, EXAMPLE, failure } from "./scripted.ts";

const USUAL: Operation<unknown> = { method: "GET", path: "/a", returns: any };
const FILES: OperationAt<unknown> = { ...USUAL, server: "https://files.example.test/store/" };

function connect(options: object = {}): { caller: ServersCaller; sent: Request[] } {
  const sent: Request[] = [];
  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    sent.push(new Request(input, init));
    return Response.json({}, { headers: { "x-remaining": String(sent.length) } });
  };
  return { caller: new ServersCaller(EXAMPLE, { fetch, ...options }), sent };
}

async function urls(options: object): Promise<string[]> {
  const { caller, sent } = connect(options);
  await caller.call(USUAL, []);
  await caller.call(FILES, []);
  return sent.map(({ url }) => url);
}

test("an operation goes to its own server, where the client was given no base URL", async () => {
  const own = "https://files.example.test/store/a";
  assert.deepEqual(await urls({ apiKey: "k" }), [`${ADDRESS}/a`, own]);
  assert.deepEqual(await urls({ apiKey: "k", baseURL: "" }), [`${ADDRESS}/a`, own]);
  const given = "https://staging.test";
  assert.deepEqual(await urls({ apiKey: "k", baseURL: given }), [`${given}/a`, `${given}/a`]);
  assert.deepEqual(await urls({ apiKey: "k", baseURL: ADDRESS }), [`${ADDRESS}/a`, `${ADDRESS}/a`]);
});

test("the environment counts as it was when the client was made", async () => {
  process.env.EXAMPLE_KEY = "early";
  const { caller, sent } = connect();
  process.env.EXAMPLE_BASE_URL = "https://machine.test";
  const other = connect();
  delete process.env.EXAMPLE_KEY;
  await caller.call(FILES, []);
  delete process.env.EXAMPLE_BASE_URL;
  await other.caller.call(FILES, []);
  assert.deepEqual(
    [...sent, ...other.sent].map(({ url, headers }) => [url, headers.get("authorization")]),
    [
      ["https://files.example.test/store/a", "Bearer early"],
      ["https://machine.test/a", "Bearer early"],
    ],
  );
});

test("what its answers tell is known to the client", async () => {
  const { caller } = connect({ apiKey: "k" });
  await caller.call(FILES, []);
  assert.equal(caller.observed.rateLimit?.remaining, 1);
});

test("a server that nothing can be sent to is refused when it is called", async () => {
  const { caller, sent } = connect({ apiKey: "k" });
  const socket: OperationAt<unknown> = { ...FILES, server: "wss://files.example.test" };
  assert.equal((await failure(caller.call(socket, []))).name, "ArgumentError");
  assert.equal(sent.length, 0);
});
