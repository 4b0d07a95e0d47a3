/** The token bucket of a client, as its answers correct it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Operation } from "../../../generator/targets/typescript/runtime/operation.ts";
import { type Bucket, TokenBucket } from "../../../generator/targets/typescript/runtime/pace.ts";
import { any } from "../../../generator/targets/typescript/runtime/shapes.ts";
import { connect, type Scripted } from "./scripted.ts";

const GET: Operation<unknown> = { method: "GET", path: "/things", returns: any };
const START = Date.UTC(2026, 10, 22);

/** How long each call that gets one of these answers waits, in milliseconds. */
async function waits(answers: readonly Scripted[], bucket?: Bucket): Promise<number[]> {
  const { caller, slept } = connect(answers, { pace: new TokenBucket(bucket), maxRetries: 0 });
  const found: number[] = [];
  for (const _ of answers) {
    await caller.call(GET, []).catch(() => {});
    found.push(slept.splice(0).reduce((sum, wait) => sum + wait, 0));
  }
  return found;
}

const minute = (limit: number, burst = limit): Bucket => ({ limit, window: 60_000, burst });
const fine = (headers: Record<string, string> = {}): Scripted => ({ json: 1, headers });

test("the burst goes at once, what follows at the limit's pace", async () => {
  assert.deepEqual(await waits(Array(5).fill(fine()), minute(60, 3)), [0, 0, 0, 1000, 1000]);
});

test("who has been idle for long has no more than the burst", async () => {
  const pace = new TokenBucket(minute(60, 2));
  assert.equal(pace.reserve(START), 0);
  const hour = START + 3_600_000;
  assert.deepEqual(
    [1, 2, 3, 4].map(() => pace.reserve(hour)),
    [0, 0, 1000, 2000],
  );
});

test("what the server says remains is believed", async () => {
  const answers = [fine({ "x-remaining": "1" }), fine(), fine(), fine()];
  assert.deepEqual(await waits(answers, minute(60)), [0, 0, 1000, 1000]);
});

test("another limit is that of another plan", async () => {
  const answers = [fine({ "x-limit": "30", "x-remaining": "0" }), fine(), fine()];
  assert.deepEqual(await waits(answers, minute(60)), [0, 2000, 2000]);
});

test("after a 429 everybody waits as long as it says", async () => {
  const refused = { status: 429, headers: { "retry-after": "7" }, json: {} };
  assert.deepEqual(await waits([refused, fine(), fine()], minute(60)), [0, 7000, 0]);
});

test("where no limit is documented, a used up one ends with its window", async () => {
  const reset = String(START / 1000 + 20);
  const answers = [fine({ "x-remaining": "0", "x-reset": reset }), fine(), fine()];
  assert.deepEqual(await waits(answers), [0, 20_000, 0]);
});

test("two clients with the same pace share it", async () => {
  const pace = new TokenBucket(minute(60, 1));
  const one = connect([fine()], { pace });
  const other = connect([fine()], { pace });
  await one.caller.call(GET, []);
  await other.caller.call(GET, []);
  assert.deepEqual([one.slept, other.slept], [[], [1000]]);
});
