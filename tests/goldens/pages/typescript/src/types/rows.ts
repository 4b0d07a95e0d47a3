/** Types of the resource rows. */

import { array, date, nullable, object, optional, type Shape, string } from "../runtime/shapes.ts";

export interface RowPage {
  data: Row[];
  next?: string | null;
}

export interface Row {
  id: string;
  at?: Date;
}

/** How values of `Row` are read and written. */
export const rowShape: Shape<Row> = object({ id: string, at: optional(date) });

/** How values of `RowPage` are read and written. */
export const rowPageShape: Shape<RowPage> = object({
  data: array(rowShape),
  next: optional(nullable(string)),
});
