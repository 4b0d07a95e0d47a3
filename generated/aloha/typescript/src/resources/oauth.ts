/** How a partner app gets a token from a user (authorization code with PKCE). */

import { flatForm } from "../runtime/bodies.ts";
import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { any } from "../runtime/shapes.ts";
import { type GrantType, type Token, tokenRequestShape, tokenShape } from "../types/oauth.ts";

/** What `client.oauth.authorize` takes. */
export interface OauthAuthorizeParams {
  /** What you want back. Always `code`. */
  responseType: "code";
  /** Your app. */
  clientId: string;
  /** Where the browser comes back to. One of those registered for your app. */
  redirectUri: string;
  /** The SHA-256 of your code verifier, base64url without padding (RFC 7636 §4.2). */
  codeChallenge: string;
  /** How the challenge was made. Always `S256`. */
  codeChallengeMethod: "S256";
  /** The scopes you ask for, separated by spaces. */
  scope?: string | undefined;
  /** Comes back unchanged. Bind it to the browser's session, against forgery. */
  state?: string | undefined;
}

/** What `client.oauth.token` takes. */
export interface OauthTokenParams {
  /** What is exchanged for an access token. */
  grantType: GrantType;
  /** Your app. Needed, unless it comes by HTTP Basic. */
  clientId?: string | undefined;
  /** Your app's secret, if it has one and does not send it by HTTP Basic. */
  clientSecret?: string | undefined;
  /** The code that came back to `redirect_uri`. Needed for `authorization_code`. */
  code?: string | undefined;
  /** The `redirect_uri` of the authorization. Needed for `authorization_code`. */
  redirectUri?: string | undefined;
  /** What the `code_challenge` was made of (RFC 7636 §4.1). Needed for `authorization_code`. */
  codeVerifier?: string | undefined;
  /** The newest refresh token. Needed for `refresh_token`. */
  refreshToken?: string | undefined;
  /** With `refresh_token`, fewer of the scopes that were granted (RFC 6749 §6). */
  scope?: string | undefined;
}

const authorizeOperation: Operation<string> = {
  method: "GET",
  path: "/oauth/authorize",
  query: [
    "response_type",
    "client_id",
    "redirect_uri",
    "code_challenge",
    "code_challenge_method",
    "scope",
    "state",
  ],
  returns: any,
  media: "text/html",
  security: [],
};

const tokenOperation: Operation<Token> = {
  method: "POST",
  path: "/oauth/token",
  body: { encode: flatForm, shape: tokenRequestShape },
  returns: tokenShape,
  security: [],
};

/** How a partner app gets a token from a user (authorization code with PKCE). */
export class Oauth {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Ask a user for access.
   *
   * Where your app sends the user's browser to ask for access (RFC 6749 §4.1.1, RFC 7636 §4.3). The
   * user signs in, sees what your app asks for and decides. The browser then comes back to
   * `redirectUri`, with `code` and your `state` where the user agreed, with `error` and your
   * `state` where not.
   *
   * A request whose client is unknown, or whose `redirectUri` is not registered for it to the
   * letter, is answered with 400 and goes nowhere; only the port of `http://127.0.0.1` and
   * `http://[::1]` may be any. Whatever else is wrong is told to the `redirectUri`:
   * `invalid_request` (no PKCE, or another method than S256), `unsupported_response_type`,
   * `invalid_scope`, `access_denied`, `server_error`.
   *
   * @throws `BadRequestError`: The client is unknown or its redirect URI not registered. Nobody is
   *   redirected.
   * @throws `PermissionDeniedError`: The request came over plain HTTP.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const oauth = await client.oauth.authorize({
   *   responseType: "code",
   *   clientId: "app_01HWM9J4RB6TYE",
   *   redirectUri: "https://partner.example/callback",
   *   codeChallenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
   *   codeChallengeMethod: "S256",
   *   scope: "read write",
   *   state: "af0ifjsldkj",
   * });
   * ```
   */
  authorize(params: OauthAuthorizeParams, options?: RequestOptions): APIPromise<string> {
    return this.#caller.call(authorizeOperation, [], params, options);
  }

  /**
   * Get an access token.
   *
   * Exchanges the `code` that came back to your `redirectUri`, or a refresh token, for an access
   * token (RFC 6749 §4.1.3 and §6, RFC 7636 §4.5).
   *
   * A code works once, and only for the client, with the `redirectUri` and the code verifier that
   * it was asked with; to try it again revokes what it gave. A refresh token works once, too: the
   * answer has the next one.
   *
   * An app that has a client secret sends it in the body, or with `clientId` by HTTP Basic (RFC
   * 6749 §2.3.1). An app that cannot keep a secret sends `clientId` alone.
   *
   * @throws `BadRequestError`: The token request cannot be granted.
   * @throws `InvalidRequestError`: A parameter is missing, repeated or malformed.
   * @throws `InvalidGrantError`: The code or refresh token is unknown, used or expired, or was
   *   given to another client, for another redirect URI or for another code verifier.
   * @throws `UnauthorizedClientError`: The client may not use this grant type.
   * @throws `UnsupportedGrantTypeError`: The grant type is neither of the two.
   * @throws `InvalidScopeError`: More was asked for than was granted.
   * @throws `AuthenticationError`: The client is unknown, or its secret is wrong.
   * @throws `PermissionDeniedError`: The request came over plain HTTP.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const oauth = await client.oauth.token({
   *   grantType: "authorization_code",
   *   clientId: "app_01HWM9J4RB6TYE",
   *   code: "aoc_9fK2xTq7LmZ4",
   *   redirectUri: "https://partner.example/callback",
   *   codeVerifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
   * });
   * ```
   */
  token(params: OauthTokenParams, options?: RequestOptions): APIPromise<Token> {
    return this.#caller.call(tokenOperation, [], params, options);
  }
}
