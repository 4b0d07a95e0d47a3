/** OAuth 2.0 of Security: how an app gets tokens, and keeps them. */

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
  baseURL: "https://safe.example/v1",
  tokenURL: "https://safe.example/token",
  authorizationURL: "https://safe.example/authorize",
};

/**
 * What an app may ask for.
 *
 * - `read`: Look into it.
 * - `write`: Put into it.
 */
export type Scope = "read" | "write" | (string & {});

/** What `OAuth` is made with. */
export interface OAuthOptions extends AppOptions {
  /** What to ask for. */
  readonly scopes?: readonly Scope[] | undefined;
}

/**
 * Signs a user in, and gives access tokens. Its `token` is a credential: `new Security({
 * accessToken: oauth.token })`.
 */
export class OAuth extends AuthorizationCode {
  /** Sends nothing yet. */
  constructor(options: OAuthOptions) {
    super(PROVIDER, options);
  }
}
