/** Webhooks: what is signed is verified, and nothing else is. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { any, object, string } from "../../../generator/targets/typescript/runtime/shapes.ts";
import {
  base64,
  base64Key,
  hex,
  parse,
  type Signature,
  sign,
  textKey,
  verify,
  type WebhookBody,
  WebhookError,
  type WebhookHeaders,
  webhookErrorFrom,
} from "../../../generator/targets/typescript/runtime/webhooks.ts";
import { failure, random } from "./scripted.ts";

const HEX: Signature = { header: "X-Example-Signature", prefix: "sha256=", encode: hex };
const STANDARD: Signature = {
  header: "webhook-signature",
  prefix: "v1,",
  encode: base64,
  key: base64Key("whsec_"),
  content: ["webhook-id", "webhook-timestamp", null],
  delimiter: ".",
  timestamp: "webhook-timestamp",
  tolerance: 300,
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
  await verify(STANDARD, body, headers, WHSEC, 1614265330);
  assert.deepEqual(parse(body, any), { test: 2432232314 });
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
      const [delivered, told] = shape(BODY, headers);
      await verify(signature, delivered, told, secret);
      assert.deepEqual(parse(delivered, any), EVENT);
    }
  });
}

test("several secrets and several signatures, while a secret is rotated", async () => {
  const old = await sign(HEX, BODY, "old");
  await verify(HEX, BODY, old, ["new", "old"]);
  const header = `v1a,other ${(await sign(STANDARD, BODY, WHSEC, { id: "m", timestamp: 9 }))["webhook-signature"]} v1,x`;
  const headers = { "webhook-signature": header, "webhook-id": "m", "webhook-timestamp": "9" };
  await verify(STANDARD, BODY, headers, WHSEC, 300);
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
    "no id",
    STANDARD,
    ({ "webhook-id": _, ...headers }) => [BODY, headers, WHSEC, 1000],
    /has no header webhook-id/,
  ],
  [
    "no time",
    STANDARD,
    ({ "webhook-timestamp": _, ...headers }) => [BODY, headers, WHSEC, 1000],
    /has no header webhook-timestamp/,
  ],
  [
    "another id",
    STANDARD,
    (headers) => [BODY, { ...headers, "webhook-id": "m2" }, WHSEC, 1000],
    /not made/,
  ],
  [
    "a secret that is none",
    STANDARD,
    (headers) => [BODY, headers, "whsec_%", 1000],
    /secret is whsec_ and base64/,
  ],
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

test("a body that is no JSON, or of another shape, is refused", () => {
  const shape = object({ data: object({ id: string }) });
  for (const [body, message] of [
    ["<html>", /^it is not JSON$/],
    ["{}", /^it is not as documented: \["data"\] it is missing$/],
    ['{"data": {"id": 1}}', /^it is not as documented: \["data"\]\["id"\] a number is not a str/],
  ] as const) {
    assert.throws(
      () => parse(body, shape),
      (error: unknown) => {
        assert.ok(error instanceof WebhookError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
});

test("secrets may be any text after a prefix", async () => {
  const signature = { ...HEX, key: textKey("sec_") };
  await verify(signature, BODY, await sign(HEX, BODY, "s3cret"), "sec_s3cret");
  assert.match(
    String((await failure(sign(signature, BODY, "s3cret"))).message),
    /a secret is sec_ and some text/,
  );
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
  const error: unknown = await verify({ header: "x-signature", encode: hex }, "{}", {}, "s").catch(
    (e) => e,
  );
  for (const data of [JSON.parse(JSON.stringify(error)), structuredClone(error)]) {
    const again = webhookErrorFrom(data);
    assert.ok(again instanceof WebhookError);
    assert.equal(again.message, "it has no header x-signature");
  }
  assert.equal(webhookErrorFrom(new Error("another")), undefined);
});
