/** The resource health. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";

const getOperation: Operation<void> = { method: "GET", path: "/health", security: [] };

/** The resource health. */
export class Health {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * getHealth.
   *
   * @example
   * ```ts
   * await client.health.get();
   * ```
   */
  get(options?: RequestOptions): APIPromise<void> {
    return this.#caller.call(getOperation, [], undefined, options);
  }
}
