/** How your posts did, as a file. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import type { ExportFormat } from "../types/analytics.ts";
import { type Job, jobShape } from "../types/shared.ts";

/** What `client.analytics.export` takes. */
export interface AnalyticsExportParams {
  /** The format of the file. */
  format: ExportFormat;
}

const exportOperation: Operation<Job> = {
  method: "POST",
  path: "/v1/analytics/export",
  body: {},
  returns: jobShape,
};

/** How your posts did, as a file. */
export class Analytics {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Export analytics.
   *
   * Starts an export of your workspace's analytics, as CSV or JSON. The export runs in the
   * background: the answer has the job's `id`.
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
   * const analytic = await client.analytics.export({ format: "csv" });
   * ```
   */
  export(params: AnalyticsExportParams, options?: RequestOptions): APIPromise<Job> {
    return this.#caller.call(exportOperation, [], params, options);
  }
}
