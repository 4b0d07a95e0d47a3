/** The resource doors. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";

const openOperation: Operation<void> = { method: "POST", path: "/doors/{id}" };

/** The resource doors. */
export class Doors {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * openDoor.
   *
   * @param id - As the API documents it.
   * @throws `BadRequestError`: Refused.
   * @throws `PermissionDeniedError`: Refused.
   * @throws `LockedError`: It is locked.
   * @throws `NotFoundCodeError`: Nobody may know.
   * @throws `NotFoundError`: Refused.
   * @throws `RateLimitError`: Refused.
   * @throws `InternalServerError`: Broken.
   * @example
   * ```ts
   * await client.doors.open("…");
   * ```
   */
  open(id: string, options?: RequestOptions): APIPromise<void> {
    return this.#caller.call(openOperation, [id], undefined, options);
  }
}
