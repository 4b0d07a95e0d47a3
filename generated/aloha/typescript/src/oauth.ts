/** OAuth 2.0 of Aloha: how an app gets tokens, and keeps them. */

import { AuthorizationCode } from "./runtime/oauth.ts";
import type { AppOptions, Provider } from "./runtime/token-endpoint.ts";

export type { AuthorizationRequest } from "./runtime/oauth.ts";
export {
  AccessDeniedError,
  OAuthError,
  oauthErrorFrom,
  SignInRequiredError,
  SignInTimeoutError,
  StateMismatchError,
} from "./runtime/oauth-errors.ts";
export { memoryStore, type TokenStore, type Tokens } from "./runtime/token-keeper.ts";

const PROVIDER: Provider = {
  baseURL: "https://api.usealoha.app",
  tokenURL: "/oauth/token",
  authorizationURL: "/oauth/authorize",
};

/**
 * What an app may ask for.
 *
 * - `read`: Whatever a GET gives.
 * - `write`: Whatever a POST does.
 * - `webhook:admin`: Manage the webhook subscriptions of the workspace.
 */
export type Scope = "read" | "write" | "webhook:admin" | (string & {});

/** What `OAuth` is made with. */
export interface OAuthOptions extends AppOptions {
  /** What to ask for. */
  readonly scopes?: readonly Scope[] | undefined;
}

/**
 * Signs a user in, and gives access tokens. Its `token` is a credential: `new Aloha({ accessToken:
 * oauth.token })`.
 *
 * For partner apps: an access token that a user granted (authorization code with PKCE, S256). What
 * a token may do is in its scopes; too little is answered with 403.
 */
export class OAuth extends AuthorizationCode {
  /** Sends nothing yet. */
  constructor(options: OAuthOptions) {
    super(PROVIDER, options);
  }
}
