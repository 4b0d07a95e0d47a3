/** Types of the resource analytics. */

/** An export to make. */
export interface NewAnalyticsExport {
  /** The format of the file. */
  format: ExportFormat;
}

/** The format of the file. */
export type ExportFormat = "csv" | "json" | (string & {});
