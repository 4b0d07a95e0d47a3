/** Operations that have a server of their own, and the caller that sends them there. */

import { Caller, type Open } from "./caller.ts";
import { environment, secretsOf } from "./credentials.ts";
import type { API, Operation } from "./operation.ts";
import type { ClientOptions, RequestOptions } from "./options.ts";
import type { Answer } from "./response.ts";

/** An operation with a server of its own. */
export interface OperationAt<T> extends Operation<T> {
  /** Where it is sent, unless the client was given a base URL. */
  readonly server: string;
}

/** A caller that sends operations to their own servers, unless it is given a base URL. */
export class ServersCaller extends Caller {
  readonly #at: (server: string) => Caller;

  constructor(api: API, options: ClientOptions) {
    super(api, options);
    const known = settled(api, options);
    this.#at = (server) => new Caller({ ...api, baseURL: server, baseURLVariable: "" }, known);
  }

  /** The whole answer to an operation; where `open` says so, its body is left to be read. */
  override async answer(
    operation: Operation<unknown> | OperationAt<unknown>,
    path: readonly unknown[],
    parameters: object,
    options: RequestOptions,
    open?: Open,
  ): Promise<Answer> {
    if (!("server" in operation)) return super.answer(operation, path, parameters, options, open);
    const there = this.#at(operation.server);
    there.observed = this.observed;
    return there.answer(operation, path, parameters, options, open);
  }
}

/** The options of a client, and what the environment says now of those that are not given. */
function settled(api: API, options: ClientOptions): ClientOptions {
  const { schemes = {}, baseURLVariable } = api;
  const secrets = secretsOf(api, options as Readonly<Record<string, unknown>>);
  const found = Object.entries(schemes).map(([name, { option }]) => [option, secrets[name]]);
  const baseURL = options.baseURL || environment(baseURLVariable);
  return { ...options, ...Object.fromEntries(found), baseURL };
}
