/** The client. */

import { CODE_ERRORS } from "./errors.ts";
import { Chat } from "./resources/chat.ts";
import { Companies } from "./resources/companies.ts";
import { ConfigResource } from "./resources/config.ts";
import { Events } from "./resources/events.ts";
import { Series } from "./resources/series.ts";
import { Tickets } from "./resources/tickets.ts";
import { Users } from "./resources/users.ts";
import { Caller } from "./runtime/caller.ts";
import type { API } from "./runtime/operation.ts";
import type { ClientOptions, Secret } from "./runtime/options.ts";
import type { APIPromise } from "./runtime/promise.ts";
import { type RawRequest, request } from "./runtime/raw.ts";
import type { RateLimit } from "./runtime/response.ts";

const CONTRACT: API = {
  userAgent: "haloagents-typescript/1.0.0",
  baseURL: "https://api.haloagents.ai/api/sdk",
  baseURLVariable: "HALOAGENTS_BASE_URL",
  schemes: { publishableKey: { option: "apiKey", variable: "HALOAGENTS_API_KEY" } },
  security: [["publishableKey"]],
  errors: { message: ["error"], classes: CODE_ERRORS },
};

/** What `HaloAgents` is made with. */
export interface HaloAgentsOptions extends ClientOptions {
  /**
   * The publishable widget key, the one in the snippet under Setup → Install. It names your
   * organization and is made to be public; it is not a server-only secret. Or a function that gives
   * it. Else `HALOAGENTS_API_KEY` of the environment.
   */
  readonly apiKey?: Secret | undefined;
}

/**
 * A client of HaloAgents.
 *
 * The endpoints behind the chat widget, for calling them yourself. The API speaks JSON over HTTPS.
 */
export class HaloAgents {
  /** Messages to the active agent, and its replies. */
  readonly chat: Chat;
  /** Support tickets. */
  readonly tickets: Tickets;
  /** What people do on your site or in your product. */
  readonly events: Events;
  /** The end users that you know. */
  readonly users: Users;
  /** The companies that your end users belong to. */
  readonly companies: Companies;
  /** Series of emails, and who gets them. */
  readonly series: Series;
  /** What a widget needs to know before it starts. */
  readonly config: ConfigResource;
  readonly #caller: Caller;
  readonly #options: HaloAgentsOptions;

  /** Sends nothing yet; what is not said comes from the environment. */
  constructor(options: HaloAgentsOptions = {}) {
    this.#options = options;
    this.#caller = new Caller(CONTRACT, options);
    this.chat = new Chat(this.#caller);
    this.tickets = new Tickets(this.#caller);
    this.events = new Events(this.#caller);
    this.users = new Users(this.#caller);
    this.companies = new Companies(this.#caller);
    this.series = new Series(this.#caller);
    this.config = new ConfigResource(this.#caller);
  }

  /** The rate limit as the last answer told it; undefined where none has. */
  get rateLimit(): RateLimit | undefined {
    return this.#caller.observed.rateLimit;
  }

  /** A client with the same settings but for these; what answers told is shared. */
  withOptions(options: HaloAgentsOptions): HaloAgents {
    const copy = new HaloAgents({ ...this.#options, ...options });
    copy.#caller.observed = this.#caller.observed;
    return copy;
  }

  /** Sends any request: authenticated, retried and checked as every other call. */
  request<T = unknown>(method: string, path: string, options?: RawRequest): APIPromise<T> {
    return request<T>(this.#caller, method, path, options);
  }
}
