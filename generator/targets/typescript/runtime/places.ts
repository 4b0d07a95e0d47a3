/** Where requests carry a secret, other than in the header `authorization` after `Bearer `. */

import type { Place } from "./operation.ts";
import { queryText } from "./parameters.ts";
import { setHeaders } from "./request.ts";

/** A header; `prefix` stands before the secret. */
export function inHeader(name: string, prefix = ""): Place {
  return ({ headers }, secret) => setHeaders(headers, { [name]: prefix + secret });
}

/** A query parameter. */
export function inQuery(name: string): Place {
  return (request, secret) => {
    request.url += (request.url.includes("?") ? "&" : "?") + queryText(name, secret);
  };
}

/** A cookie, beside those that the request has. */
export function inCookie(name: string): Place {
  return ({ headers }, secret) => {
    const cookies = [headers.cookie, `${name}=${secret}`].filter(Boolean);
    setHeaders(headers, { cookie: cookies.join("; ") });
  };
}
