/** Who changed what, and when. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import { type AuditEntry, type AuditEntryPage, auditEntryPageShape } from "../types/audit.ts";

/** What `client.audit.list` takes. */
export interface AuditListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged. Leave it out to get
   * the first page.
   */
  after?: string | undefined;
}

const listOperation: Operation<AuditEntryPage> = {
  method: "GET",
  path: "/audit",
  query: ["limit", "after"],
  returns: auditEntryPageShape,
  pages: {
    rows: ["data"],
    next: cursor("after", ["pagination", "nextCursor"], ["pagination", "hasMore"]),
  },
};

/** Who changed what, and when. */
export class Audit {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List audit entries.
   *
   * Returns one page of your workspace's audit log, the newest entry first. Every write of this API
   * leaves one entry; nobody can change or remove it.
   *
   * @throws `BadRequestError`: The request is not as documented, or its cursor cannot be used.
   * @throws `InvalidRequestError`: A query parameter is unknown, repeated, or not as documented.
   * @throws `InvalidCursorError`: The cursor was not given by this API for this list.
   * @throws `CursorExpiredError`: The data of the list has changed since the cursor was given.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * for await (const audit of client.audit.list()) {
   *   console.log(audit);
   * }
   * ```
   */
  list(params?: AuditListParams, options?: ListOptions): Paginator<AuditEntry> {
    return paginate(this.#caller, listOperation, [], params, options);
  }
}
