/** Cookie parameters, which few operations have. */

import type { Operation, Parameter } from "./operation.ts";
import { queryText } from "./parameters.ts";
import { taken } from "./request.ts";

/** The header `cookie` of these parameters. */
export function cookies(
  ...parameters: readonly (string | Parameter)[]
): NonNullable<Operation<unknown>["cookies"]> {
  return (given) =>
    taken(parameters, given)
      .map(([{ name, style = queryText }, value]) => style(name, value))
      .join("&")
      .replaceAll("&", "; ");
}
