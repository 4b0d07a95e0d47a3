/** The resource rows. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import { type Row, type RowPage, rowPageShape } from "../types/rows.ts";

/** What `client.rows.list` takes. */
export interface RowsListParams {
  cursor?: string | undefined;
  limit?: number | undefined;
}

const listOperation: Operation<RowPage> = {
  method: "GET",
  path: "/rows",
  query: ["cursor", "limit"],
  returns: rowPageShape,
  pages: { rows: ["data"], next: cursor("cursor", ["next"]) },
};

/** The resource rows. */
export class Rows {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * listRows.
   *
   * @example
   * ```ts
   * for await (const row of client.rows.list()) {
   *   console.log(row);
   * }
   * ```
   */
  list(params?: RowsListParams, options?: ListOptions): Paginator<Row> {
    return paginate(this.#caller, listOperation, [], params, options);
  }
}
