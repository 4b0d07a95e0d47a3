/** Types of the resource contacts. */

import { array, date, object, type Shape, string } from "../runtime/shapes.ts";
import { type Pagination, paginationShape } from "./shared.ts";

/** A person your team knows. */
export interface Contact {
  /** Identifies the contact. */
  id: string;
  /** Where the row came from. */
  source: string;
  /** When the row last changed (ISO 8601). */
  updatedAt: Date;
}

/** One page of contacts. */
export interface ContactPage {
  /** The contacts of this page. */
  data: Contact[];
  /** Where a page stands in its list. */
  pagination: Pagination;
}

/** One contact. */
export interface ContactDetail {
  /** A person your team knows. */
  data: Contact;
}

/** How values of `Contact` are read and written. */
export const contactShape: Shape<Contact> = object({ id: string, source: string, updatedAt: date });

/** How values of `ContactPage` are read and written. */
export const contactPageShape: Shape<ContactPage> = object({
  data: array(contactShape),
  pagination: paginationShape,
});

/** How values of `ContactDetail` are read and written. */
export const contactDetailShape: Shape<ContactDetail> = object({ data: contactShape });
