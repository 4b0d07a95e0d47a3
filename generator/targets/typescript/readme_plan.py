"""The README of a package: snippets made of the contract's own examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from generator.model import Api
from generator.targets.filling import filled
from generator.targets.markdown_source import code, fenced, inline
from generator.targets.package_metadata import description
from generator.targets.typescript.identity_plan import identity_module
from generator.targets.typescript.names import Names
from generator.targets.typescript.readme_oauth import oauth_snippets
from generator.targets.typescript.resources_plan import Method, ResourceModule
from generator.targets.typescript.security_plan import scheme_options

_WIDTH = 120
_HANDLERS = """\
  if (error instanceof RateLimitError) {
    console.error("wait", error.retryAfter, "seconds");
  } else if (error instanceof APIStatusError) {
    console.error(error.status, error.code, error.reason, error.requestId);
  } else if (error instanceof APIConnectionError) {
    console.error("no answer:", error.message);
  } else {
    throw error;
  }
}"""


class Readme(Struct, frozen=True):
    """What the template fills in: Markdown, whose snippets are modules of their own.

    Empty is what the API has nothing to show for.
    """

    title: str
    description: str
    package: str
    client: str
    license: str
    credentials: str
    quickstart: str
    paging: str
    stream: str
    guarded: str
    options: str
    raw: str
    webhook: str
    identity: str
    oauth: Mapping[str, str]
    limit: str


def readme(api: Api, names: Names, modules: Sequence[ResourceModule], license_name: str) -> Readme:
    """The README for an API with these resources."""
    methods = [method for module in modules for method in module.methods if not method.deprecated]
    paged = next((method for method in methods if method.kind == "paginate"), None)
    streamed = next((method for method in methods if method.kind == "stream"), None)
    plain = next((method for method in methods if method.kind == "call"), None)
    first = paged or plain or streamed
    return Readme(
        title=inline(api.title),
        description=inline(description(api)),
        package=names.package,
        client=names.client,
        license=inline(license_name),
        credentials=_credentials(api, names),
        quickstart=_snippet(names, first.example) if first else "",
        paging=_paging(names, paged) if paged else "",
        stream=_snippet(names, streamed.example) if streamed else "",
        guarded=_guarded(names, plain or first) if first else "",
        options=_options(names, plain) if plain else "",
        raw=_raw(names, plain) if plain else "",
        webhook=_webhook(api, names),
        identity=_identity(api, names),
        oauth=oauth_snippets(api, names),
        limit=_limit(names),
    )


def _snippet(names: Names, lines: Sequence[str], used: Sequence[str] = (), made: str = "") -> str:
    """Lines of code as a module: what it imports, a client, the lines."""
    imported = ", ".join(sorted([names.client, *used], key=str.lower))
    head = [
        f'import {{ {imported} }} from "{names.package}";',
        "",
        f"const client = new {names.client}({made});",
    ]
    return fenced([*head, *lines], "ts")


def _call(method: Method) -> list[str]:
    """The call of an example alone: neither what it is assigned to nor what is done with it."""
    lines = list(method.example)
    lines[0] = lines[0].partition(" await " if method.kind == "call" else " of ")[2] or (
        lines[0].removeprefix("await ")
    )
    if method.kind == "call":
        lines[-1] = lines[-1].removesuffix(";")
        return lines
    lines = lines[:-2]
    lines[-1] = lines[-1].removesuffix(") {")
    return lines


def _paging(names: Names, method: Method) -> str:
    call = _call(method)
    lines = [
        *_assigned("const rows", call),
        "const first = await rows.firstPage();",
        "console.log(first.items.length, first.nextCursor);",
        "for await (const page of rows.pages()) {",
        "  console.log(page.items.length);",
        "}",
    ]
    return _snippet(names, lines)


def _assigned(name: str, call: Sequence[str], before: str = "", after: str = "") -> list[str]:
    lines = list(call)
    lines[0] = f"{name} = {before}{lines[0]}"
    lines[-1] += f"{after};"
    return lines


def _guarded(names: Names, method: Method) -> str:
    lines = ["try {", *(f"  {line}" for line in method.example), "} catch (error) {"]
    used = ("APIConnectionError", "APIStatusError", "RateLimitError")
    return _snippet(names, [*lines, *_HANDLERS.split("\n")], used)


def _options(names: Names, method: Method) -> str:
    call = _call(method)
    last = call[-1]
    required = [each for each in method.arguments if each.location != "path"]
    given = "{ timeout: 5_000, signal: AbortSignal.timeout(8_000) }"
    shown = last.endswith("})") or not required
    bare = last.removesuffix(")")
    comma = "" if bare.endswith("(") else ", "
    if required and not shown:
        bare, comma = f"{bare}{comma}{{}}", ", "
    lines = [*call[:-1], f"{bare}{comma}{given});"]
    lines[0] = f"await {lines[0]}"
    return _snippet(names, lines, made="{ timeout: 120_000, maxRetries: 5 }")


def _raw(names: Names, method: Method) -> str:
    call = _call(method)
    lines = [
        *_assigned("const { data, response }", call, "await ", ".withResponse()"),
        "console.log(response.status, response.headers, response.requestId, response.elapsed);",
        "console.log(data, client.rateLimit);",
    ]
    return _snippet(names, lines)


def _limit(names: Names) -> str:
    lines = [
        f'import {{ {names.client} }} from "{names.package}";',
        f'import {{ paced }} from "{names.package}/pace";',
        "",
        f"export const client = new {names.client}({{ pace: paced() }});",
    ]
    return fenced(lines, "ts")


def receiver(api: Api, names: Names) -> list[str]:
    """The lines of a function that proves and reads a webhook; none where nothing is signed."""
    if not any(webhook.signature for webhook in api.webhooks):
        return []
    return [
        f'import {{ verifyWebhook }} from "{names.package}/webhooks";',
        "",
        "export async function received(request: Request): Promise<Response> {",
        "  const body = await request.text();",
        '  const event = await verifyWebhook(body, request.headers, "…");',
        "  console.log(event);",
        "  return new Response(null, { status: 204 });",
        "}",
    ]


def _webhook(api: Api, names: Names) -> str:
    lines = receiver(api, names)
    return fenced(lines, "ts") if lines else ""


def _identity(api: Api, names: Names) -> str:
    if identity_module(api) is None:
        return ""
    lines = [
        f'import {{ signUserToken }} from "{names.package}/identity";',
        "",
        "export function tokenOf(userId: string, secret: string): Promise<string> {",
        "  return signUserToken(userId, {}, { secret });",
        "}",
    ]
    return fenced(lines, "ts")


def _credentials(api: Api, names: Names) -> str:
    """How a client is given its credential; empty where it needs none."""
    ways = [
        code(f"new {names.client}({{ {each.option}: … }})")
        + (f", or the environment variable {code(each.variable)}" if each.variable else "")
        for each in scheme_options(api, names.naming)
    ]
    if not ways:
        return ""
    told = f"The credential is given by {'; or by '.join(ways)}."
    more = "A function that gives it is called for each request."
    return "\n".join(filled(f"{told} {more}", _WIDTH))
