/** Webhooks: what is signed is verified, and nothing else is. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import {
  type Signature,
  sign,
  verify,
  type WebhookBody,
  WebhookError,
  type WebhookHeaders,
  webhookErrorFrom,
} from "../../../generator/targets/typescript/runtime/webhooks.ts";
import { failure, random } from "./scripted.ts";

const HEX: Signature = { header: "X-Example-Signature", prefix: "sha256=" };
const STANDARD: Signature = {
  header: "webhook-signature",
  prefix: "v1,",
  encoding: "base64",
  components: ["message-id", "timestamp", "body"],
  delimiter: ".",
  timestampHeader: "webhook-timestamp",
  tolerance: 300,
  secretPrefix: "whsec_",
  keyEncoding: "base64",
};
const BODY = '{"event": "thing.happened", "words": "né ☃"}';
const EVENT = JSON.parse(BODY);
const WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

test("the signature is the HMAC of the body, in hex", async () => {
  const digest = createHmac("sha256", "s3cret").update(BODY).digest("hex");
  assert.deepEqual(await sign(HEX, BODY, "s3cret"), { "X-Example-Signature": `sha256=${digest}` });
});

test("the signature of Standard Webhooks is that of its specification's example", async () => {
  const body = '{"test": 2432232314}';
  const headers = await sign(STANDARD, body, WHSEC, {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1614265330,
  });
  assert.deepEqual(headers, {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
  assert.deepEqual(await verify(STANDARD, body, headers, WHSEC, 1614265330), { test: 2432232314 });
});

const FORMS: [
  string,
  (body: string, headers: Record<string, string>) => [WebhookBody, WebhookHeaders],
][] = [
  ["bytes", (body, headers) => [new TextEncoder().encode(body), headers]],
  ["a Buffer", (body, headers) => [Buffer.from(body), headers]],
  ["an ArrayBuffer", (body, headers) => [new TextEncoder().encode(body).buffer, headers]],
  ["Headers", (body, headers) => [body, new Headers(headers)]],
  [
    "Node's headers",
    (body, headers) => [
      body,
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    ],
  ],
  [
    "capitals",
    (body, headers) => [
      body,
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
      ),
    ],
  ],
];
for (const [name, shape] of FORMS) {
  test(`a delivery as ${name}`, async () => {
    for (const [signature, secret] of [
      [HEX, "s3cret"],
      [STANDARD, WHSEC],
    ] as const) {
      const headers = await sign(signature, BODY, secret, { id: "m1" });
      assert.deepEqual(await verify(signature, ...shape(BODY, headers), secret), EVENT);
    }
  });
}

test("several secrets and several signatures, while a secret is rotated", async () => {
  const old = await sign(HEX, BODY, "old");
  assert.deepEqual(await verify(HEX, BODY, old, ["new", "old"]), EVENT);
  const header = `v1a,other ${(await sign(STANDARD, BODY, WHSEC, { id: "m", timestamp: 9 }))["webhook-signature"]} v1,x`;
  const headers = { "webhook-signature": header, "webhook-id": "m", "webhook-timestamp": "9" };
  assert.deepEqual(await verify(STANDARD, BODY, headers, WHSEC, 300), EVENT);
});

const REFUSED: [string, Signature, (headers: Record<string, string>) => unknown[], RegExp][] = [
  ["no signature", HEX, () => [BODY, {}, "s3cret"], /has no header X-Example-Signature/],
  [
    "an empty signature",
    HEX,
    () => [BODY, { "x-example-signature": "" }, "s3cret"],
    /has no header/,
  ],
  ["another secret", HEX, (headers) => [BODY, headers, "other"], /not made with this secret/],
  ["no secret at all", HEX, (headers) => [BODY, headers, []], /not made with this secret/],
  ["an empty secret", HEX, (headers) => [BODY, headers, ""], /secret/],
  ["another body", HEX, (headers) => [`${BODY} `, headers, "s3cret"], /not made with this secret/],
  [
    "no prefix",
    HEX,
    (headers) => [
      BODY,
      { "x-example-signature": headers["X-Example-Signature"]?.slice(7) },
      "s3cret",
    ],
    /not made/,
  ],
  [
    "a piece of it",
    HEX,
    (headers) => [
      BODY,
      { "x-example-signature": headers["X-Example-Signature"]?.slice(0, -1) },
      "s3cret",
    ],
    /not made/,
  ],
  ["too old", STANDARD, (headers) => [BODY, headers, WHSEC, 1301], /within 300 seconds/],
  ["from the future", STANDARD, (headers) => [BODY, headers, WHSEC, 699], /within 300 seconds/],
  [
    "another time",
    STANDARD,
    (headers) => [BODY, { ...headers, "webhook-timestamp": "1001" }, WHSEC, 1000],
    /not made/,
  ],
  [
    "another id",
    STANDARD,
    (headers) => [BODY, { ...headers, "webhook-id": "m2" }, WHSEC, 1000],
    /not made/,
  ],
  ["a secret that is none", STANDARD, (headers) => [BODY, headers, "whsec_%", 1000], /not base64/],
  ["a secret of another kind", STANDARD, (headers) => [BODY, headers, "s3cret", 1000], /secret/],
];
for (const [name, signature, delivery, message] of REFUSED) {
  test(`a webhook is refused: ${name}`, async () => {
    const secret = signature === HEX ? "s3cret" : WHSEC;
    const headers = await sign(signature, BODY, secret, { id: "m1", timestamp: 1000 });
    const call = delivery(headers) as [string, Record<string, string>, string, number?];
    const error = await failure(verify(signature, ...call));
    assert.equal(error.name, "WebhookError");
    assert.match(String(error.message), message);
    assert.doesNotMatch(String(error.message), /s3cret|MfKQ/);
  });
}

test("a webhook that is signed and no JSON is refused", async () => {
  const error = await failure(verify(HEX, "<html>", await sign(HEX, "<html>", "s"), "s"));
  assert.match(String(error.message), /is not JSON/);
});

test("one changed byte is seen, wherever it is", async () => {
  const next = random(4);
  const bytes = new TextEncoder().encode(BODY);
  const headers = await sign(HEX, bytes, "s3cret");
  for (let round = 0; round < 50; round++) {
    const changed = bytes.slice();
    const at = Math.floor(next() * changed.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << Math.floor(next() * 8));
    assert.equal((await failure(verify(HEX, changed, headers, "s3cret"))).name, "WebhookError");
  }
});

test("the error comes back from JSON and from structuredClone", async () => {
  const error: unknown = await verify({ header: "x-signature" }, "{}", {}, "s").catch((e) => e);
  for (const data of [JSON.parse(JSON.stringify(error)), structuredClone(error)]) {
    const again = webhookErrorFrom(data);
    assert.ok(again instanceof WebhookError);
    assert.equal(again.message, "it has no header x-signature");
  }
  assert.equal(webhookErrorFrom(new Error("another")), undefined);
});
