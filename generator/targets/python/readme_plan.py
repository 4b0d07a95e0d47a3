"""The README of a package: snippets made of the contract's own examples."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from generator.model import Api
from generator.targets.markdown_source import code, fenced, inline
from generator.targets.package_metadata import description
from generator.targets.python.identity_plan import identity_module
from generator.targets.python.names import Names
from generator.targets.python.oauth_plan import oauth_flows
from generator.targets.python.resources_plan import Method, ResourceModule
from generator.targets.python.security_plan import scheme_arguments
from generator.targets.python.webhooks_plan import webhooks_accessor

_CAUGHT = "APIConnectionError, APIStatusError, RateLimitError"
_CONSTRUCTED = re.compile(r"\b([A-Z]\w*)\(")
_HANDLERS = """\
except RateLimitError as error:
    print("wait", error.retry_after, "seconds")
except APIStatusError as error:
    print(error.status_code, error.code, error.message, error.request_id)
except APIConnectionError as error:
    print("no answer:", error)"""


class Readme(Struct, frozen=True):
    """What the template fills in: Markdown, whose snippets run one after the other.

    Empty is what the API has nothing to show for.
    """

    title: str
    description: str
    package: str
    distribution: str
    client: str
    license: str
    credentials: Sequence[str]
    quickstart: str
    asynchronous: str
    paging: str
    stream: str
    guarded: str
    options: str
    raw: str
    webhook: str
    oauth: str
    identity: str


def readme(api: Api, names: Names, modules: Sequence[ResourceModule], license_name: str) -> Readme:
    """The README for an API with these resources."""
    methods = [method for module in modules for method in module.methods]
    paged = next((method for method in methods if method.kind == "paginate"), None)
    streamed = next((method for method in methods if method.kind == "stream"), None)
    plain = next((method for method in methods if method.kind == "execute"), None)
    first = paged or plain or streamed
    return Readme(
        title=inline(api.title),
        description=inline(description(api)),
        package=names.package,
        distribution=names.package.replace("_", "-"),
        client=names.client,
        license=inline(license_name),
        credentials=_credentials(api, names),
        quickstart=_quickstart(names, first) if first else "",
        asynchronous=_asynchronous(names, first) if first else "",
        paging=_paging(paged) if paged else "",
        stream=_snippet(names, streamed.examples[False]) if streamed else "",
        guarded=_guarded(names, plain or first) if first else "",
        options=_options(names, first) if first else "",
        raw=_raw(names, plain, paged),
        webhook=_webhook(api, names),
        oauth=_oauth(api, names),
        identity=_identity(names) if identity_module(api, names) else "",
    )


def _quickstart(names: Names, method: Method) -> str:
    lines = method.examples[False]
    return _snippet(names, [f"client = {names.client}()", *lines], [names.client])


def _asynchronous(names: Names, method: Method) -> str:
    client = f"Async{names.client}"
    lines = [
        "async def main() -> None:",
        f"    async with {client}() as client:",
        *(f"        {line}" for line in method.examples[True]),
        "",
        "",
        "asyncio.run(main())",
    ]
    return _snippet(names, ["", *lines], [client], ["import asyncio"])


def _paging(method: Method) -> str:
    call = "\n".join(method.examples[False][:-1]).partition(" in ")[2].rstrip(":")
    lines = [
        *f"rows = {call}".splitlines(),
        "first = rows.first_page",
        "print(len(first), first.next_cursor)",
        "for page in rows.pages():",
        "    print(len(page.items))",
    ]
    return fenced(lines, "python")


def _guarded(names: Names, method: Method) -> str:
    lines = ["try:", *(f"    {line}" for line in method.examples[False]), *_HANDLERS.splitlines()]
    return _snippet(names, lines, _CAUGHT.split(", "))


def _options(names: Names, method: Method) -> str:
    patient = "patient = client.with_options(timeout=120, max_retries=5)"
    return _snippet(names, [patient, *_with_timeout(method.examples[False])])


def _with_timeout(lines: Sequence[str]) -> list[str]:
    """The same call with one more argument."""
    end = next(n for n, line in enumerate(lines) if line.startswith(")") or _one_line(line))
    line = lines[end]
    if line.startswith(")"):
        return [*lines[:end], "    timeout=5,", *lines[end:]]
    head, _, tail = line.rpartition(")")
    comma = "" if head.endswith("(") else ", "
    return [*lines[:end], f"{head}{comma}timeout=5){tail}", *lines[end + 1 :]]


def _one_line(line: str) -> bool:
    return "(" in line and line.rpartition(")")[2] in {"", ":", " as stream:"} and ")" in line


def _raw(names: Names, plain: Method | None, paged: Method | None) -> str:
    if paged is not None:
        lines = [
            "response = first.response",
            "print(response.status_code, response.headers, response.request_id, response.elapsed)",
            "print(client.rate_limit)",
        ]
        return fenced(lines, "python")
    if plain is None:
        return ""
    path, _, name = plain.call.partition("(")[0].rpartition(".")
    called = "\n".join(plain.examples[False]).partition(" = ")[2] or plain.examples[False][0]
    called = called.replace(f"{path}.{name}(", f"{path}.with_raw_response.{name}(", 1)
    lines = [
        *f"response = {called}".splitlines(),
        "print(response.status_code, response.headers, response.request_id, response.elapsed)",
        "print(response.parse())",
    ]
    return _snippet(names, lines)


def receiver(api: Api, names: Names) -> list[str]:
    """The lines of a function that proves and reads a webhook; none where nothing is signed."""
    if webhooks_accessor(api, names) is None:
        return []
    return [
        f"from {names.package} import {names.client}",
        "",
        f'client = {names.client}(webhook_secret=["the new secret", "the old one"])',
        "",
        "",
        "def received(body: bytes, headers: dict[str, str]) -> None:",
        "    event = client.webhooks.verify(body, headers)",
        "    print(event)",
    ]


def _webhook(api: Api, names: Names) -> str:
    lines = receiver(api, names)
    return fenced(lines, "python") if lines else ""


def _oauth(api: Api, names: Names) -> str:
    """How a user is signed in, for an API with that flow."""
    flows = (flow for flow in oauth_flows(api, names) if flow.signs_in)
    auths = {each.name: each.auth for each in scheme_arguments(api, names.naming)}
    flow = next((each for each in flows if auths.get(each.scheme)), None)
    if flow is None:
        return ""
    cls, argument = flow.classes[False].cls, auths[flow.scheme]
    lines = [
        f"from {names.package} import {names.client}",
        f"from {names.package}.oauth import FileTokenStore, {cls}",
        "",
        "",
        f"def connected() -> {names.client}:",
        f'    store = FileTokenStore("~/.config/{names.package}/tokens.json")',
        f'    auth = {cls}("the id of your app", store=store)',
        "    if auth.tokens() is None:",
        "        auth.sign_in()",
        f"    return {names.client}({argument}=auth)",
    ]
    return fenced(lines, "python")


def _identity(names: Names) -> str:
    lines = [
        f"from {names.package}.identity import sign_user_token",
        "",
        'print(sign_user_token("user_123", secret="the identity secret"))',
    ]
    return fenced(lines, "python")


def _snippet(
    names: Names, lines: Sequence[str], used: Sequence[str] = (), standard: Sequence[str] = ()
) -> str:
    """Lines of code with the imports that they need, as a block."""
    text = "\n".join(lines)
    moments = [name for name in ("date", "datetime") if f"{name}.fromisoformat" in text]
    known = {each.name for each in names.types.values()} - {*used, names.client}
    types = [name for name in dict.fromkeys(_CONSTRUCTED.findall(text)) if name in known]
    stdlib = [*standard, *([f"from datetime import {', '.join(moments)}"] if moments else [])]
    own = [f"from {names.package} import {', '.join(used)}"] if used else []
    if types:
        own.append(f"from {names.package}.types import {', '.join(sorted(types))}")
    groups = ["\n".join(group) for group in (stdlib, own) if group]
    return fenced("\n\n".join([*groups, text]).splitlines(), "python")


def _credentials(api: Api, names: Names) -> list[str]:
    return [
        code(f"{names.client}({each.argument}=…)")
        + (f", or the environment variable {code(each.variable)}" if each.variable else "")
        for each in scheme_arguments(api, names.naming)
    ]
