/** Requests that no operation describes. */

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
  const binary = body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
  const encode = () => ({ type: "application/octet-stream", content: body as Blob });
  const operation: Operation<T> = {
    method: method.toUpperCase(),
    path: `/${path.replace(/^\//, "")}`,
    body: { property: "body", ...(binary && { encode }) },
    returns: any,
    media: "*/*",
  };
  return caller.call(operation, [], { body }, options);
}
