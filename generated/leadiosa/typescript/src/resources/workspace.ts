/** The life of the workspace. For owners only. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { RequestOptions } from "../runtime/options.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type ArchiveStatus,
  archiveStatusShape,
  type Workspace,
  workspaceShape,
} from "../types/workspace.ts";

const getOperation: Operation<Workspace> = {
  method: "GET",
  path: "/workspace",
  returns: workspaceShape,
};

const archiveStatusOperation: Operation<ArchiveStatus> = {
  method: "GET",
  path: "/workspace/archive-status",
  returns: archiveStatusShape,
};

const closeOperation: Operation<Workspace> = {
  method: "POST",
  path: "/workspace/close",
  returns: workspaceShape,
};

const restoreOperation: Operation<Workspace> = {
  method: "POST",
  path: "/workspace/restore",
  returns: workspaceShape,
};

/** The life of the workspace. For owners only. */
export class WorkspaceResource {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * Get the workspace.
   *
   * Returns the workspace that the token belongs to. For owners only.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token is not an owner's.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const workspace = await client.workspace.get();
   * ```
   */
  get(options?: RequestOptions): APIPromise<Workspace> {
    return this.#caller.call(getOperation, [], undefined, options);
  }

  /**
   * Get the workspace's archive status.
   *
   * Tells whether the workspace is closed, and since when. For owners only.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token is not an owner's.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const workspace = await client.workspace.archiveStatus();
   * ```
   */
  archiveStatus(options?: RequestOptions): APIPromise<ArchiveStatus> {
    return this.#caller.call(archiveStatusOperation, [], undefined, options);
  }

  /**
   * Close the workspace.
   *
   * Closes the workspace. It can be read as before; until it is restored, every write is answered
   * with 409, closing it again included. For owners only.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token is not an owner's.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const workspace = await client.workspace.close();
   * ```
   */
  close(options?: RequestOptions): APIPromise<Workspace> {
    return this.#caller.call(closeOperation, [], undefined, options);
  }

  /**
   * Restore the workspace.
   *
   * Opens a closed workspace again, with everything that was in it. For owners only.
   *
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token is not an owner's.
   * @throws `ConflictError`: The workspace is not closed.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const workspace = await client.workspace.restore();
   * ```
   */
  restore(options?: RequestOptions): APIPromise<Workspace> {
    return this.#caller.call(restoreOperation, [], undefined, options);
  }
}
