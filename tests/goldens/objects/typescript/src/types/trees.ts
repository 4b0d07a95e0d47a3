/** Types of the resource trees. */

import {
  any,
  array,
  integer,
  nullable,
  number,
  object,
  optional,
  record,
  type Shape,
  string,
} from "../runtime/shapes.ts";

export interface Tree {
  /** What people call it. */
  name: string;
  planted?: string | null;
  counts?: Record<string, number>;
  notes?: Record<string, unknown>;
  branches: Tree[];
  size?: Size;
}

export interface Size {
  height: number;
  where?: number[];
}

/** How values of `Size` are read and written. */
export const sizeShape: Shape<Size> = object({ height: number, where: optional(array(any)) });

/** How values of `Tree` are read and written. */
export const treeShape: Shape<Tree> = object({
  name: string,
  planted: optional(nullable(string)),
  counts: optional(record(integer)),
  notes: optional(record(any)),
  branches: array(() => treeShape),
  size: optional(sizeShape),
});
