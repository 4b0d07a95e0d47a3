/** Cookie parameters, which few operations have. */

import type { Operation, Parameter } from "./operation.ts";
import { queryText } from "./parameters.ts";
import { written } from "./request.ts";

/** The header `cookie` of these parameters. */
export function cookies(
  ...parameters: readonly (string | Parameter)[]
): NonNullable<Operation<unknown>["cookies"]> {
  return (given) =>
    Object.values(written(parameters, given, queryText))
      .join("&")
      .replaceAll("&", "; ");
}
