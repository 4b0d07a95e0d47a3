/** Who the end users of HaloAgents are, proved by tokens that you sign. */

import { type Identity, signToken, type TokenOptions } from "./runtime/identity.ts";

export type { TokenOptions } from "./runtime/identity.ts";

const IDENTITY: Identity = { subject: "user_id", anonymousPrefix: "anon_" };

/** What a token says of a user; the API trusts it. */
export interface UserClaims {
  /** The claim `email`. */
  readonly email?: string | undefined;
  /** The claim `role`. */
  readonly role?: string | undefined;
  /** The claim `plan`. */
  readonly plan?: string | undefined;
  /** Other claims. */
  readonly [claim: string]: unknown;
}

/**
 * The token that proves to the API who an end user is. Sign it on your server only.
 *
 * Throws a `TypeError` where there is none for such a user or lifetime.
 */
export function signUserToken(
  userId: string,
  claims: UserClaims,
  options: TokenOptions,
): Promise<string> {
  return signToken(IDENTITY, userId, claims, options);
}
