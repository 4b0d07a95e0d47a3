/** Signs a user in by the browser of this machine (RFC 8252 §7.3). For Node, Deno and Bun. */

import { ArgumentError } from "./errors.ts";
import type { AuthorizationCode } from "./oauth.ts";
import { SignInTimeoutError } from "./oauth-errors.ts";
import type { Tokens } from "./token-keeper.ts";

/** How a user is signed in on this machine. */
export interface SignInOptions {
  /** Opens an address in the user's browser. */
  readonly openBrowser: (url: string) => unknown;
  /** On `127.0.0.1`, as registered; without a port, a free one is taken. */
  readonly redirectURI?: string;
  /** Milliseconds that the user has; 300000. */
  readonly timeout?: number;
}

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Done</title>
<p>You can close this page and go back to where you came from.
`;

interface Server {
  listen(port: number, host: string, listening: () => void): void;
  on(event: "error", listener: (error: Error) => void): void;
  address(): { port: number };
  close(): void;
  closeAllConnections?(): void;
}

type Handler = (
  request: { url?: string; method?: string },
  response: {
    writeHead(status: number, headers: Record<string, string>): void;
    end(text: string): void;
  },
) => void;

/**
 * Open the user's browser, and wait until it comes back to this machine with a grant.
 *
 * Throws `AccessDeniedError`, `StateMismatchError`, `SignInTimeoutError` or `OAuthError`.
 */
export async function signIn(
  flow: AuthorizationCode,
  { openBrowser, redirectURI = "http://127.0.0.1/callback", timeout = 300_000 }: SignInOptions,
): Promise<Tokens> {
  const wanted = new URL(redirectURI);
  if (wanted.protocol !== "http:" || !/^(127\.0\.0\.1|localhost)$/.test(wanted.hostname)) {
    throw new ArgumentError("the redirect URI is not http://127.0.0.1, with a path");
  }
  const module = "node:http";
  const { createServer }: { createServer(handler: Handler): Server } = await import(module);
  let arrive: (url: string) => void = () => {};
  const arrived = new Promise<string>((resolve) => {
    arrive = resolve;
  });
  const server = createServer(({ url = "", method }, response) => {
    const { pathname } = new URL(url, redirectURI);
    const here = method === "GET" && pathname === wanted.pathname;
    response.writeHead(here ? 200 : 404, {
      "content-type": "text/html; charset=utf-8",
      connection: "close",
      "referrer-policy": "no-referrer",
    });
    response.end(here ? PAGE : "");
    if (here) arrive(new URL(url, redirectURI).href);
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      server.on("error", reject);
      server.listen(Number(wanted.port), "127.0.0.1", resolve);
    });
    const late = new Promise<never>((_, reject) => {
      const error = new SignInTimeoutError("the browser did not come back in time", { code: "" });
      timer = setTimeout(reject, timeout, error);
    });
    late.catch(() => {});
    wanted.port = String(server.address().port);
    const asked = await flow.start(wanted.href);
    await openBrowser(asked.url);
    return await flow.finish(asked, await Promise.race([arrived, late]));
  } finally {
    clearTimeout(timer);
    server.close();
  }
}
