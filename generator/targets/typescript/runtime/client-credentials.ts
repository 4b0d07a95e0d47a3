/** OAuth 2.0: tokens of an app's own, got with its secret (RFC 6749 §4.4). For servers. */

import { type AppOptions, type Provider, TokenEndpoint } from "./token-endpoint.ts";
import { memoryStore, TokenKeeper } from "./token-keeper.ts";

/** An app that has a secret. */
export interface SecretAppOptions extends AppOptions {
  /** The app's secret. */
  readonly clientSecret: string;
}

/** Gives access tokens of the app's own: `token` is a client's credential. */
export class ClientCredentialsGrant {
  /**
   * An access token that has not expired, as far as is known: a client's `Secret`.
   *
   * However many calls ask, it is asked for once. Throws `OAuthError`.
   */
  readonly token: (refused?: string) => Promise<string>;

  constructor(provider: Provider, options: SecretAppOptions) {
    const { scopes = [], store = memoryStore(), now = Date.now } = options;
    const endpoint = new TokenEndpoint(provider, options);
    const keeper = new TokenKeeper(store, now, () =>
      endpoint.exchange(provider.tokenURL, {
        grant_type: "client_credentials",
        ...(scopes.length && { scope: scopes.join(" ") }),
      }),
    );
    this.token = (refused) => keeper.token(refused);
  }
}
