/** What a page does with the clients; each thing is shown, and told to whoever waits for `told`. */

import { OAuth } from "@aloha/sdk/oauth";
import { verifyWebhook } from "@aloha/sdk/webhooks";
import { HaleAI } from "@haleai/sdk";
import { AuthenticationError, errorFrom, HaloAgents, NotFoundError } from "@haloagents/sdk";
import { verifyWebhook as verifyLeadiosa } from "@leadiosa/sdk/webhooks";

interface Delivery {
  readonly body: string;
  readonly headers: Record<string, string>;
  readonly secret: string;
}

interface Settings {
  /** Where the APIs are. */
  readonly haloagents: string;
  readonly haleai: string;
  /** A key of an organization whose agent answers at once, and of one whose agent pauses long. */
  readonly key: string;
  readonly slowKey: string;
  readonly aloha: Delivery;
  readonly leadiosa: Delivery;
}

type Thing = (show: (seen: unknown) => void) => Promise<unknown>;

function things(settings: Settings): Record<string, Thing> {
  const client = new HaloAgents({ apiKey: settings.key, baseURL: settings.haloagents });
  const slow = client.withOptions({ apiKey: settings.slowKey });
  return {
    async "a call across origins"() {
      const { data, response } = await client.users
        .identify({ userId: "user_8821", email: "ada@example.com", traits: { seats: 3 } })
        .withResponse();
      return { status: response.status, user: data.user };
    },

    async "headers that the page may read"() {
      const { response } = await client.config.get({ orgId: "org_acme" }).withResponse();
      const { requestId, rateLimit } = response;
      return {
        names: [...response.headers.keys()].sort(),
        requestId,
        rateLimit: rateLimit ?? null,
      };
    },

    async "a reply as it is written"(show) {
      const events: unknown[] = [];
      for await (const { event, data } of client.chat.stream({ message: "When is my refund?" })) {
        events.push({ event, data });
        show(events);
      }
      return events;
    },

    async "a stream left by break"() {
      for await (const { event, data } of slow.chat.stream({ message: "hello" })) {
        return { event, data };
      }
      return null;
    },

    async "a stream left by AbortController"() {
      const controller = new AbortController();
      const { signal } = controller;
      let events = 0;
      try {
        for await (const _ of slow.chat.stream({ message: "price" }, { signal })) {
          events++;
          controller.abort();
        }
      } catch (error) {
        return { events, error: Object(error).name, isReason: error === signal.reason };
      }
      return { events };
    },

    async "a wrong key"() {
      const wrong = client.withOptions({ apiKey: "ab_live_wrong" });
      const error = await wrong.chat.send({ message: "hello" }).catch((caught: unknown) => caught);
      return { ...failure(error), isItsClass: error instanceof AuthenticationError };
    },

    async "an error from a worker"() {
      const worker = new Worker("worker.js", { type: "module" });
      const posted = await new Promise<unknown>((resolve, reject) => {
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => reject(new Error(message));
        worker.postMessage(settings.haloagents);
      });
      worker.terminate();
      const error = errorFrom(posted);
      return { ...failure(error), isItsClass: error instanceof NotFoundError };
    },

    async "an API that pages may not call"() {
      const haleai = new HaleAI({ apiKey: "k", baseURL: settings.haleai, maxRetries: 0 });
      return failure(await haleai.deals.get("deal_1").catch((error: unknown) => error));
    },

    async "webhooks, proved"() {
      const { aloha, leadiosa } = settings;
      const first = await verifyWebhook(aloha.body, aloha.headers, aloha.secret);
      const second = await verifyLeadiosa(leadiosa.body, leadiosa.headers, leadiosa.secret);
      return { aloha: first.event, leadiosa: second.type };
    },

    async "a webhook, altered"() {
      const { body, headers, secret } = settings.aloha;
      return failure(await verifyWebhook(`${body} `, headers, secret).catch((error) => error));
    },

    async "a sign-in with PKCE"() {
      const oauth = new OAuth({ clientId: "app_1", scopes: ["read"] });
      const { url, state, verifier } = await oauth.start(`${location.origin}/callback`);
      return { url, state, verifier };
    },
  };
}

function failure(error: unknown): object {
  const { name, message, status = null } = Object(error);
  return { name, message, status };
}

async function run(): Promise<Record<string, unknown>> {
  const settings = (await (await fetch("settings.json")).json()) as Settings;
  document.querySelector("#page")?.append(location.origin);
  document.querySelector("#api")?.append(new URL(settings.haloagents).origin);
  const results: Record<string, unknown> = {};
  for (const [name, thing] of Object.entries(things(settings))) {
    const row = document.createElement("tr");
    const [head, cell] = [document.createElement("th"), document.createElement("td")];
    const show = (seen: unknown) => {
      const lines = Array.isArray(seen)
        ? seen.map((item) => JSON.stringify(item))
        : Object.entries(Object(seen)).map(([key, item]) => `${key}: ${JSON.stringify(item)}`);
      cell.textContent = lines.join("\n");
    };
    head.textContent = name;
    row.append(head, cell);
    document.querySelector("#results")?.append(row);
    try {
      results[name] = await thing(show);
      row.className = "passed";
    } catch (error) {
      results[name] = { unexpected: String(error) };
      row.className = "failed";
    }
    show(results[name]);
  }
  document.title = "finished";
  return results;
}

Object.assign(globalThis, { told: run() });
