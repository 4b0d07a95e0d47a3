/** Every wire vector: the request that a call makes, and what each answer becomes. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

type Data = Record<string, unknown>;

interface Expected {
  readonly name: string;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly value?: unknown;
  readonly page?: { rows: unknown[]; next: string | null };
  readonly events?: { event: string; data: unknown; id?: string }[];
  readonly error?: Failure;
}

interface Failure {
  readonly class: string;
  readonly code: string;
  readonly request_id: string;
  readonly retry_after: number | null;
  readonly message?: string;
}

interface Call {
  readonly name: string;
  readonly position: string;
  readonly resource: string[];
  readonly method: string;
  readonly path: unknown[];
  readonly takes: boolean;
  readonly params: Data;
  readonly request: {
    method: string;
    target: string;
    headers: Record<string, string>;
    body?: unknown;
    form?: Record<string, string>;
  };
  readonly responses: Expected[];
}

interface Delivery {
  readonly name: string;
  readonly position: string;
  readonly event: string | null;
  readonly secrets: string[];
  readonly now: number;
  readonly headers: Record<string, string>;
  readonly text: string;
  readonly value?: unknown;
  readonly error?: Failure;
}

interface Cases {
  readonly api: string;
  readonly module: string;
  readonly client: string;
  readonly credentials: Record<string, string>;
  readonly calls: Call[];
  readonly webhooks: Delivery[];
}

const silent = { debug() {}, info() {}, warn() {} };
const CONNECTION =
  /^(host|connection|content-length|accept-encoding|user-agent|transfer-encoding)$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const all: Cases[] = JSON.parse(readFileSync(process.env.VECTORS ?? "", "utf8"));

for (const { api, module, client, credentials, calls, webhooks } of all) {
  const { [client]: Client } = await import(`${module}/index.ts`);
  for (const call of calls) {
    for (const expected of call.responses) {
      const name = `${api}: ${call.name}: ${expected.name}`;
      test(`${name} (${call.position})`, async () => {
        const sent: Request[] = [];
        const fetch = async (url: string, init: RequestInit): Promise<Response> => {
          sent.push(new Request(url, init));
          const { status, headers, text } = expected;
          return new Response(status === 204 ? null : text, { status, headers });
        };
        const made = new Client({ ...credentials, maxRetries: 0, fetch, logger: silent });
        await checked(made, call, expected);
        assert.equal(sent.length, 1);
        await checkedRequest(sent[0] as Request, call);
      });
    }
  }
  for (const delivery of webhooks) {
    const name = `${api}: ${delivery.name}`;
    test(`${name} (${delivery.position})`, async () => {
      const { verifyWebhook } = await import(`${module}/webhooks.ts`);
      const { text, headers, secrets, now, error, value } = delivery;
      const event = verifyWebhook(text, headers, secrets, now);
      if (error) {
        assert.equal((await thrown(event)).constructor.name, error.class);
      } else {
        assert.deepEqual(plain(await event), plain(dated(value)));
      }
    });
  }
}

async function checked(client: Data, call: Call, expected: Expected): Promise<void> {
  const resource = call.resource.reduce<Data>((at, name) => at[name] as Data, client);
  const method = resource[call.method] as (...given: unknown[]) => unknown;
  const params = call.takes ? [dated(call.params)] : [];
  const given = method.call(resource, ...call.path.map(dated), ...params) as {
    firstPage?: () => Promise<{ items: unknown[]; nextCursor: string | undefined }>;
  } & AsyncIterable<{ event: string; data: unknown; id: string }> &
    Promise<unknown>;
  if (expected.events) {
    const events: unknown[] = [];
    const reading = (async () => {
      for await (const event of given) events.push(event);
    })();
    if (expected.error) checkedError(await thrown(reading), expected.error);
    await reading.catch(() => {});
    const wanted = expected.events.map(({ event, data, id }) => ({
      event,
      data,
      ...(id && { id }),
    }));
    const found = (events as { event: string; data: unknown; id: string }[]).map(
      ({ event, data, id }, index) => ({
        event,
        data,
        ...(expected.events?.[index]?.id && { id }),
      }),
    );
    assert.deepEqual(plain(found), plain(dated(wanted)));
  } else if (expected.error) {
    const reading = given.firstPage
      ? given.firstPage()
      : Symbol.asyncIterator in given
        ? given[Symbol.asyncIterator]().next()
        : given;
    checkedError(await thrown(reading), expected.error);
  } else if (expected.page) {
    const page = await given.firstPage?.();
    assert.deepEqual(plain(page?.items), plain(dated(expected.page.rows)));
    assert.equal(page?.nextCursor ?? null, expected.page.next);
  } else {
    assert.deepEqual(plain((await given) ?? null), plain(dated(expected.value ?? null)));
  }
}

async function checkedRequest(sent: Request, { request }: Call): Promise<void> {
  const url = new URL(sent.url);
  const [path, query = ""] = request.target.split("?");
  assert.equal(sent.method, request.method);
  assert.ok(url.pathname.endsWith(path ?? ""), `${url.pathname} does not end in ${path}`);
  assert.deepEqual(url.search.slice(1).split("&").sort(), query.split("&").sort());
  const headers = [...sent.headers].filter(([name]) => !CONNECTION.test(name));
  assert.deepEqual(Object.fromEntries(headers), request.headers);
  const text = await sent.text();
  if (request.form) {
    assert.deepEqual(Object.fromEntries(new URLSearchParams(text)), request.form);
  } else {
    const body: unknown = text ? JSON.parse(text) : undefined;
    assert.deepEqual(moments(body), moments(request.body));
  }
}

function checkedError(error: Error, expected: Failure): void {
  const { code, requestId, retryAfter, reason } = error as Error & Data;
  assert.equal(error.constructor.name, expected.class, String(error));
  if ("code" in error) assert.equal(code, expected.code);
  if ("requestId" in error) assert.equal(requestId, expected.request_id);
  if ("retryAfter" in error) assert.equal(retryAfter ?? null, expected.retry_after);
  if (expected.message !== undefined) assert.equal(reason, expected.message);
}

async function thrown(given: unknown): Promise<Error> {
  try {
    await given;
  } catch (error) {
    return error as Error;
  }
  throw new assert.AssertionError({ message: "nothing was thrown" });
}

/** Data in which `{"$date": …}` stands for a `Date`, with that. */
function dated(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(dated);
  if ("$date" in value) return new Date(String(value.$date));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, dated(item)]));
}

/** A value without undefined members, its dates marked. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.toISOString() };
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([name, item]) => [name, plain(item)]));
}

/** JSON whose moments are all written in one way. */
function moments(value: unknown): unknown {
  if (typeof value === "string" && MOMENT.test(value)) return new Date(value).toISOString();
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(moments);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, moments(item)]));
}
