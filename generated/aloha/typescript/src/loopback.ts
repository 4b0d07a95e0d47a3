/** Signs a user in by the browser of this machine (RFC 8252 §7.3). For Node, Deno and Bun. */

export { type SignInOptions, signIn } from "./runtime/loopback.ts";
export { SignInTimeoutError } from "./runtime/oauth-errors.ts";
