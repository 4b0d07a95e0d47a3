/** Redirects: which are followed, and with what. */

import type { PreparedRequest } from "./request.ts";

/**
 * The request that a redirect asks for; undefined where it is none that is followed.
 *
 * Another origin gets no credential, none of the caller's headers, and never a body. A browser
 * hides where a redirect goes, and follows it itself.
 */
export function redirected(
  request: PreparedRequest,
  { status, headers, type }: Response,
  safe: boolean,
): PreparedRequest | undefined {
  if (type === "opaqueredirect" && safe) return { ...request, redirect: "follow" };
  const reads = /^(GET|HEAD)$/.test(request.method);
  const moves = [303, 307, 308, ...(reads ? [301, 302] : [])].includes(status);
  const location = headers.get("location");
  const from = new URL(request.url);
  if (!location || !moves || !URL.canParse(location, from)) return undefined;
  const to = new URL(location, from);
  const target = { ...request, url: to.href };
  if (status === 303 && !reads) Object.assign(target, { method: "GET", body: undefined });
  const secured = !from.port && from.origin.replace(":", "s:") === to.origin;
  if (from.origin === to.origin || secured) return target;
  if (target.body !== undefined || !/^https?:/.test(to.href)) return undefined;
  const { accept = "*/*" } = request.headers;
  return { ...target, headers: { accept }, security: [] };
}
