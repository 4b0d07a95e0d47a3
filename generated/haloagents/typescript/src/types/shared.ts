/** Types that several resources have in common. */

import { object, type Shape, string } from "../runtime/shapes.ts";

/** What every answer other than a success looks like. */
export interface ErrorObject {
  /** What went wrong. */
  error: string;
}

/** How values of `ErrorObject` are read and written. */
export const errorObjectShape: Shape<ErrorObject> = object({ error: string });
