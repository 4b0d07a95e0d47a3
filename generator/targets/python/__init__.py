"""The Python client: a distribution of its own, synchronous and asynchronous, typed throughout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment

from generator.model import Api
from generator.parallel import parts
from generator.targets import TargetInput, TargetOutput
from generator.targets.licensing import license_of
from generator.targets.package_metadata import description, summary, version
from generator.targets.python.errors_plan import STANDARD, code_errors, code_names
from generator.targets.python.exports_plan import ordered, package_exports, types_exports
from generator.targets.python.identity_plan import identity_findings, identity_module
from generator.targets.python.names import Names, names_of
from generator.targets.python.oauth_plan import oauth_findings, oauth_module
from generator.targets.python.package_plan import (
    PEP_440,
    client,
    envelope_place,
    retry_findings,
)
from generator.targets.python.readme_plan import readme
from generator.targets.python.reference_plan import reference
from generator.targets.python.resources_plan import ResourceModule, resource_modules
from generator.targets.python.runtime_files import runtime_files
from generator.targets.python.toml_source import toml_string
from generator.targets.python.types_plan import types_modules
from generator.targets.python.webhooks_plan import webhooks_module
from generator.targets.python_source import docstring, quoted
from generator.targets.templates import environment

_FOLDER = Path(__file__).parent
_OPTIONAL = ("identity", "oauth", "webhooks")
_TYPES_DOC = "The types of everything that is sent and answered, imported when they are first used."


def render(source: TargetInput) -> TargetOutput:
    """The files of `python/` for one API: metadata, README, and the package."""
    api = source.api
    terms = license_of(source.document)
    names = names_of(api, source.published)
    errors = code_errors(api, names.naming)

    def types() -> dict[str, str]:
        return _types(api, names)

    def operations() -> list[ResourceModule]:
        return resource_modules(api, names, code_names(errors))

    # Types give nothing a name, so that the names that are given are all known here.
    type_files, resources = parts(source.share, {types: 1, operations: 2})
    error_names = [*STANDARD, *(error.name for error in errors)]
    metadata = {
        "package": names.package,
        "distribution": toml_string(names.package.replace("_", "-")),
        "version": toml_string(version(api, PEP_440)),
        "summary": toml_string(summary(api)),
        "license": toml_string(terms.identifier) if terms.identifier else "",
    }
    made = client(api, names)
    package = {
        "_version.py": _version(version(api, PEP_440)),
        "_configuration.py": _render("configuration.py.jinja", client=made),
        "errors.py": _render(
            "errors.py.jinja",
            errors=errors,
            envelope=envelope_place(api, names, error_names),
            standard=ordered(STANDARD),
            exported=ordered(["CODE_ERRORS", *error_names]),
        ),
        "resources/__init__.py": '"""The resources of the API, one module each."""\n',
        **type_files,
        "py.typed": "",
    }
    for flavour in made.flavours:
        text = _render("client.py.jinja", client=made, flavour=flavour)
        package[f"{flavour.module}.py"] = text
    for resource in resources:
        package[f"resources/{resource.name}.py"] = _render("resource.py.jinja", module=resource)
    webhooks = webhooks_module(api, names)
    if webhooks is not None:
        package["webhooks.py"] = _render("webhooks.py.jinja", module=webhooks)
    oauth = oauth_module(api, names)
    if oauth is not None:
        package["oauth.py"] = _render("oauth.py.jinja", module=oauth)
    identity = identity_module(api, names)
    if identity is not None:
        package["identity.py"] = _render("identity.py.jinja", module=identity)
    modules = ["errors", "types", *(m for m in _OPTIONAL if f"{m}.py" in package)]
    package["__init__.py"] = _render(
        "lazy.py.jinja",
        doc=docstring(f"A client of {api.title}.\n\n{description(api)}", 0),
        exports=package_exports(names.client, modules),
    )
    runtime = {f"_runtime/{name}": t for name, t in runtime_files(package.values()).items()}
    package |= runtime
    files = {
        "pyproject.toml": _render("pyproject.toml.jinja", package=metadata),
        "LICENSE": terms.text,
        "README.md": _render("README.md.jinja", readme=readme(api, names, resources, terms.name)),
        "REFERENCE.md": _render(
            "REFERENCE.md.jinja",
            reference=reference(names, resources),
            webhooks=webhooks,
            oauth=oauth,
            identity=identity,
        ),
        **{f"{names.package}/{path}": text for path, text in package.items()},
    }
    findings = [finding for resource in resources for finding in resource.findings]
    findings += [*oauth_findings(api), *identity_findings(api), *retry_findings(api)]
    copied = frozenset(f"{names.package}/{path}" for path in runtime)
    return TargetOutput(files, tuple(findings), names.naming.given, copied)


def _types(api: Api, names: Names) -> dict[str, str]:
    """The files of `types/`, by path in the package."""
    modules = types_modules(api, names)
    places = {name: module.name for module in modules for name in module.exported}
    exports = types_exports(places)
    files = {f"types/{each.name}.py": _render("types.py.jinja", module=each) for each in modules}
    doc = docstring(_TYPES_DOC, 0)
    return {"types/__init__.py": _render("lazy.py.jinja", doc=doc, exports=exports), **files}


def _version(text: str) -> str:
    told = '"""The version of the contract that this package was made from."""'
    return f"{told}\n\n__version__ = {quoted(text)}\n"


@cache
def _environment() -> Environment:
    return environment(_FOLDER / "templates")


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)
