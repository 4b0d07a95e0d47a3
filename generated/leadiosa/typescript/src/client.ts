/** The client. */

import { CODE_ERRORS } from "./errors.ts";
import { Audit } from "./resources/audit.ts";
import { Billing } from "./resources/billing.ts";
import { Contacts } from "./resources/contacts.ts";
import { Conversations } from "./resources/conversations.ts";
import { Knowledge } from "./resources/knowledge.ts";
import { Openapi } from "./resources/openapi.ts";
import { Webhooks } from "./resources/webhooks.ts";
import { WorkspaceResource } from "./resources/workspace.ts";
import { Caller } from "./runtime/caller.ts";
import type { API } from "./runtime/operation.ts";
import type { ClientOptions, Secret } from "./runtime/options.ts";
import type { APIPromise } from "./runtime/promise.ts";
import { type RawRequest, request } from "./runtime/raw.ts";
import type { RateLimit } from "./runtime/response.ts";

const CONTRACT: API = {
  userAgent: "leadiosa-typescript/1.0.0",
  baseURL: "https://leadiosa.com/api/v1",
  baseURLVariable: "LEADIOSA_BASE_URL",
  schemes: { token: { option: "token", variable: "LEADIOSA_TOKEN" } },
  security: [["token"]],
  errors: {
    message: ["error", "message"],
    code: ["error", "code"],
    requestId: ["error", "request_id"],
    classes: CODE_ERRORS,
  },
  rateLimit: {
    limit: "x-ratelimit-limit",
    remaining: "x-ratelimit-remaining",
    reset: "x-ratelimit-reset",
  },
};

/** What `Leadiosa` is made with. */
export interface LeadiosaOptions extends ClientOptions {
  /**
   * A token, made in Settings → API → Tokens. It belongs to one workspace. A token that is rotated
   * is invalid at once. Or a function that gives it. Else `LEADIOSA_TOKEN` of the environment.
   */
  readonly token?: Secret | undefined;
}

/**
 * A client of Leadiosa.
 *
 * Customer conversations and what belongs to them: messages, notes, contacts, a knowledge base. The
 * API speaks JSON over HTTPS; plain HTTP is redirected with 308.
 */
export class Leadiosa {
  /** Exchanges with a contact, from open to closed, and who takes care of them. */
  readonly conversations: Conversations;
  /** The people you talk with, their attributes, and their erasure. */
  readonly contacts: Contacts;
  /** The articles that answers are drawn from, and the chunks they are cut into. */
  readonly knowledge: Knowledge;
  /** The endpoints of yours that events are sent to. */
  readonly webhooks: Webhooks;
  /** Who changed what, and when. */
  readonly audit: Audit;
  /** The life of the workspace. For owners only. */
  readonly workspace: WorkspaceResource;
  /** What your workspace pays for. */
  readonly billing: Billing;
  /** This description of the API. */
  readonly openapi: Openapi;
  readonly #caller: Caller;
  readonly #options: LeadiosaOptions;

  /** Sends nothing yet; what is not said comes from the environment. */
  constructor(options: LeadiosaOptions = {}) {
    this.#options = options;
    this.#caller = new Caller(CONTRACT, options);
    this.conversations = new Conversations(this.#caller);
    this.contacts = new Contacts(this.#caller);
    this.knowledge = new Knowledge(this.#caller);
    this.webhooks = new Webhooks(this.#caller);
    this.audit = new Audit(this.#caller);
    this.workspace = new WorkspaceResource(this.#caller);
    this.billing = new Billing(this.#caller);
    this.openapi = new Openapi(this.#caller);
  }

  /** The rate limit as the last answer told it; undefined where none has. */
  get rateLimit(): RateLimit | undefined {
    return this.#caller.observed.rateLimit;
  }

  /** A client with the same settings but for these; what answers told is shared. */
  withOptions(options: LeadiosaOptions): Leadiosa {
    const copy = new Leadiosa({ ...this.#options, ...options });
    copy.#caller.observed = this.#caller.observed;
    return copy;
  }

  /** Sends any request: authenticated, retried and checked as every other call. */
  request<T = unknown>(method: string, path: string, options?: RawRequest): APIPromise<T> {
    return request<T>(this.#caller, method, path, options);
  }
}
