/** The people you talk with, their attributes, and their erasure. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type Contact,
  type ContactPage,
  contactPageShape,
  contactShape,
} from "../types/contacts.ts";

/** What `client.contacts.list` takes. */
export interface ContactsListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged. Leave it out to get
   * the first page.
   */
  after?: string | undefined;
}

/** What `client.contacts.update` takes. */
export interface ContactsUpdateParams {
  /** What the contact is called. */
  name?: string | undefined;
  /** The contact's email address. */
  email?: string | undefined;
  /** The contact's telephone number. */
  phone?: string | undefined;
  /** Whatever else you know of the contact, under names of your own. */
  attributes?: Record<string, string | number | boolean> | undefined;
}

const listOperation: Operation<ContactPage> = {
  method: "GET",
  path: "/contacts",
  query: ["limit", "after"],
  returns: contactPageShape,
  pages: {
    rows: ["data"],
    next: cursor("after", ["pagination", "nextCursor"], ["pagination", "hasMore"]),
  },
};

const getOperation: Operation<Contact> = {
  method: "GET",
  path: "/contacts/{contact_id}",
  returns: contactShape,
};

const updateOperation: Operation<Contact> = {
  method: "PATCH",
  path: "/contacts/{contact_id}",
  body: {},
  returns: contactShape,
};

const deleteOperation: Operation<void> = { method: "DELETE", path: "/contacts/{contact_id}" };

/** The people you talk with, their attributes, and their erasure. */
export class Contacts {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List contacts.
   *
   * Returns one page of your workspace's contacts, the newest first.
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
   * for await (const contact of client.contacts.list()) {
   *   console.log(contact);
   * }
   * ```
   */
  list(params?: ContactsListParams, options?: ListOptions): Paginator<Contact> {
    return paginate(this.#caller, listOperation, [], params, options);
  }

  /**
   * Get a contact.
   *
   * Returns the contact with this id. The id of another workspace's contact is answered exactly
   * like one that does not exist, or was erased: with 404.
   *
   * @param contactId - The contact's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `NotFoundError`: Your workspace has no contact with this id.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const contact = await client.contacts.get("cont_51be07");
   * ```
   */
  get(contactId: string, options?: RequestOptions): APIPromise<Contact> {
    return this.#caller.call(getOperation, [contactId], undefined, options);
  }

  /**
   * Update a contact.
   *
   * Changes what you know of a contact. What is left out stays as it is; `attributes` are replaced
   * as a whole, so that leaving one out removes it.
   *
   * @param contactId - The contact's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `NotFoundError`: Your workspace has no contact with this id.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const contact = await client.contacts.update("cont_51be07", {
   *   email: "ines@example.org",
   * });
   * ```
   */
  update(
    contactId: string,
    params?: ContactsUpdateParams,
    options?: RequestOptions,
  ): APIPromise<Contact> {
    return this.#caller.call(updateOperation, [contactId], params, options);
  }

  /**
   * Erase a contact.
   *
   * Erases a contact and every personal datum of it, for good (GDPR, Article 17). Conversations
   * stay, with the text of their messages and notes redacted.
   *
   * @param contactId - The contact's `id`.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The token is missing, malformed, unknown or revoked.
   * @throws `PermissionDeniedError`: The token may only read.
   * @throws `NotFoundError`: Your workspace has no contact with this id.
   * @throws `ConflictError`: The workspace is closed.
   * @throws `RateLimitError`: The token is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * await client.contacts.delete("cont_51be07");
   * ```
   */
  delete(contactId: string, options?: RequestOptions): APIPromise<void> {
    return this.#caller.call(deleteOperation, [contactId], undefined, options);
  }
}
