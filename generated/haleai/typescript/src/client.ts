/** The client. */

import { CODE_ERRORS } from "./errors.ts";
import { Contacts } from "./resources/contacts.ts";
import { Deals } from "./resources/deals.ts";
import { Leads } from "./resources/leads.ts";
import { Caller } from "./runtime/caller.ts";
import type { API } from "./runtime/operation.ts";
import type { ClientOptions, Secret } from "./runtime/options.ts";
import type { APIPromise } from "./runtime/promise.ts";
import { type RawRequest, request } from "./runtime/raw.ts";
import { required } from "./runtime/required.ts";
import type { RateLimit } from "./runtime/response.ts";

const CONTRACT: API = {
  userAgent: "haleai-typescript/1.0.0",
  baseURL: "https://app.alohahale.ai/api/v1",
  baseURLVariable: "HALEAI_BASE_URL",
  schemes: { apiKey: { option: "apiKey", variable: "HALEAI_API_KEY" } },
  security: [["apiKey"]],
  credentials: required("HaleAI"),
  errors: { message: ["error", "message"], code: ["error", "code"], classes: CODE_ERRORS },
};

/** What `HaleAI` is made with. */
export interface HaleAIOptions extends ClientOptions {
  /**
   * An API key, made in Settings → API keys. It is shown once, at creation: keep it in a password
   * manager. Only a hash of it is stored, so that it can never be read back. Or a function that
   * gives it. Else `HALEAI_API_KEY` of the environment.
   */
  readonly apiKey?: Secret | undefined;
}

/**
 * A client of HaleAI.
 *
 * Read-only access to the contacts, leads and deals of your team. The API speaks JSON over HTTPS
 * and has three resources, each with a paginated list and a detail.
 */
export class HaleAI {
  /** The people your team knows. */
  readonly contacts: Contacts;
  /** Prospects, by stage, on their way to a deal. */
  readonly leads: Leads;
  /** Transactions, by stage, from opportunity to closing. */
  readonly deals: Deals;
  readonly #caller: Caller;
  readonly #options: HaleAIOptions;

  /** Sends nothing yet; what is not said comes from the environment. */
  constructor(options: HaleAIOptions = {}) {
    this.#options = options;
    this.#caller = new Caller(CONTRACT, options);
    this.contacts = new Contacts(this.#caller);
    this.leads = new Leads(this.#caller);
    this.deals = new Deals(this.#caller);
  }

  /** The rate limit as the last answer told it; undefined where none has. */
  get rateLimit(): RateLimit | undefined {
    return this.#caller.observed.rateLimit;
  }

  /** A client with the same settings but for these; what answers told is shared. */
  withOptions(options: HaleAIOptions): HaleAI {
    const copy = new HaleAI({ ...this.#options, ...options });
    copy.#caller.observed = this.#caller.observed;
    return copy;
  }

  /** Sends any request: authenticated, retried and checked as every other call. */
  request<T = unknown>(method: string, path: string, options?: RawRequest): APIPromise<T> {
    return request<T>(this.#caller, method, path, options);
  }
}
