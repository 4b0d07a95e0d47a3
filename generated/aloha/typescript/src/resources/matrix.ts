/** The matrices of your workspace, run by hand. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type Job, jobShape } from "../types/shared.ts";

const runOperation: Operation<Job> = {
  method: "POST",
  path: "/v1/matrix/{id}/run",
  returns: jobShape,
};

/** The matrices of your workspace, run by hand. */
export class Matrix {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Run a matrix.
   *
   * Starts a run of the matrix with this id, as if its trigger had fired. The run happens in the
   * background: the answer has the job's `id`, and the webhook `matrix.completed` follows when it
   * is done. The id of another workspace's matrix is answered exactly like one that does not exist:
   * with 404.
   *
   * @param id - The matrix's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The API key or access token is missing, malformed, unknown,
   *   expired or revoked.
   * @throws `PermissionDeniedError`: The access token's scopes are too few, or the request came
   *   over plain HTTP.
   * @throws `InsufficientScopeError`: The access token lacks the scope that the operation needs.
   * @throws `TlsRequiredError`: The request came over plain HTTP.
   * @throws `NotFoundError`: Your workspace has nothing with this id.
   * @throws `RateLimitError`: The workspace is over its plan's rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const matrix = await client.matrix.run("mtx_01HXV5N7EB3FZD");
   * ```
   */
  run(id: string, options?: RequestOptions): APIPromise<Job> {
    return this.#caller.call(runOperation, [id], undefined, options);
  }
}
