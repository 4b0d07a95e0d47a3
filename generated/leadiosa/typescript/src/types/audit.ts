/** Types of the resource audit. */

import { array, date, object, type Shape, string } from "../runtime/shapes.ts";
import { type Pagination, paginationShape } from "./shared.ts";

/** One write, and who made it. */
export interface AuditEntry {
  /** Identifies the entry. */
  id: string;
  /** What was done. */
  action: AuditAction;
  /** The `id` of what was written. */
  resourceId: string;
  /** The token that was used, by a name that is not the token itself. */
  tokenId: string;
  /** The `X-Request-Id` of the request. */
  requestId: string;
  /** When it was created. */
  createdAt: Date;
}

/** What was done. */
export type AuditAction =
  | "conversation.create"
  | "conversation.update"
  | "message.create"
  | "note.create"
  | "contact.update"
  | "contact.delete"
  | "article.create"
  | "article.update"
  | "article.delete"
  | "webhook.create"
  | "webhook.delete"
  | "workspace.close"
  | "workspace.restore"
  | (string & {});

/** One page of audit entries. */
export interface AuditEntryPage {
  /** The audit entries of this page. */
  data: AuditEntry[];
  /** Whether there is more, and how to get it. */
  pagination: Pagination;
}

/** How values of `AuditEntry` are read and written. */
export const auditEntryShape: Shape<AuditEntry> = object({
  id: string,
  action: string,
  resource_id: string,
  token_id: string,
  request_id: string,
  created_at: date,
});

/** How values of `AuditEntryPage` are read and written. */
export const auditEntryPageShape: Shape<AuditEntryPage> = object({
  data: array(auditEntryShape),
  pagination: paginationShape,
});
