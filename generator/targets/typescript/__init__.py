"""The TypeScript client: a package of its own for Node, Deno, Bun, browsers and workers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment
from msgspec import Struct

from generator.model import Api
from generator.parallel import parts
from generator.targets import TargetInput, TargetOutput
from generator.targets.licensing import license_of
from generator.targets.package_metadata import description
from generator.targets.templates import environment
from generator.targets.typescript.errors_plan import STANDARD, CodeError
from generator.targets.typescript.exports import TYPES, VALUES
from generator.targets.typescript.identity_plan import identity_module
from generator.targets.typescript.imports import Imports, natural, statement
from generator.targets.typescript.layout import assigned, members
from generator.targets.typescript.names import Names, names_of
from generator.targets.typescript.oauth_plan import findings as oauth_findings
from generator.targets.typescript.oauth_plan import oauth_module
from generator.targets.typescript.pace_plan import pace_module
from generator.targets.typescript.package_plan import (
    client,
    package_json,
    tsconfig,
)
from generator.targets.typescript.readme_plan import readme
from generator.targets.typescript.reference_plan import reference
from generator.targets.typescript.resources_plan import ResourceModule, resource_modules
from generator.targets.typescript.runtime_files import runtime_files
from generator.targets.typescript.security_plan import is_required, scheme_options
from generator.targets.typescript.source import comment
from generator.targets.typescript.types_plan import types_modules
from generator.targets.typescript.webhooks_plan import webhooks_module

_FOLDER = Path(__file__).parent
_ENTRIES = ("index", "identity", "loopback", "oauth", "pace", "webhooks")
_TABLE = "export const CODE_ERRORS: ErrorClasses"


def render(source: TargetInput) -> TargetOutput:
    """The files of `typescript/` for one API: metadata, README, and the sources."""
    api = source.api
    terms = license_of(source.document)
    names = names_of(api, source.published)

    def types() -> _Types:
        return _types(api, names)

    def operations() -> list[ResourceModule]:
        return resource_modules(api, names, names.errors)

    # Types give nothing a name, so that the names that are given are all known here.
    typed, resources = parts(source.share, {types: 1, operations: 2})
    webhooks = webhooks_module(api, names)
    package = {
        "client.ts": _client(api, names),
        "errors.ts": _errors(names.errors.values()),
        "index.ts": _index(api, names, names.errors.values(), typed.exported, resources),
        "pace.ts": _render("pace.ts.jinja", pace=pace_module(api, names)),
    }
    for resource in resources:
        package[f"resources/{resource.name}.ts"] = _render("resource.ts.jinja", module=resource)
    package |= typed.files
    if webhooks is not None:
        package["webhooks.ts"] = _render("webhooks.ts.jinja", module=webhooks)
    oauth, identity = oauth_module(api, names), identity_module(api)
    if oauth is not None:
        package["oauth.ts"] = _render("oauth.ts.jinja", module=oauth)
        package["loopback.ts"] = _render("loopback.ts.jinja")
    if identity is not None:
        package["identity.ts"] = _render("identity.ts.jinja", module=identity)
    for name, text in runtime_files(package.values()).items():
        package[f"runtime/{name}"] = text
    entries = [name for name in _ENTRIES if f"{name}.ts" in package]
    files = {
        "package.json": package_json(api, names, terms.identifier, entries),
        "tsconfig.json": tsconfig(),
        "LICENSE": terms.text,
        "README.md": _render("README.md.jinja", readme=readme(api, names, resources, terms.name)),
        "REFERENCE.md": _render("REFERENCE.md.jinja", reference=reference(names, resources)),
        **{f"src/{path}": text for path, text in package.items()},
    }
    findings = [finding for resource in resources for finding in resource.findings]
    return TargetOutput(files, (*findings, *oauth_findings(api)), names.naming.given)


class _Types(Struct, frozen=True):
    """The modules of types, and what each exports, by path in the sources."""

    files: dict[str, str]
    exported: dict[str, list[str]]


def _types(api: Api, names: Names) -> _Types:
    modules = {f"types/{module.name}.ts": module for module in types_modules(api, names)}
    return _Types(
        {path: _render("types.ts.jinja", module=module) for path, module in modules.items()},
        {path: module.exported for path, module in modules.items()},
    )


def _client(api: Api, names: Names) -> str:
    imports = Imports({names.client, f"{names.client}Options"})
    imports.value("./errors.ts", "CODE_ERRORS")
    planned = client(api, names)
    caller = imports.value(f"./runtime/{planned.calling}.ts", planned.caller)
    imports.value("./runtime/raw.ts", "request")
    for scheme in scheme_options(api, names.naming):
        if scheme.place:
            imports.value("./runtime/places.ts", scheme.place)
    if is_required(api):
        imports.value("./runtime/required.ts", "required")
    for file, wanted in {
        "operation": ("API",),
        "options": ("ClientOptions", *(["Secret"] if scheme_options(api, names.naming) else [])),
        "promise": ("APIPromise",),
        "raw": ("RawRequest",),
        "response": ("RateLimit",),
    }.items():
        for name in wanted:
            imports.type(f"./runtime/{file}.ts", name)
    for child in planned.resources:
        imports.value(f"./resources/{child.module}.ts", child.cls)
    return _render("client.ts.jinja", client=planned, caller=caller, imports=imports.lines())


def _errors(errors: Iterable[CodeError]) -> str:
    listed = list(errors)
    imports = Imports(error.name for error in listed)
    for name in ("APIError", "ErrorClasses"):
        imports.type("./runtime/errors.ts", name)
    for name in ("reviveError", *(error.parent for error in listed)):
        imports.value("./runtime/errors.ts", name)
    table = assigned(_TABLE, members({error.key: error.name for error in listed}))
    return _render("errors.ts.jinja", imports=imports.lines(), errors=listed, table=f"{table};")


def _index(
    api: Api,
    names: Names,
    errors: Iterable[CodeError],
    types: Mapping[str, Sequence[str]],
    resources: Sequence[ResourceModule],
) -> str:
    lines: dict[str, str] = {}
    thrown = [*STANDARD, *(error.name for error in errors), "errorFrom"]
    values: dict[str, list[str]] = {"./client.ts": [names.client], "./errors.ts": thrown}
    kinds: dict[str, list[str]] = {"./client.ts": [f"{names.client}Options"], "./errors.ts": []}
    for resource in resources:
        kinds[f"./resources/{resource.name}.ts"] = resource.exported
    for file, wanted in TYPES.items():
        kinds[f"./runtime/{file}.ts"] = list(wanted)
        values[f"./runtime/{file}.ts"] = list(VALUES.get(file, ()))
    kinds |= {f"./{path}": list(exported) for path, exported in types.items()}
    for path, named in kinds.items():
        plain = values.get(path, [])
        listed = sorted([*named, *plain], key=natural)
        if listed and not plain:
            lines[path] = statement("export type", listed, path)
        elif listed:
            given = [name if name in plain else f"type {name}" for name in listed]
            lines[path] = statement("export", given, path)
    doc = comment(f"A client of {api.title}.\n\n{description(api)}")
    exports = [lines[path] for path in sorted(lines, key=natural)]
    return _render("index.ts.jinja", doc=doc, exports=exports)


@cache
def _environment() -> Environment:
    return environment(_FOLDER / "templates")


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)
