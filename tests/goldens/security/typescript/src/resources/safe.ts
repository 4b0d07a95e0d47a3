/** The resource safe. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";

const getOperation: Operation<void> = { method: "GET", path: "/safe" };

const fillOperation: Operation<void> = { method: "PUT", path: "/safe", security: [["oauth"]] };

/** The resource safe. */
export class Safe {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * getSafe.
   *
   * @example
   * ```ts
   * await client.safe.get();
   * ```
   */
  get(options?: RequestOptions): APIPromise<void> {
    return this.#caller.call(getOperation, [], undefined, options);
  }

  /**
   * fillSafe.
   *
   * @example
   * ```ts
   * await client.safe.fill();
   * ```
   */
  fill(options?: RequestOptions): APIPromise<void> {
    return this.#caller.call(fillOperation, [], undefined, options);
  }
}
