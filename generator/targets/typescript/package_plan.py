"""The files of a package that stand for the whole API: client, metadata."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from generator.model import Api
from generator.targets.own_servers import has_own_servers
from generator.targets.package_metadata import description, summary, version
from generator.targets.typescript.layout import (
    Group,
    Node,
    assigned,
    call,
    declared_method,
    listed,
    members,
)
from generator.targets.typescript.names import Names
from generator.targets.typescript.pace_plan import rate_limit
from generator.targets.typescript.resources_plan import Child, children
from generator.targets.typescript.security_plan import (
    is_required,
    scheme_options,
    security,
)
from generator.targets.typescript.servers_plan import base_url
from generator.targets.typescript.source import comment, quoted

_SEMANTIC = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?")
_API = "const CONTRACT: API"
_BASE_URL = "Where the API is: all of it, also what the contract has on servers of its own."
_MERGED = Group("{", ("...this.#options", "...options"), "}", gap=" ")


class Option(Struct, frozen=True):
    """An option of the client; `doc` is its comment."""

    name: str
    doc: str
    type: str = "Secret"


class Client(Struct, frozen=True):
    """`client.ts`: what is code is an expression already.

    `caller` is the class that its resources call through, of the runtime module `calling`;
    `copying` is how a method that makes a `copy` with other options begins.
    """

    name: str
    caller: str
    calling: str
    doc: str
    options_doc: str
    api: str
    options: Sequence[Option]
    resources: Sequence[Child]
    copying: str
    copy: str


def client(api: Api, names: Names) -> Client:
    """The client class of an API."""
    schemes = scheme_options(api, names.naming)
    options = []
    for scheme in schemes:
        told = scheme.description + " Or a function that gives it."
        if scheme.variable:
            told += f" Else `{scheme.variable}` of the environment."
        options.append(Option(scheme.option, comment(told, 2)))
    elsewhere = has_own_servers(base_url(api), api)
    if elsewhere:
        options.append(Option("baseURL", comment(_BASE_URL, 2), "string"))
    return Client(
        name=names.client,
        caller="ServersCaller" if elsewhere else "Caller",
        calling="own-servers" if elsewhere else "caller",
        doc=comment(f"A client of {api.title}.\n\n{description(api)}"),
        options_doc=comment(f"What `{names.client}` is made with."),
        api=assigned(_API, _described(api, names)),
        options=options,
        resources=children(names, (), api.resources),
        copying=declared_method("withOptions", [f"options: {names.client}Options"], names.client),
        copy=assigned("const copy", call(f"new {names.client}", [_MERGED]), 4),
    )


def _described(api: Api, names: Names) -> Node:
    """What the runtime has to know of the API."""
    word = names.package.removeprefix("@").partition("/")[0]
    settings: dict[str, Node] = {
        "userAgent": quoted(f"{word}-typescript/{version(api, _SEMANTIC)}"),
        "baseURL": quoted(base_url(api)),
        "baseURLVariable": quoted(f"{names.scope}_BASE_URL"),
    }
    schemes = scheme_options(api, names.naming)
    if schemes:
        settings["schemes"] = members({each.name: each.expression for each in schemes})
        settings["security"] = security(api).usual
    if is_required(api):
        settings["credentials"] = call("required", [quoted(names.client)])
    settings["errors"] = members(_errors(api))
    limits = _rate_limit(api)
    if limits:
        settings["rateLimit"] = members(limits)
    return members(settings)


def _errors(api: Api) -> dict[str, Node]:
    found: dict[str, Node] = {}
    if api.envelope is not None:
        places = {
            "message": api.envelope.message,
            "code": api.envelope.code,
            "requestId": api.envelope.request_id,
        }
        found = {name: listed([quoted(p) for p in path]) for name, path in places.items() if path}
    return {**found, "classes": "CODE_ERRORS"}


def _rate_limit(api: Api) -> dict[str, Node]:
    limit = rate_limit(api)
    headers: Mapping[str, str] = limit.headers if limit else {}
    settings: dict[str, Node] = {
        name: quoted(headers[name].lower())
        for name in ("limit", "remaining", "reset")
        if name in headers
    }
    if limit and limit.reset == "delta-seconds" and settings:
        settings["resetIn"] = quoted("delta-seconds")
    return settings


def package_json(api: Api, names: Names, license_name: str, entries: Sequence[str]) -> str:
    """`package.json`; `entries` are the modules of `src/` that a program may import."""
    paths = {"." if entry == "index" else f"./{entry}": entry for entry in entries}
    exports = {
        path: {"types": f"./dist/{entry}.d.ts", "default": f"./dist/{entry}.js"}
        for path, entry in paths.items()
    }
    content: dict[str, Any] = {
        "name": names.package,
        "version": version(api, _SEMANTIC),
        "description": summary(api),
        "license": license_name or "UNLICENSED",
        "type": "module",
        "sideEffects": False,
        "engines": {"node": ">=20"},
        "exports": {**exports, "./package.json": "./package.json"},
        "files": ["dist", "src", "REFERENCE.md"],
        "scripts": {"build": "tsc", "prepack": "tsc"},
        "devDependencies": {"typescript": ">=5.9"},
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def tsconfig() -> str:
    """`tsconfig.json`: how the package is built."""
    options: dict[str, Any] = {
        "target": "es2022",
        "module": "nodenext",
        "lib": ["es2022", "dom", "dom.iterable", "dom.asynciterable"],
        "types": [],
        "rootDir": "src",
        "outDir": "dist",
        "declaration": True,
        "declarationMap": True,
        "sourceMap": True,
        "strict": True,
        "noUncheckedIndexedAccess": True,
        "exactOptionalPropertyTypes": True,
        "noImplicitOverride": True,
        "noUnusedLocals": True,
        "noUnusedParameters": True,
        "isolatedDeclarations": True,
        "erasableSyntaxOnly": True,
        "verbatimModuleSyntax": True,
        "rewriteRelativeImportExtensions": True,
    }
    text = json.dumps({"compilerOptions": options, "include": ["src"]}, indent=2)
    short = re.compile(r"\[\n\s+([^\[\]{}]*?)\n\s+\]")
    return short.sub(lambda m: f"[{' '.join(m[1].split())}]", text) + "\n"
