/** The people your team knows. */

import type { Caller } from "../runtime/caller.ts";
import type { Operation } from "../runtime/operation.ts";
import type { ListOptions, RequestOptions } from "../runtime/options.ts";
import { cursor, type Paginator, paginate } from "../runtime/paging.ts";
import type { APIPromise } from "../runtime/promise.ts";
import {
  type Contact,
  type ContactDetail,
  type ContactPage,
  contactDetailShape,
  contactPageShape,
} from "../types/contacts.ts";

/** What `client.contacts.list` takes. */
export interface ContactsListParams {
  /** How many rows a page holds at most. */
  limit?: number | undefined;
  /**
   * Where the page starts: the `nextCursor` of the page before it, unchanged and sent with the same
   * filters. Leave it out to get the first page.
   */
  cursor?: string | undefined;
  /** Only rows whose `source` is exactly this. */
  source?: string | undefined;
  /** Only rows whose `updatedAt` is strictly later than this moment (ISO 8601). */
  updatedSince?: Date | undefined;
}

const listOperation: Operation<ContactPage> = {
  method: "GET",
  path: "/contacts",
  query: ["limit", "cursor", "source", "updatedSince"],
  returns: contactPageShape,
  pages: { rows: ["data"], next: cursor("cursor", ["pagination", "nextCursor"]) },
};

const getOperation: Operation<ContactDetail> = {
  method: "GET",
  path: "/contacts/{contactId}",
  returns: contactDetailShape,
};

/** The people your team knows. */
export class Contacts {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /**
   * List contacts.
   *
   * Returns one page of your team's contacts. Combine `source` and `updatedSince` to narrow the
   * list; a contact is on it only if it matches both.
   *
   * Walking all pages gives every matching contact exactly once, also while contacts are added or
   * updated during the walk: one that is there throughout and does not change is neither lost nor
   * repeated.
   *
   * @throws `BadRequestError`: The request is not as documented, or its cursor cannot be used.
   * @throws `InvalidRequestError`: A query parameter is unknown, repeated, or not as documented.
   * @throws `InvalidCursorError`: The cursor was not given by this API, or was given for other
   *   filters.
   * @throws `AuthenticationError`: The API key is missing or malformed, unknown or revoked, or of
   *   too low a tier.
   * @throws `UnauthorizedError`: The API key is missing, malformed, unknown or revoked.
   * @throws `PlanRequiredError`: The API key is valid, but its team is below the Team Max tier.
   * @throws `RateLimitError`: The key is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * for await (const contact of client.contacts.list({
   *   source: "zillow",
   *   updatedSince: new Date("2026-05-01T00:00:00Z"),
   * })) {
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
   * Returns the contact with this id. The id of another team's contact is answered exactly like one
   * that does not exist: with 404.
   *
   * @param contactId - The contact's `id`, as the list gives it.
   * @throws `BadRequestError`: The request is not as documented.
   * @throws `AuthenticationError`: The API key is missing or malformed, unknown or revoked, or of
   *   too low a tier.
   * @throws `UnauthorizedError`: The API key is missing, malformed, unknown or revoked.
   * @throws `PlanRequiredError`: The API key is valid, but its team is below the Team Max tier.
   * @throws `NotFoundError`: Your team has nothing with this id.
   * @throws `RateLimitError`: The key is over its rate limit.
   * @throws `InternalServerError`: The request was fine, and the server failed.
   * @example
   * ```ts
   * const contact = await client.contacts.get("ctk_AbCd");
   * ```
   */
  get(contactId: string, options?: RequestOptions): APIPromise<ContactDetail> {
    return this.#caller.call(getOperation, [contactId], undefined, options);
  }
}
