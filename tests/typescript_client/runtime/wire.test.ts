/** Against a real server: resets, bodies that break off, time-outs, streams that are left. */

import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Caller } from "../../../generator/targets/typescript/runtime/caller.ts";
import { stream } from "../../../generator/targets/typescript/runtime/events.ts";
import type { Operation } from "../../../generator/targets/typescript/runtime/operation.ts";
import type { ClientOptions } from "../../../generator/targets/typescript/runtime/options.ts";
import { any } from "../../../generator/targets/typescript/runtime/shapes.ts";
import { EXAMPLE, failure } from "./scripted.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const GET: Operation<unknown> = { method: "GET", path: "/", returns: any };
const CHAT: Operation<unknown> = {
  method: "POST",
  path: "/",
  body: {},
  events: { shapes: {}, final: ["done"] },
};

let server: Server;
let handlers: Handler[] = [];
let requests = 0;

before(async () => {
  server = createServer((request, response) =>
    handlers[Math.min(requests++, handlers.length - 1)]?.(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = 0;
});

function callerOf(options: ClientOptions = {}): Caller {
  const { port } = server.address() as AddressInfo;
  const client = {
    apiKey: "k",
    baseURL: `http://127.0.0.1:${port}`,
    retries: { jitter: () => 0 },
    ...options,
  };
  return new Caller(EXAMPLE, client);
}

const good: Handler = (_, response) => response.end("[1]");
const reset: Handler = (request) => request.socket.destroy();
const brokenOff: Handler = (request, response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write("[1,", () => request.socket.destroy());
};
const silent: Handler = () => {};

/** Settles when the other side hangs up. */
function hangup(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => request.socket.once("close", () => resolve()));
}

for (const [name, handler] of [
  ["a reset", reset],
  ["a body that breaks off", brokenOff],
] as const) {
  test(`${name} is tried again, and an error in the end`, async () => {
    handlers = [handler, good];
    assert.deepEqual(await callerOf().call(GET, []), [1]);
    assert.equal(requests, 2);
    handlers = [handler];
    requests = 0;
    const error = await failure(callerOf({ maxRetries: 1 }).call(GET, []));
    assert.equal(error.name, "APIConnectionError");
    assert.equal(error.sent, true);
    assert.equal(requests, 2);
  });
  test(`${name} is not tried again where that may do it twice`, async () => {
    handlers = [handler];
    const error = await failure(callerOf().call({ ...GET, method: "POST" }, []));
    assert.equal(error.name, "APIConnectionError");
    assert.equal(requests, 1);
  });
}

test("nobody there: nothing was sent", async () => {
  const error = await failure(
    callerOf({ baseURL: "http://127.0.0.1:1", maxRetries: 0 }).call(GET, []),
  );
  assert.equal(error.name, "APIConnectionError");
  assert.match(String(error.message), /^GET \/: /);
});

test("a port where nobody listens is known to have been sent nothing", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const error = await failure(
    callerOf({ baseURL: `http://127.0.0.1:${port}`, maxRetries: 0 }).call(GET, []),
  );
  assert.equal(error.sent, false);
});

test("no answer in time, of the client or of the call, and a body that stops", async () => {
  handlers = [silent];
  const error = await failure(callerOf({ timeout: 20, maxRetries: 0 }).call(GET, []));
  assert.equal(error.name, "APITimeoutError");
  assert.match(String(error.message), /no answer within 20 ms/);
  handlers = [(_, response) => response.writeHead(200).write("[1,")];
  const stopped = callerOf({ maxRetries: 0 }).call(GET, [], {}, { timeout: 50 });
  assert.equal((await failure(stopped)).name, "APITimeoutError");
});

test("an answer in pieces, compressed, and larger than it is told to be", async () => {
  handlers = [
    (_, response) => {
      const whole = gzipSync(JSON.stringify(["é".repeat(500)]));
      response.writeHead(200, { "content-encoding": "gzip" });
      response.write(whole.subarray(0, 7));
      response.end(whole.subarray(7));
    },
  ];
  assert.deepEqual(await callerOf().call(GET, []), ["é".repeat(500)]);
  assert.equal(
    (await failure(callerOf({ maxResponseBytes: 999 }).call(GET, []))).name,
    "ResponseTooLargeError",
  );
});

test("an answer without an end is refused where the limit is, and hung up on", async () => {
  let closed: Promise<void> | undefined;
  handlers = [
    (request, response) => {
      closed = hangup(request);
      const write = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", write);
      write();
    },
  ];
  assert.equal(
    (await failure(callerOf({ maxResponseBytes: 2 ** 20 }).call(GET, []))).name,
    "ResponseTooLargeError",
  );
  await closed;
});

test("aborting ends a call with the caller's reason, before the answer and in it", async () => {
  for (const handler of [
    silent,
    ((_, response) => response.writeHead(200).write("[")) as Handler,
  ]) {
    const controller = new AbortController();
    let closed: Promise<void> | undefined;
    handlers = [
      (request, response) => {
        closed = hangup(request);
        handler(request, response);
        controller.abort(new Error("enough"));
      },
    ];
    const error = await failure(callerOf().call(GET, [], {}, { signal: controller.signal }));
    assert.equal(error.message, "enough");
    await closed;
  }
});

test("aborting ends a wait", async () => {
  const controller = new AbortController();
  handlers = [
    (_, response) =>
      response
        .writeHead(503, { "retry-after": "50" })
        .end(() => controller.abort(new Error("enough"))),
  ];
  const error = await failure(callerOf().call(GET, [], {}, { signal: controller.signal }));
  assert.equal(error.message, "enough");
  assert.equal(requests, 1);
});

const events: Handler = (_, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write('event: delta\ndata: {"text":"a"}\n\nevent: del');
};

test("a stream that is left, closed or aborted is hung up on", async () => {
  for (const leave of ["break", "close", "abort"]) {
    let closed: Promise<void> | undefined;
    handlers = [
      (request, response) => {
        closed = hangup(request);
        events(request, response);
      },
    ];
    const controller = new AbortController();
    const chat = stream<{ event: string }>(callerOf(), CHAT, [], {}, { signal: controller.signal });
    const walk = async () => {
      for await (const { event } of chat) {
        assert.equal(event, "delta");
        if (leave === "break") break;
        if (leave === "close") chat.close();
        if (leave === "abort") controller.abort(new Error("enough"));
      }
    };
    if (leave === "abort") assert.equal((await failure(walk())).message, "enough");
    else await walk();
    await closed;
  }
});

test("a stream that is reset is an error", async () => {
  handlers = [
    (request, response) => {
      events(request, response);
      setTimeout(() => request.socket.destroy(), 10);
    },
  ];
  const walk = async () => {
    for await (const _ of stream(callerOf(), CHAT, []));
  };
  assert.equal((await failure(walk())).name, "APIConnectionError");
});

test("a redirect to another origin is followed without credentials", async () => {
  const seen: (string | undefined)[] = [];
  const other = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.end("[2]");
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = other.address() as AddressInfo;
    handlers = [
      (_, response) => response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end(),
    ];
    assert.deepEqual(await callerOf().call(GET, []), [2]);
    assert.deepEqual(seen, [undefined]);
  } finally {
    other.closeAllConnections();
    other.close();
  }
});
