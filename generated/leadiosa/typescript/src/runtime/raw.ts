/** Requests that no operation describes. */

import { isBinary, plain } from "./bodies.ts";
import type { Caller } from "./caller.ts";
import type { Operation } from "./operation.ts";
import type { RequestOptions } from "./options.ts";
import type { APIPromise } from "./promise.ts";
import { any } from "./shapes.ts";

/** What a raw request says besides method and path. */
export interface RawRequest extends Omit<RequestOptions, "body"> {
  /** The body: JSON, or bytes as they are. */
  readonly body?: unknown;
}

/** Send any request: `path` is added to the base URL; the answer is any JSON. */
export function request<T>(
  caller: Caller,
  method: string,
  path: string,
  { body, ...options }: RawRequest = {},
): APIPromise<T> {
  const operation: Operation<T> = {
    method: method.toUpperCase(),
    path: `/${path.replace(/^\//, "")}`,
    body: {
      property: "body",
      ...(isBinary(body) && { encode: plain("application/octet-stream") }),
    },
    returns: any,
    media: "*/*",
  };
  return caller.call(operation, [], { body }, options);
}
