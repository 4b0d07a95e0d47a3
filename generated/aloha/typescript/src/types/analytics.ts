/** Types of the resource analytics. */

/** An export to make. */
export interface NewAnalyticsExport {
  format: ExportFormat;
}

/** The format of the file. */
export type ExportFormat = "csv" | "json" | (string & {});
