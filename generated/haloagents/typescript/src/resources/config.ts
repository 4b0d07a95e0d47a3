/** What a widget needs to know before it starts. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { type Config, configShape } from "../types/config.ts";

/** What `client.config.get` takes. */
export interface ConfigResourceGetParams {
  /** The organization's id. */
  orgId: string;
}

const getOperation: Operation<Config> = {
  method: "GET",
  path: "/config",
  query: ["org_id"],
  returns: configShape,
  security: [],
};

/** What a widget needs to know before it starts. */
export class ConfigResource {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Get the configuration of the active agent.
   *
   * Returns the configuration of an organization's active agent. A widget calls this first, so it
   * takes the organization's id instead of a key.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `NotFoundError`: There is no such organization, or it has no active agent.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const config = await client.config.get({ orgId: "org_acme" });
   * ```
   */
  get(params: ConfigResourceGetParams, options?: RequestOptions): APIPromise<Config> {
    return this.#caller.call(getOperation, [], params, options);
  }
}
