/** OAuth 2.0 of Aloha: how an app signs users in, and keeps their tokens. */

import { AuthorizationCode, type OAuthOptions, type Provider } from "./runtime/oauth.ts";

export {
  AccessDeniedError,
  type AuthorizationRequest,
  memoryStore,
  OAuthError,
  type OAuthOptions,
  SignInRequiredError,
  StateMismatchError,
  type TokenStore,
  type Tokens,
} from "./runtime/oauth.ts";

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

/**
 * Signs a user in, and gives access tokens. Its `token` is a credential: `new Aloha({ accessToken:
 * oauth.token })`.
 *
 * For partner apps: an access token that a user granted (authorization code with PKCE, S256). What
 * a token may do is in its scopes; too little is answered with 403.
 */
export class OAuth extends AuthorizationCode {
  /** Sends nothing yet. */
  constructor(options: OAuthOptions & { readonly scopes?: readonly Scope[] | undefined }) {
    super(PROVIDER, options);
  }
}
