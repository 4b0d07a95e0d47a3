/** Types of the resource oauth. */

import { integer, object, optional, type Shape, string } from "../runtime/shapes.ts";

/** A code or a refresh token, and whose it is (RFC 6749 §4.1.3, §6). */
export interface TokenRequest {
  /** What is exchanged for an access token. */
  grantType: GrantType;
  /** Your app. Needed, unless it comes by HTTP Basic. */
  clientId?: string;
  /** Your app's secret, if it has one and does not send it by HTTP Basic. */
  clientSecret?: string;
  /** The code that came back to `redirect_uri`. Needed for `authorization_code`. */
  code?: string;
  /** The `redirect_uri` of the authorization. Needed for `authorization_code`. */
  redirectUri?: string;
  /** What the `code_challenge` was made of (RFC 7636 §4.1). Needed for `authorization_code`. */
  codeVerifier?: string;
  /** The newest refresh token. Needed for `refresh_token`. */
  refreshToken?: string;
  /** With `refresh_token`, fewer of the scopes that were granted (RFC 6749 §6). */
  scope?: string;
}

/** What is exchanged for an access token. */
export type GrantType = "authorization_code" | "refresh_token" | (string & {});

/** Access, for a while (RFC 6749 §5.1). */
export interface Token {
  /** Goes into `Authorization`, as an API key does. */
  accessToken: string;
  /** Always `Bearer`. */
  tokenType: "Bearer";
  /** How many seconds the access token lives. */
  expiresIn: number;
  /** Gets the next access token, once. */
  refreshToken: string;
  /** The scopes that were granted, separated by spaces. */
  scope: string;
}

/** What the OAuth endpoints answer other than a success (RFC 6749 §5.2). */
export interface OAuthErrorObject {
  /** For programs. One of the codes that the status lists. */
  error: string;
  /** For people. */
  errorDescription?: string;
}

/** How values of `TokenRequest` are read and written. */
export const tokenRequestShape: Shape<TokenRequest> = object({
  grant_type: string,
  client_id: optional(string),
  client_secret: optional(string),
  code: optional(string),
  redirect_uri: optional(string),
  code_verifier: optional(string),
  refresh_token: optional(string),
  scope: optional(string),
});

/** How values of `Token` are read and written. */
export const tokenShape: Shape<Token> = object({
  access_token: string,
  token_type: string,
  expires_in: integer,
  refresh_token: string,
  scope: string,
});
