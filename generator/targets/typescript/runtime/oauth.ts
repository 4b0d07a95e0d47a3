/**
 * OAuth 2.0: a user's consent by authorization code with PKCE (RFC 6749, RFC 7636), and access
 * tokens that renew themselves. For browsers, workers and servers alike.
 */

import { base64url } from "./base64url.ts";
import {
  AccessDeniedError,
  OAuthError,
  SignInRequiredError,
  StateMismatchError,
} from "./oauth-errors.ts";
import { type AppOptions, type Provider, sentence, TokenEndpoint } from "./token-endpoint.ts";
import { memoryStore, TokenKeeper, type TokenStore, type Tokens } from "./token-keeper.ts";

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

/** Signs a user in, and gives access tokens: `token` is a client's credential. */
export class AuthorizationCode {
  readonly #provider: Provider;
  readonly #options: AppOptions;
  readonly #endpoint: TokenEndpoint;
  readonly #store: TokenStore;
  readonly #keeper: TokenKeeper;

  constructor(provider: Provider, options: AppOptions) {
    this.#provider = provider;
    this.#options = options;
    this.#endpoint = new TokenEndpoint(provider, options);
    this.#store = options.store ?? memoryStore();
    this.#keeper = new TokenKeeper(this.#store, options.now ?? Date.now, (kept) =>
      this.#renewed(kept),
    );
  }

  /** What to send the user's browser to, with a fresh `state` and PKCE challenge (S256). */
  async start(redirectURI: string): Promise<AuthorizationRequest> {
    const { clientId, scopes = [] } = this.#options;
    const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)));
    const state = base64url(crypto.getRandomValues(new Uint8Array(32)));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    const url = new URL(this.#endpoint.address(this.#provider.authorizationURL));
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
    const tokens = await this.#endpoint.exchange(this.#provider.tokenURL, {
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
  readonly token = (refused?: string): Promise<string> => this.#keeper.token(refused);

  /** Give the grant back (RFC 7009), where the server takes it, and keep it no more. */
  async signOut(): Promise<void> {
    const tokens = await this.#store.load();
    await this.#store.save(undefined);
    const token = tokens?.refreshToken ?? tokens?.accessToken;
    if (token && this.#provider.revocationURL) {
      await this.#endpoint.post(this.#provider.revocationURL, { token });
    }
  }

  async #renewed(kept: Tokens | undefined): Promise<Tokens> {
    if (!kept?.refreshToken) {
      throw new SignInRequiredError("there is no grant: the user has to sign in", { code: "" });
    }
    const tokens = await this.#endpoint.exchange(
      this.#provider.refreshURL ?? this.#provider.tokenURL,
      { grant_type: "refresh_token", refresh_token: kept.refreshToken },
    );
    return { ...tokens, refreshToken: tokens.refreshToken ?? kept.refreshToken };
  }
}
