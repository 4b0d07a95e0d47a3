/** Credentials: where they come from, and how requests carry them. */

import { MissingCredentialsError } from "./errors.ts";
import type { API, Place, Scheme, Security } from "./operation.ts";
import type { Secret } from "./options.ts";
import { type HeaderValues, type PreparedRequest, setHeaders } from "./request.ts";

/** Where a request goes, and its headers, secrets among both. */
export interface Authenticated {
  readonly url: string;
  readonly headers: HeaderValues;
  /** Whether it carries another secret than the request before it. */
  readonly renewed: boolean;
}

/** The secrets of a client, by security scheme. */
export type Secrets = Readonly<Record<string, Secret>>;

/** The secrets among the options of a client, else in the environment. */
export function secretsOf(api: API, options: Readonly<Record<string, unknown>>): Secrets {
  const secrets: Record<string, Secret> = {};
  for (const [scheme, { option, variable }] of Object.entries(api.schemes ?? {})) {
    const secret = (options[option] as Secret | undefined) || environment(variable);
    if (secret) secrets[scheme] = secret;
  }
  if (api.credentials && !Object.keys(secrets).length) throw api.credentials(api);
  return secrets;
}

/** A request with its secrets; `used` are those of the request before it, then those of this. */
export async function authenticate(
  schemes: Readonly<Record<string, Scheme>>,
  secrets: Secrets,
  { url, headers, security }: PreparedRequest,
  used: Record<string, string>,
): Promise<Authenticated> {
  const request = { url, headers: { ...headers }, renewed: false };
  for (const scheme of alternative(security, schemes, secrets)) {
    const given = secrets[scheme] as Secret;
    const secret = typeof given === "string" ? given : await given(used[scheme]);
    request.renewed ||= secret !== used[scheme];
    used[scheme] = secret;
    const place = schemes[scheme]?.place ?? bearer;
    place(request, secret);
  }
  return request;
}

const bearer: Place = ({ headers }, secret) =>
  setHeaders(headers, { authorization: `Bearer ${secret}` });

/** An environment variable, where there is an environment that may be read. */
export function environment(name = ""): string | undefined {
  try {
    const platform = globalThis as { process?: { env?: Record<string, string | undefined> } };
    return platform.process?.env?.[name];
  } catch {
    return undefined;
  }
}

/** The schemes of the first alternative that there is a secret for; one without needs none. */
function alternative(
  security: Security,
  schemes: Readonly<Record<string, Scheme>>,
  secrets: Secrets,
): readonly string[] {
  const known = security.filter((names) => names.every((name) => Object.hasOwn(secrets, name)));
  const found = known.find((names) => names.length) ?? known[0];
  if (found || !security.length) return found ?? [];
  const ways = security.map((names) => names.map((name) => schemes[name]?.option).join(" and "));
  throw new MissingCredentialsError(`this call needs ${ways.join(" or ")}`);
}
