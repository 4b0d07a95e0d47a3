/** Types of the resource contacts. */

import {
  any,
  array,
  date,
  object,
  optional,
  record,
  type Shape,
  string,
} from "../runtime/shapes.ts";
import { type Pagination, paginationShape } from "./shared.ts";

/** Somebody you talk with. */
export interface Contact {
  /** Identifies the contact. */
  id: string;
  /** What the contact is called. */
  name?: string;
  /** The contact's email address. */
  email?: string;
  /** The contact's telephone number. */
  phone?: string;
  /** Whatever else you know of the contact, under names of your own. */
  attributes?: Record<string, string | number | boolean>;
  /** When it was created. */
  createdAt: Date;
  /** When it last changed. */
  updatedAt: Date;
}

/** What to change of a contact. At least one field. */
export interface ContactUpdate {
  /** What the contact is called. */
  name?: string;
  /** The contact's email address. */
  email?: string;
  /** The contact's telephone number. */
  phone?: string;
  /** Whatever else you know of the contact, under names of your own. */
  attributes?: Record<string, string | number | boolean>;
}

/** One page of contacts. */
export interface ContactPage {
  /** The contacts of this page. */
  data: Contact[];
  /** Whether there is more, and how to get it. */
  pagination: Pagination;
}

/** How values of `Contact` are read and written. */
export const contactShape: Shape<Contact> = object({
  id: string,
  name: optional(string),
  email: optional(string),
  phone: optional(string),
  attributes: optional(record(any)),
  created_at: date,
  updated_at: date,
});

/** How values of `ContactPage` are read and written. */
export const contactPageShape: Shape<ContactPage> = object({
  data: array(contactShape),
  pagination: paginationShape,
});
