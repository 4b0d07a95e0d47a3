"""How tokens are got, as the README shows it: by a web app, on this machine, by an app itself."""

from __future__ import annotations

from collections.abc import Sequence

from generator.model import Api
from generator.targets.markdown_source import fenced
from generator.targets.typescript.names import Names
from generator.targets.typescript.oauth_plan import Flow, oauth_module
from generator.targets.typescript.source import quoted

_WEB = """\
/** Sends the user's browser to sign in. */
export async function signIn(): Promise<void> {
  const asked = await oauth.start(`${location.origin}/signed-in`);
  sessionStorage.setItem("asked", JSON.stringify(asked));
  location.assign(asked.url);
}

/** On the page that the browser comes back to. */
export async function signedIn(): Promise<void> {
  const asked = JSON.parse(sessionStorage.getItem("asked") ?? "{}");
  sessionStorage.removeItem("asked");
  await oauth.finish(asked, location.href);
}"""

_MACHINE = """\
/** Waits until the user has signed in. */
export async function login(): Promise<void> {
  await signIn(oauth, { openBrowser: (url) => console.log("Open", url) });
}"""


def oauth_snippets(api: Api, names: Names) -> dict[str, str]:
    """`web`, `machine` and `app`: snippets, empty where the API has no such flow."""
    module = oauth_module(api, names)
    flows = {flow.kind: flow for flow in reversed(module.flows)} if module else {}
    found = {"web": "", "machine": "", "app": ""}
    user, app = flows.get("authorizationCode"), flows.get("clientCredentials")
    if user is not None:
        found["web"] = _snippet(names, user, 'clientId: "…"', _WEB.split("\n"))
        entry = f'import {{ signIn }} from "{names.package}/loopback";'
        found["machine"] = _snippet(names, user, 'clientId: "…"', _MACHINE.split("\n"), entry)
    if app is not None:
        found["app"] = _snippet(names, app, 'clientId: "…", clientSecret: "…"', [])
    return found


def _snippet(names: Names, flow: Flow, app: str, lines: Sequence[str], entry: str = "") -> str:
    variable = "oauth" if flow.kind == "authorizationCode" else "app"
    scopes = f", scopes: [{quoted(flow.known[0])}]" if flow.known else ""
    made = [
        f'import {{ {names.client} }} from "{names.package}";',
        *([entry] if entry else []),
        f'import {{ {flow.name} }} from "{names.package}/oauth";',
        "",
        f"const {variable} = new {flow.name}({{ {app}{scopes} }});",
        f"export const client = new {names.client}({{ {flow.option}: {variable}.token }});",
    ]
    return fenced([*made, *(["", *lines] if lines else [])], "ts")
