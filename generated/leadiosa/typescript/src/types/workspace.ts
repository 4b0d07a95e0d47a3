/** Types of the resource workspace. */

import { boolean, date, object, optional, type Shape, string } from "../runtime/shapes.ts";

/** The workspace that a token belongs to. */
export interface Workspace {
  /** Identifies the workspace. */
  id: string;
  /** What the workspace is called. */
  name: string;
  /** Whether the workspace is in use. */
  status: WorkspaceStatus;
  /** When it was created. */
  createdAt: Date;
}

/** Whether the workspace is in use. */
export type WorkspaceStatus = "active" | "closed" | (string & {});

/** Whether the workspace is closed. */
export interface ArchiveStatus {
  /** Whether it is closed. */
  archived: boolean;
  /** Since when, if it is. */
  closedAt?: Date;
}

/** How values of `Workspace` are read and written. */
export const workspaceShape: Shape<Workspace> = object({
  id: string,
  name: string,
  status: string,
  created_at: date,
});

/** How values of `ArchiveStatus` are read and written. */
export const archiveStatusShape: Shape<ArchiveStatus> = object({
  archived: boolean,
  closed_at: optional(date),
});
