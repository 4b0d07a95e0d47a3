/** The resource foo bars. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import { array } from "../runtime/shapes.ts";
import { type Any, anyShape, type FooBar, fooBarShape, fooBar2Shape } from "../types/foo-bars.ts";

/** What `client.fooBars.list` takes. */
export interface FooBarsListParams {
  class?: string | undefined;
  xPage?: number | undefined;
  queryXPage?: number | undefined;
}

/** What `client.fooBars.listFooBars` takes. */
export interface FooBarsListFooBarsParams {
  class?: string | undefined;
  field1St?: string | undefined;
  plus1?: number | undefined;
}

/** What `client.fooBars.get` takes. */
export interface FooBarsGetParams {
  class?: string | undefined;
}

const listOperation: Operation<FooBar[]> = {
  method: "GET",
  path: "/foo-bars",
  query: ["class", { name: "X_Page", as: "queryXPage" }],
  headers: [{ name: "X-Page", as: "xPage" }],
  returns: array(fooBarShape),
};

const listFooBarsOperation: Operation<void> = {
  method: "POST",
  path: "/foo-bars",
  body: { shape: fooBar2Shape, optional: true },
};

const getOperation: Operation<Any> = {
  method: "GET",
  path: "/foo-bars/{class}",
  query: ["class"],
  returns: anyShape,
};

/** The resource foo bars. */
export class FooBars {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * getFooBars.
   *
   * @example
   * ```ts
   * const fooBar = await client.fooBars.list();
   * ```
   */
  list(params?: FooBarsListParams, options?: RequestOptions): APIPromise<FooBar[]> {
    return this.#caller.call(listOperation, [], params, options);
  }

  /**
   * listFooBars.
   *
   * @example
   * ```ts
   * await client.fooBars.listFooBars();
   * ```
   */
  listFooBars(params?: FooBarsListFooBarsParams, options?: RequestOptions): APIPromise<void> {
    return this.#caller.call(listFooBarsOperation, [], params, options);
  }

  /**
   * getFooBarsClass.
   *
   * @param class_ - As the API documents it.
   * @example
   * ```ts
   * const fooBar = await client.fooBars.get("…");
   * ```
   */
  get(class_: string, params?: FooBarsGetParams, options?: RequestOptions): APIPromise<Any> {
    return this.#caller.call(getOperation, [class_], params, options);
  }
}
