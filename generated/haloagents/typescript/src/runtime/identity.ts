/** Signs the tokens that tell an API who an end user is: JWTs under a shared secret (RFC 7519). */

import { base64url } from "./base64url.ts";

/** What an API asks of such a token. */
export interface Identity {
  /** The claim that holds the user's id. */
  readonly subject: string;
  /** What the ids of anonymous users begin with, who need no token. */
  readonly anonymousPrefix?: string;
  /** The hash of the HMAC; SHA-256 (HS256) where not said. */
  readonly hash?: "SHA-256" | "SHA-384" | "SHA-512";
}

/** How a token is signed. */
export interface TokenOptions {
  /** The shared secret. Keep it on a server. */
  readonly secret: string;
  /** Seconds that the token is good for; 86400. */
  readonly expiresIn?: number;
  /** A Unix time in seconds; now where not said. */
  readonly now?: number;
}

/** The token for a user, with these claims besides. Throws `TypeError` where there is none. */
export async function signToken(
  { subject, anonymousPrefix, hash = "SHA-256" }: Identity,
  userId: string,
  claims: Readonly<Record<string, unknown>>,
  { secret, expiresIn = 86_400, now = Date.now() / 1000 }: TokenOptions,
): Promise<string> {
  if (!secret) throw new TypeError("there is no secret to sign with");
  if (!userId) throw new TypeError("a token is for a user, whose id is not empty");
  if (anonymousPrefix && userId.startsWith(anonymousPrefix)) {
    throw new TypeError(`a user whose id begins with ${anonymousPrefix} needs no token`);
  }
  if (!(expiresIn > 0)) throw new TypeError("a token that has expired is good for nothing");
  const issued = Math.floor(now);
  const told = { [subject]: userId, ...claims, iat: issued, exp: issued + Math.ceil(expiresIn) };
  const encoder = new TextEncoder();
  const signed = [{ alg: `HS${hash.slice(4)}`, typ: "JWT" }, told]
    .map((part) => base64url(encoder.encode(JSON.stringify(part))))
    .join(".");
  const algorithm = { name: "HMAC", hash };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
  ]);
  const digest = await crypto.subtle.sign("HMAC", key, encoder.encode(signed));
  return `${signed}.${base64url(new Uint8Array(digest))}`;
}
