/** The token endpoint of an authorization server (RFC 6749 §3.2), as an app asks it. */

import { APIConnectionError, ArgumentError } from "./errors.ts";
import { OAuthError, SignInRequiredError } from "./oauth-errors.ts";
import type { TokenStore, Tokens } from "./token-keeper.ts";

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

/** An app as the authorization server knows it, and what it asks for. */
export interface AppOptions {
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

/** Exchanges grants for tokens. */
export class TokenEndpoint {
  readonly #provider: Provider;
  readonly #options: AppOptions;

  constructor(provider: Provider, options: AppOptions) {
    this.#provider = provider;
    this.#options = options;
  }

  /** The tokens that the server gives for a grant. Throws `OAuthError`. */
  async exchange(url: string, form: Record<string, string>): Promise<Tokens> {
    const { now = Date.now, scopes = [] } = this.#options;
    const answer = await this.post(url, form);
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

  /** The server's answer to a form. Throws `OAuthError`, `SignInRequiredError`. */
  async post(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
    const { clientId, clientSecret, fetch = globalThis.fetch } = this.#options;
    const url = this.address(path);
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
  address(path = ""): string {
    const base = (this.#options.baseURL ?? this.#provider.baseURL).replace(/\/+$/, "");
    const url = path.startsWith("/") ? base + path : path;
    if (!/^(https:\/\/|http:\/\/(127\.0\.0\.1|localhost|\[::1\])([:/]|$))/.test(url)) {
      throw new ArgumentError("tokens travel by https only (RFC 6749 §3.2)");
    }
    return url;
  }
}

/** A text as in a form (RFC 6749 §2.3.1). */
function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

/** What went wrong, by the server's word for it and its own words. */
export function sentence(what: string, code: string | number, description: unknown): string {
  return `${what}: ${code}${typeof description === "string" ? ` (${description})` : ""}`;
}
