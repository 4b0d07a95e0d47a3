/** Types of the resource openapi. */

import { any, object, record, type Shape, string } from "../runtime/shapes.ts";

/** An OpenAPI document, of which this says the least. */
export interface OpenapiDocument {
  /** The version of OpenAPI. */
  openapi: string;
  /** The title, version and description of the API. */
  info: Record<string, unknown>;
  /** What can be asked of the API. */
  paths: Record<string, unknown>;
}

/** How values of `OpenapiDocument` are read and written. */
export const openapiDocumentShape: Shape<OpenapiDocument> = object({
  openapi: string,
  info: record(any),
  paths: record(any),
});
