/** The resource trees. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type Tree, treeShape } from "../types/trees.ts";

const getOperation: Operation<Tree> = { method: "GET", path: "/trees", returns: treeShape };

/** The resource trees. */
export class Trees {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * getTree.
   *
   * @example
   * ```ts
   * const tree = await client.trees.get();
   * ```
   */
  get(options?: RequestOptions): APIPromise<Tree> {
    return this.#caller.call(getOperation, [], undefined, options);
  }
}
