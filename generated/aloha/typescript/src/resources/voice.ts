/** The model that writes the way you do. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type Job, jobShape } from "../types/shared.ts";

/** What `client.voice.train` takes. */
export interface VoiceTrainParams {
  /** Texts in the voice to learn. */
  samples: readonly string[];
}

const trainOperation: Operation<Job> = {
  method: "POST",
  path: "/v1/voice/train",
  body: {},
  returns: jobShape,
};

/** The model that writes the way you do. */
export class Voice {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Train the voice model.
   *
   * Submits texts of yours for the voice model to learn from. The training runs in the background:
   * the answer has the job's `id`.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The API key or access token is missing, malformed, unknown,
   *   expired or revoked.
   * @throws `PermissionDeniedError`: The access token's scopes are too few, or the request came
   *   over plain HTTP.
   * @throws `InsufficientScopeError`: The access token lacks the scope that the operation needs.
   * @throws `TlsRequiredError`: The request came over plain HTTP.
   * @throws `RateLimitError`: The workspace is over its plan's rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const voice = await client.voice.train({
   *   samples: [
   *     "a monday note. we slowed down on purpose.",
   *     "small shops, long mornings, good coffee.",
   *     "nothing to announce today. the light was lovely, though.",
   *   ],
   * });
   * ```
   */
  train(params: VoiceTrainParams, options?: RequestOptions): APIPromise<Job> {
    return this.#caller.call(trainOperation, [], params, options);
  }
}
