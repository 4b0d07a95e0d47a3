/** This description of the API. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type OpenapiDocument, openapiDocumentShape } from "../types/openapi.ts";

const getOperation: Operation<OpenapiDocument> = {
  method: "GET",
  path: "/openapi.json",
  returns: openapiDocumentShape,
  security: [],
};

/** This description of the API. */
export class Openapi {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Get this description of the API.
   *
   * Returns the OpenAPI document that you are reading. No token is needed.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const openapi = await client.openapi.get();
   * ```
   */
  get(options?: RequestOptions): APIPromise<OpenapiDocument> {
    return this.#caller.call(getOperation, [], undefined, options);
  }
}
