/** Types of the resource analytics. */

import { object, type Shape, string } from "../runtime/shapes.ts";

/** An export to make. */
export interface NewAnalyticsExport {
  format: ExportFormat;
}

/** The format of the file. */
export type ExportFormat = "csv" | "json" | (string & {});

/** How values of `NewAnalyticsExport` are read and written. */
export const newAnalyticsExportShape: Shape<NewAnalyticsExport> = object({ format: string });
