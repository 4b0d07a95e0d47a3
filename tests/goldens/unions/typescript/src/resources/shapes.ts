/** The resource shapes. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type Shape, shapeShape } from "../types/shapes.ts";

const getOperation: Operation<Shape> = { method: "GET", path: "/shapes", returns: shapeShape };

/** The resource shapes. */
export class Shapes {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * getShape.
   *
   * @example
   * ```ts
   * const shape = await client.shapes.get();
   * ```
   */
  get(options?: RequestOptions): APIPromise<Shape> {
    return this.#caller.call(getOperation, [], undefined, options);
  }
}
