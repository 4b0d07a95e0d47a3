/** Credentials that a client is of no use without. */

import { MissingCredentialsError } from "./errors.ts";
import type { API } from "./operation.ts";

/** Makes the error of a client, called `name`, that was given none: it tells the ways to give one. */
export function required(name: string): NonNullable<API["credentials"]> {
  return ({ schemes = {} }) => {
    const ways = Object.values(schemes).map(
      ({ option, variable }) => option + (variable ? ` or ${variable} of the environment` : ""),
    );
    return new MissingCredentialsError(`${name} was given no credential: ${ways.join(", or ")}`);
  };
}
