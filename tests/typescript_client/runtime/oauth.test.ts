/** Signing users in, tokens that renew themselves, and the tokens that say who a user is. */

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { ClientCredentialsGrant } from "../../../generator/targets/typescript/runtime/client-credentials.ts";
import { signToken } from "../../../generator/targets/typescript/runtime/identity.ts";
import { signIn } from "../../../generator/targets/typescript/runtime/loopback.ts";
import { AuthorizationCode } from "../../../generator/targets/typescript/runtime/oauth.ts";
import {
  OAuthError,
  oauthErrorFrom,
  SignInRequiredError,
} from "../../../generator/targets/typescript/runtime/oauth-errors.ts";
import type {
  AppOptions,
  Provider,
} from "../../../generator/targets/typescript/runtime/token-endpoint.ts";
import {
  memoryStore,
  type Tokens,
} from "../../../generator/targets/typescript/runtime/token-keeper.ts";
import { failure } from "./scripted.ts";

const PROVIDER: Provider = {
  baseURL: "https://auth.example.test/",
  authorizationURL: "/authorize?tenant=t",
  tokenURL: "/token",
  revocationURL: "/revoke",
};
const BACK = "https://app.example.test/back";
const NOW = 1_000_000;
const GRANT = {
  access_token: "a1",
  token_type: "Bearer",
  expires_in: 3600,
  refresh_token: "r1",
  scope: "read write",
};

function server(...answers: (object | number)[]): {
  asked: { url: string; form: URLSearchParams; headers: Headers }[];
  fetch: typeof fetch;
} {
  const asked: { url: string; form: URLSearchParams; headers: Headers }[] = [];
  const answer: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    asked.push({
      url: request.url,
      form: new URLSearchParams(await request.text()),
      headers: request.headers,
    });
    const told = answers[Math.min(asked.length, answers.length) - 1];
    if (typeof told === "number") return new Response("<html>", { status: told });
    return Response.json(told, { status: told && "error" in told ? 400 : 200 });
  };
  return { asked, fetch: answer };
}

function flowOf(options: Partial<AppOptions>, provider = PROVIDER): AuthorizationCode {
  return new AuthorizationCode(provider, { clientId: "app", now: () => NOW, ...options });
}

test("the browser is asked for a code with a fresh state and an S256 challenge", async () => {
  const flow = flowOf({ scopes: ["read", "write"] });
  const asked = await flow.start(BACK);
  const url = new URL(asked.url);
  assert.equal(url.origin + url.pathname, "https://auth.example.test/authorize");
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    tenant: "t",
    response_type: "code",
    client_id: "app",
    redirect_uri: BACK,
    scope: "read write",
    state: asked.state,
    code_challenge: createHash("sha256").update(asked.verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  assert.match(asked.verifier, /^[\w-]{43}$/);
  const again = await flow.start(BACK);
  assert.notEqual(again.state, asked.state);
  assert.notEqual(again.verifier, asked.verifier);
});

test("the code is exchanged for tokens, which are kept", async () => {
  const { asked, fetch } = server(GRANT);
  const flow = flowOf({ fetch });
  const begun = await flow.start(BACK);
  const tokens = await flow.finish(
    JSON.parse(JSON.stringify(begun)),
    `${BACK}?code=c1&state=${begun.state}`,
  );
  assert.deepEqual(tokens, {
    accessToken: "a1",
    refreshToken: "r1",
    expiresAt: NOW + 3_600_000,
    scopes: ["read", "write"],
  });
  assert.equal(asked[0]?.url, "https://auth.example.test/token");
  assert.deepEqual(Object.fromEntries(asked[0]?.form ?? []), {
    grant_type: "authorization_code",
    code: "c1",
    redirect_uri: BACK,
    code_verifier: begun.verifier,
    client_id: "app",
  });
  assert.equal(await flow.token(), "a1");
  assert.equal(asked.length, 1);
});

test("an app with a secret says it by Basic, encoded as in a form", async () => {
  const { asked, fetch } = server(GRANT);
  const flow = flowOf({ fetch, clientId: "my app", clientSecret: "s:é" });
  const begun = await flow.start(BACK);
  await flow.finish(begun, `${BACK}?code=c1&state=${begun.state}`);
  assert.equal(atob(asked[0]?.headers.get("authorization")?.slice(6) ?? ""), "my+app:s%3A%C3%A9");
  assert.equal(asked[0]?.form.has("client_id"), false);
});

const BACKS: [string, string, string, RegExp][] = [
  ["another state", "?code=c&state=other", "StateMismatchError", /another state/],
  ["no state", "?code=c", "StateMismatchError", /another state/],
  ["two states", "?code=c&state=STATE&state=other", "StateMismatchError", /another state/],
  ["a refusal with another state", "?error=access_denied", "StateMismatchError", /another state/],
  [
    "no",
    "?error=access_denied&error_description=Not+now&state=STATE",
    "AccessDeniedError",
    /access_denied \(Not now\)/,
  ],
  ["another refusal", "?error=invalid_scope&state=STATE", "OAuthError", /invalid_scope/],
  ["nothing", "?state=STATE", "OAuthError", /neither a code/],
  ["two codes", "?code=a&code=b&state=STATE", "OAuthError", /neither a code/],
];
for (const [name, query, kind, message] of BACKS) {
  test(`the browser comes back with ${name}`, async () => {
    const { asked, fetch } = server(GRANT);
    const flow = flowOf({ fetch });
    const begun = await flow.start(BACK);
    const error = await failure(flow.finish(begun, BACK + query.replaceAll("STATE", begun.state)));
    assert.equal(error.name, kind);
    assert.match(String(error.message), message);
    assert.equal(asked.length, 0);
  });
}

const ANSWERS: [string, object | number, string, RegExp][] = [
  [
    "a refusal",
    { error: "invalid_client", error_description: "no such c0de" },
    "OAuthError",
    /invalid_client \(no such …\)/,
  ],
  ["a grant that is gone", { error: "invalid_grant" }, "SignInRequiredError", /invalid_grant/],
  ["HTML", 502, "OAuthError", /502/],
  ["another kind of token", { ...GRANT, token_type: "mac" }, "OAuthError", /not a bearer token/],
  ["no token", {}, "OAuthError", /not a bearer token/],
];
for (const [name, answer, kind, message] of ANSWERS) {
  test(`the token endpoint answers with ${name}`, async () => {
    const flow = flowOf({ fetch: server(answer).fetch });
    const begun = await flow.start(BACK);
    const error = await failure(flow.finish(begun, `${BACK}?code=c0de&state=${begun.state}`));
    assert.equal(error.name, kind);
    assert.match(String(error.message), message);
    assert.doesNotMatch(JSON.stringify(error), /c0de/);
  });
}

test("a token endpoint that is not there is a connection error", async () => {
  const flow = flowOf({ fetch: async () => Promise.reject(new TypeError("fetch failed")) });
  const begun = await flow.start(BACK);
  assert.equal(
    (await failure(flow.finish(begun, `${BACK}?code=c&state=${begun.state}`))).name,
    "APIConnectionError",
  );
});

const kept = (more: Partial<Tokens>): Tokens => ({
  accessToken: "a0",
  refreshToken: "r0",
  expiresAt: NOW + 60_000,
  scopes: [],
  ...more,
});

test("a token is renewed before it expires, once, however many ask; the old refresh token stays where no new one is given", async () => {
  const { asked, fetch } = server({ ...GRANT, refresh_token: undefined });
  const store = memoryStore();
  await store.save(kept({ expiresAt: NOW + 29_999 }));
  const flow = flowOf({ fetch, store });
  assert.deepEqual(await Promise.all([flow.token(), flow.token(), flow.token()]), [
    "a1",
    "a1",
    "a1",
  ]);
  assert.equal(await flow.token(), "a1");
  assert.equal(asked.length, 1);
  assert.deepEqual(Object.fromEntries(asked[0]?.form ?? []), {
    grant_type: "refresh_token",
    refresh_token: "r0",
    client_id: "app",
  });
  assert.equal((await store.load())?.refreshToken, "r0");
});

test("a token that is good is not renewed, one that was refused is, and one that another process renewed is taken", async () => {
  const { asked, fetch } = server(GRANT);
  const store = memoryStore();
  await store.save(kept({}));
  const flow = flowOf({ fetch, store });
  assert.equal(await flow.token(), "a0");
  assert.equal(asked.length, 0);
  assert.equal(await flow.token("older"), "a0");
  assert.equal(asked.length, 0);
  assert.equal(await flow.token("a0"), "a1");
  assert.equal(asked.length, 1);
});

test("after a failed renewal the next one who asks tries again", async () => {
  const store = memoryStore();
  await store.save(kept({ expiresAt: 0 }));
  const flow = flowOf({ fetch: server(503, GRANT).fetch, store });
  assert.equal((await failure(flow.token())).name, "OAuthError");
  assert.equal(await flow.token(), "a1");
});

test("without a grant, or without a way to renew it, the user has to sign in", async () => {
  assert.equal((await failure(flowOf({}).token())).name, "SignInRequiredError");
  const store = memoryStore();
  await store.save(kept({ refreshToken: undefined, expiresAt: 0 }));
  assert.equal((await failure(flowOf({ store }).token())).name, "SignInRequiredError");
});

test("signing out gives the grant back, and keeps nothing", async () => {
  const { asked, fetch } = server({});
  const store = memoryStore();
  await store.save(kept({}));
  await flowOf({ fetch, store }).signOut();
  assert.deepEqual(
    [asked[0]?.url, asked[0]?.form.get("token")],
    ["https://auth.example.test/revoke", "r0"],
  );
  assert.equal(await store.load(), undefined);
});

for (const [baseURL, fine] of [
  ["http://auth.example.test", false],
  ["http://127.0.0.1.example.test", false],
  ["http://127.0.0.1:8000", true],
  ["http://localhost", true],
  ["https://a", true],
] as const) {
  test(`tokens ${fine ? "" : "do not "}travel to ${baseURL}`, async () => {
    const begun = flowOf({ baseURL }).start(BACK);
    if (fine) assert.ok((await begun).url.startsWith(`${baseURL}/authorize`));
    else assert.equal((await failure(begun)).name, "ArgumentError");
  });
}

test("an app gets tokens of its own by its secret, and keeps them until they expire", async () => {
  let now = NOW;
  const { asked, fetch } = server({ access_token: "a1", expires_in: 60 }, { access_token: "a2" });
  const app = new ClientCredentialsGrant(PROVIDER, {
    clientId: "app",
    clientSecret: "s",
    scopes: ["read", "write"],
    fetch,
    now: () => now,
  });
  assert.deepEqual(await Promise.all([app.token(), app.token()]), ["a1", "a1"]);
  assert.equal(asked[0]?.url, "https://auth.example.test/token");
  assert.equal(asked[0]?.form.toString(), "grant_type=client_credentials&scope=read+write");
  assert.equal(asked[0]?.headers.get("authorization"), `Basic ${btoa("app:s")}`);
  now += 31_000;
  assert.equal(await app.token(), "a2");
  assert.equal(await app.token(), "a2");
  assert.equal(asked.length, 2);
  await app.token("a2");
  assert.equal(asked.length, 3);
});

test("its errors come back from JSON and from structuredClone", async () => {
  const { fetch } = server({ error: "invalid_grant", error_description: "used" });
  const store = { load: () => ({ accessToken: "", refreshToken: "r1", scopes: [] }), save() {} };
  const error = await failure(flowOf({ fetch, store }).token(""));
  assert.ok(error instanceof SignInRequiredError);
  for (const data of [JSON.parse(JSON.stringify(error)), structuredClone(error)]) {
    const again = oauthErrorFrom(data);
    assert.ok(again instanceof SignInRequiredError && again instanceof OAuthError);
    assert.deepEqual([again.code, again.message], ["invalid_grant", error.message]);
  }
  assert.equal(oauthErrorFrom(new Error("another")), undefined);
});

test("a user is signed in by the browser of this machine", async () => {
  const flow = flowOf({ fetch: server(GRANT).fetch });
  const statuses: number[] = [];
  const openBrowser = async (address: string) => {
    const { searchParams } = new URL(address);
    const back = searchParams.get("redirect_uri") ?? "";
    statuses.push((await fetch(new URL("/favicon.ico", back))).status);
    statuses.push((await fetch(`${back}?code=c1&state=${searchParams.get("state")}`)).status);
  };
  assert.equal((await signIn(flow, { openBrowser })).accessToken, "a1");
  assert.deepEqual(statuses, [404, 200]);
});

test("a browser that does not come back, and an address that is not of this machine", async () => {
  const flow = flowOf({});
  assert.equal(
    (await failure(signIn(flow, { openBrowser: () => {}, timeout: 1 }))).name,
    "SignInTimeoutError",
  );
  const elsewhere = { openBrowser: () => {}, redirectURI: "http://app.example.test/back" };
  assert.equal((await failure(signIn(flow, elsewhere))).name, "ArgumentError");
});

const IDENTITY = { subject: "user_id", anonymousPrefix: "anon_" };

test("an identity token is a JWT under the shared secret, with the claims and its end", async () => {
  const token = await signToken(
    IDENTITY,
    "u1",
    { email: "é@example.test", role: undefined },
    { secret: "s3cret", now: 1000.7 },
  );
  const [header = "", claims = "", signature] = token.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  assert.deepEqual(read(header), { alg: "HS256", typ: "JWT" });
  assert.deepEqual(read(claims), {
    user_id: "u1",
    email: "é@example.test",
    iat: 1000,
    exp: 87_400,
  });
  assert.equal(
    signature,
    createHmac("sha256", "s3cret").update(`${header}.${claims}`).digest("base64url"),
  );
});

for (const [name, user, options] of [
  ["nobody", "", { secret: "s" }],
  ["an anonymous user", "anon_1", { secret: "s" }],
  ["no secret", "u1", { secret: "" }],
  ["no time", "u1", { secret: "s", expiresIn: 0 }],
] as const) {
  test(`there is no identity token for ${name}`, async () => {
    assert.equal((await failure(signToken(IDENTITY, user, {}, options))).name, "TypeError");
  });
}
