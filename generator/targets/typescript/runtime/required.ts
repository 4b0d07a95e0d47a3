/** Credentials that a client is of no use without. */

import { MissingCredentialsError } from "./errors.ts";
import type { API } from "./operation.ts";

/** The error of a client that was given none: it names the ways to give one. */
export function required({ name, schemes = {} }: API): MissingCredentialsError {
  const ways = Object.values(schemes).map(
    ({ option, variable }) => option + (variable ? ` or ${variable} of the environment` : ""),
  );
  return new MissingCredentialsError(`${name} was given no credential: ${ways.join(", or ")}`);
}
