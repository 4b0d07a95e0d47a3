/** The client. */

import { CODE_ERRORS } from "./errors.ts";
import { Analytics } from "./resources/analytics.ts";
import { Inbox } from "./resources/inbox.ts";
import { Matrix } from "./resources/matrix.ts";
import { Oauth } from "./resources/oauth.ts";
import { Posts } from "./resources/posts.ts";
import { Voice } from "./resources/voice.ts";
import { Caller } from "./runtime/caller.ts";
import type { API } from "./runtime/operation.ts";
import type { ClientOptions, Secret } from "./runtime/options.ts";
import type { APIPromise } from "./runtime/promise.ts";
import { type RawRequest, request } from "./runtime/raw.ts";
import type { RateLimit } from "./runtime/response.ts";

const CONTRACT: API = {
  userAgent: "aloha-typescript/1.0.0",
  baseURL: "https://api.usealoha.app",
  baseURLVariable: "ALOHA_BASE_URL",
  schemes: {
    apiKey: { option: "apiKey", variable: "ALOHA_KEY" },
    oauth: { option: "accessToken" },
  },
  security: [["apiKey"], ["oauth"]],
  errors: { message: ["error", "message"], code: ["error", "code"], classes: CODE_ERRORS },
  rateLimit: {
    limit: "x-ratelimit-limit",
    remaining: "x-ratelimit-remaining",
    reset: "x-ratelimit-reset",
  },
};

/** What `Aloha` is made with. */
export interface AlohaOptions extends ClientOptions {
  /**
   * An API key, made in Settings → Developer. It belongs to one workspace and may do everything
   * there. A test key sees test data, and publishes nothing. A key that is rotated works for 24
   * hours more. Or a function that gives it. Else `ALOHA_KEY` of the environment.
   */
  readonly apiKey?: Secret | undefined;
  /**
   * For partner apps: an access token that a user granted (authorization code with PKCE, S256).
   * What a token may do is in its scopes; too little is answered with 403. Or a function that gives
   * it.
   */
  readonly accessToken?: Secret | undefined;
}

/**
 * A client of Aloha.
 *
 * Post scheduling for teams: what you do in Aloha, from code. The API speaks JSON over HTTPS; plain
 * HTTP is rejected with 403, never redirected.
 */
export class Aloha {
  /** What you publish, per channel, now or later. */
  readonly posts: Posts;
  /** How your posts did, as a file. */
  readonly analytics: Analytics;
  /** What people write to you, from all channels in one place. */
  readonly inbox: Inbox;
  /** The matrices of your workspace, run by hand. */
  readonly matrix: Matrix;
  /** The model that writes the way you do. */
  readonly voice: Voice;
  /** How a partner app gets a token from a user (authorization code with PKCE). */
  readonly oauth: Oauth;
  readonly #caller: Caller;
  readonly #options: AlohaOptions;

  /** Sends nothing yet; what is not said comes from the environment. */
  constructor(options: AlohaOptions = {}) {
    this.#options = options;
    this.#caller = new Caller(CONTRACT, options);
    this.posts = new Posts(this.#caller);
    this.analytics = new Analytics(this.#caller);
    this.inbox = new Inbox(this.#caller);
    this.matrix = new Matrix(this.#caller);
    this.voice = new Voice(this.#caller);
    this.oauth = new Oauth(this.#caller);
  }

  /** The rate limit as the last answer told it; undefined where none has. */
  get rateLimit(): RateLimit | undefined {
    return this.#caller.observed.rateLimit;
  }

  /** A client with the same settings but for these; what answers told is shared. */
  withOptions(options: AlohaOptions): Aloha {
    const copy = new Aloha({ ...this.#options, ...options });
    copy.#caller.observed = this.#caller.observed;
    return copy;
  }

  /** Sends any request: authenticated, retried and checked as every other call. */
  request<T = unknown>(method: string, path: string, options?: RawRequest): APIPromise<T> {
    return request<T>(this.#caller, method, path, options);
  }
}
