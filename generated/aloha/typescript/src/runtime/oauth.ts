/**
 * OAuth 2.0: a user's consent by authorization code with PKCE (RFC 6749, RFC 7636), and access
 * tokens that renew themselves. For browsers, workers and servers alike.
 */

import { base64url } from "./base64url.ts";
import { APIConnectionError, APIError, ArgumentError } from "./errors.ts";

/** Where an API's authorization server is; an address that begins with `/` is below `baseURL`. */
export interface Provider {
  /** Where the API is. */
  readonly baseURL: string;
  /** Where codes and refresh tokens are exchanged. */
  readonly tokenURL: string;
  /** Where the user's browser is sent. */
  readonly authorizationURL?: string;
  /** Where refresh tokens are exchanged, if elsewhere. */
  readonly refreshURL?: string;
  /** Where tokens are given back. */
  readonly revocationURL?: string;
}

/** What was granted. Plain data, to be kept as JSON. */
export interface Tokens {
  /** The access token. */
  readonly accessToken: string;
  /** What gets the next one; undefined where none was given. */
  readonly refreshToken?: string | undefined;
  /** When the access token expires, in milliseconds since 1970, where the server says. */
  readonly expiresAt?: number | undefined;
  /** What it may be used for. */
  readonly scopes: readonly string[];
}

/** Where tokens are kept. */
export interface TokenStore {
  /** The tokens, if there are any. */
  load(): Tokens | undefined | Promise<Tokens | undefined>;
  /** Keep these; undefined to keep none. */
  save(tokens: Tokens | undefined): unknown;
}

/** What is to be kept, in the user's session, until the browser comes back. Plain data. */
export interface AuthorizationRequest {
  /** Where to send the user's browser. */
  readonly url: string;
  /** Where it comes back to. */
  readonly redirectURI: string;
  /** What it comes back with. */
  readonly state: string;
  /** The PKCE verifier. */
  readonly verifier: string;
}

/** An app as the authorization server knows it, and what it asks for. */
export interface OAuthOptions {
  /** The app's id. */
  readonly clientId: string;
  /** The app's secret; an app that cannot keep one has none. */
  readonly clientSecret?: string | undefined;
  /** What to ask for. */
  readonly scopes?: readonly string[] | undefined;
  /** Where tokens are kept; in memory where not said. */
  readonly store?: TokenStore | undefined;
  /** Where the API is, if not in production. */
  readonly baseURL?: string | undefined;
  /** A `fetch` of your own. */
  readonly fetch?: typeof fetch | undefined;
  /** Milliseconds since 1970; for tests. */
  readonly now?: (() => number) | undefined;
}

/** The authorization server refused, or its answer cannot be used. */
export class OAuthError extends APIError {
  override name = "OAuthError";
  /** Its word for what went wrong (RFC 6749 §4.1.2.1, §5.2); empty where it has none. */
  declare readonly code: string;
}

/** The user, or the authorization server, said no. */
export class AccessDeniedError extends OAuthError {
  override name = "AccessDeniedError";
}

/** The browser came back with an answer to another question; it was not looked at. */
export class StateMismatchError extends OAuthError {
  override name = "StateMismatchError";
}

/** There is no grant, or none that is good any more: the user has to sign in (again). */
export class SignInRequiredError extends OAuthError {
  override name = "SignInRequiredError";
}

/** Milliseconds before its end at which an access token is renewed. */
const EARLY = 30_000;

/** Signs a user in, and gives access tokens: `token` is a client's credential. */
export class AuthorizationCode {
  readonly #provider: Provider;
  readonly #options: OAuthOptions;
  readonly #store: TokenStore;
  #renewing: Promise<string> | undefined;

  constructor(provider: Provider, options: OAuthOptions) {
    this.#provider = provider;
    this.#options = options;
    this.#store = options.store ?? memoryStore();
  }

  /** What to send the user's browser to, with a fresh `state` and PKCE challenge (S256). */
  async start(redirectURI: string): Promise<AuthorizationRequest> {
    const { clientId, scopes = [] } = this.#options;
    const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
    const state = base64url(crypto.getRandomValues(new Uint8Array(32)));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    const url = new URL(this.#address(this.#provider.authorizationURL));
    const asked = {
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirectURI,
      ...(scopes.length && { scope: scopes.join(" ") }),
      state,
      code_challenge: base64url(new Uint8Array(digest)),
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    return { url: url.href, redirectURI, state, verifier };
  }

  /**
   * Exchange the code in the URL that the browser came back to for tokens, and keep them.
   *
   * Throws `StateMismatchError` before all else, `AccessDeniedError`, `OAuthError`.
   */
  async finish(asked: AuthorizationRequest, url: string): Promise<Tokens> {
    const told = new URL(url).searchParams;
    if (!asked.state || told.get("state") !== asked.state || told.getAll("state").length > 1) {
      throw new StateMismatchError("the browser came back with another state", { code: "" });
    }
    const refusal = told.get("error");
    if (refusal) {
      const kind = refusal === "access_denied" ? AccessDeniedError : OAuthError;
      throw new kind(sentence("access was not granted", refusal, told.get("error_description")), {
        code: refusal,
      });
    }
    const [code, ...more] = told.getAll("code");
    if (!code || more.length) {
      throw new OAuthError("the browser came back with neither a code nor an error", { code: "" });
    }
    const tokens = await this.#ask(this.#provider.tokenURL, {
      grant_type: "authorization_code",
      code,
      redirect_uri: asked.redirectURI,
      code_verifier: asked.verifier,
    });
    await this.#store.save(tokens);
    return tokens;
  }

  /**
   * An access token that has not expired, as far as is known: a client's `Secret`.
   *
   * However many calls ask, it is renewed once. Throws `SignInRequiredError` without a grant.
   */
  readonly token = async (refused?: string): Promise<string> => {
    const tokens = await this.#store.load();
    if (tokens && this.#isGood(tokens, refused)) return tokens.accessToken;
    this.#renewing ??= this.#renew(refused).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  };

  /** Give the grant back (RFC 7009), where the server takes it, and keep it no more. */
  async signOut(): Promise<void> {
    const tokens = await this.#store.load();
    await this.#store.save(undefined);
    const token = tokens?.refreshToken ?? tokens?.accessToken;
    if (token && this.#provider.revocationURL)
      await this.#post(this.#provider.revocationURL, { token });
  }

  async #renew(refused: string | undefined): Promise<string> {
    const kept = await this.#store.load();
    if (kept && this.#isGood(kept, refused)) return kept.accessToken;
    if (!kept?.refreshToken) {
      throw new SignInRequiredError("there is no grant: the user has to sign in", { code: "" });
    }
    const tokens = await this.#ask(this.#provider.refreshURL ?? this.#provider.tokenURL, {
      grant_type: "refresh_token",
      refresh_token: kept.refreshToken,
    });
    await this.#store.save({ ...tokens, refreshToken: tokens.refreshToken ?? kept.refreshToken });
    return tokens.accessToken;
  }

  #isGood({ accessToken, expiresAt }: Tokens, refused: string | undefined): boolean {
    const { now = Date.now } = this.#options;
    return accessToken !== refused && (expiresAt === undefined || expiresAt - now() >= EARLY);
  }

  async #ask(url: string, form: Record<string, string>): Promise<Tokens> {
    const { now = Date.now, scopes = [] } = this.#options;
    const answer = await this.#post(url, form);
    const { access_token: accessToken, refresh_token: next, expires_in: life, scope } = answer;
    const kind = answer.token_type ?? "bearer";
    if (typeof accessToken !== "string" || !/^bearer$/i.test(String(kind))) {
      throw new OAuthError("the token endpoint's answer is not a bearer token", { code: "" });
    }
    return {
      accessToken,
      refreshToken: typeof next === "string" ? next : undefined,
      expiresAt: Number(life) >= 0 ? now() + Number(life) * 1000 : undefined,
      scopes: typeof scope === "string" ? scope.split(" ").filter(Boolean) : scopes,
    };
  }

  async #post(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
    const { clientId, clientSecret, fetch = globalThis.fetch } = this.#options;
    const url = this.#address(path);
    const headers: Record<string, string> = { accept: "application/json" };
    const body = new URLSearchParams(form);
    if (clientSecret === undefined) body.set("client_id", clientId);
    else
      headers.authorization = `Basic ${btoa([clientId, clientSecret].map(formEncode).join(":"))}`;
    const init = { method: "POST", headers, body, redirect: "manual" as const };
    const answer = await fetch(url, init).catch((error: unknown) => {
      const reason = Object(error).message;
      throw new APIConnectionError(`the authorization server did not answer: ${reason}`, {
        request: { method: "POST", url },
        sent: true,
        reason,
      });
    });
    const told: unknown = await answer.json().catch(() => undefined);
    const { error, error_description: description, ...rest } = Object(told);
    if (answer.ok) return rest;
    const code = typeof error === "string" ? error : "";
    const secrets = [clientSecret, ...Object.values(form)];
    const words = sentence("the authorization server refused", code || answer.status, description);
    throw new (code === "invalid_grant" ? SignInRequiredError : OAuthError)(
      secrets.reduce<string>(
        (text, secret) => (secret ? text.replaceAll(secret, "…") : text),
        words,
      ),
      { code },
    );
  }

  /** A whole address. Throws `ArgumentError` for one that tokens may not travel to. */
  #address(path = ""): string {
    const base = (this.#options.baseURL ?? this.#provider.baseURL).replace(/\/+$/, "");
    const url = path.startsWith("/") ? base + path : path;
    if (!/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$))/.test(url)) {
      throw new ArgumentError("tokens travel by https only (RFC 6749 §3.2)");
    }
    return url;
  }
}

/** Keeps tokens as long as the program runs. */
export function memoryStore(): TokenStore {
  let kept: Tokens | undefined;
  return {
    load: () => kept,
    save(tokens) {
      kept = tokens;
    },
  };
}

/** A text as in a form (RFC 6749 §2.3.1). */
function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function sentence(what: string, code: string | number, description: unknown): string {
  return `${what}: ${code}${typeof description === "string" ? ` (${description})` : ""}`;
}
