"""The Python client: a distribution of its own, synchronous and asynchronous, typed throughout."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.targets import TargetInput, TargetOutput
from generator.targets.licensing import license_of
from generator.targets.python.errors_plan import STANDARD, code_errors, code_names
from generator.targets.python.imports import symbol_order
from generator.targets.python.names import names_of
from generator.targets.python.package_plan import (
    client,
    description,
    envelope_place,
    summary,
    version,
)
from generator.targets.python.readme_plan import readme
from generator.targets.python.reference_plan import reference
from generator.targets.python.resources_plan import resource_modules
from generator.targets.python.runtime_files import runtime_files
from generator.targets.python.toml_source import toml_string
from generator.targets.python.types_plan import types_modules
from generator.targets.python.webhooks_plan import webhooks_module
from generator.targets.python_source import docstring, quoted

_FOLDER = Path(__file__).parent
_EXPORTS = (
    *("AsyncEventStream", "AsyncPaginator", "Clock", "Event", "EventStream", "FileContent"),
    *("Page", "Paginator", "RateLimit", "RequestOptions", "Response", "RetryPolicy", "Timeout"),
    *("UNSET", "Unknown", "Unset", "__version__"),
)


def render(source: TargetInput) -> TargetOutput:
    """The files of `python/` for one API: metadata, README, and the package."""
    api = source.api
    terms = license_of(source.document)
    names = names_of(api)
    errors = code_errors(api)
    types = types_modules(api, names)
    resources = resource_modules(api, names, code_names(errors))
    error_names = [*STANDARD, *(error.name for error in errors)]
    exported = _ordered([*_EXPORTS, *STANDARD, names.client, f"Async{names.client}"])
    places = {name: module.name for module in types for name in module.exported}
    metadata = {
        "package": names.package,
        "distribution": toml_string(names.package.replace("_", "-")),
        "version": toml_string(version(api)),
        "summary": toml_string(summary(api)),
        "license": toml_string(terms.identifier) if terms.identifier else "",
        "doc": docstring(f"A client of {api.title}.\n\n{description(api)}", 0),
        "clients": ", ".join(sorted([names.client, f"Async{names.client}"], key=symbol_order)),
        "errors": _ordered(STANDARD),
        "exported": exported,
    }
    package = {
        "__init__.py": _render("init.py.jinja", package=metadata),
        "_version.py": _version(version(api)),
        "_client.py": _render("client.py.jinja", client=client(api, names)),
        "errors.py": _render(
            "errors.py.jinja",
            errors=errors,
            envelope=envelope_place(api, names, error_names),
            standard=_ordered(STANDARD),
            exported=_ordered(["CODE_ERRORS", *error_names]),
        ),
        "resources/__init__.py": '"""The resources of the API, one module each."""\n',
        "types/__init__.py": _types_exports(places),
        "py.typed": "",
    }
    for module in types:
        package[f"types/{module.name}.py"] = _render("types.py.jinja", module=module)
    for resource in resources:
        package[f"resources/{resource.name}.py"] = _render("resource.py.jinja", module=resource)
    webhooks = webhooks_module(api, names)
    if webhooks is not None:
        package["webhooks.py"] = _render("webhooks.py.jinja", module=webhooks)
    for name, text in runtime_files(package.values()).items():
        package[f"_runtime/{name}"] = text
    files = {
        "pyproject.toml": _render("pyproject.toml.jinja", package=metadata),
        "LICENSE": terms.text,
        "README.md": _render("README.md.jinja", readme=readme(api, names, resources, terms.name)),
        "REFERENCE.md": _render("REFERENCE.md.jinja", reference=reference(names, resources)),
        **{f"{names.package}/{path}": text for path, text in package.items()},
    }
    findings = tuple(finding for resource in resources for finding in resource.findings)
    return TargetOutput(files, findings)


def _types_exports(places: dict[str, str]) -> str:
    modules: dict[str, list[str]] = {}
    for name, module in places.items():
        modules.setdefault(module, []).append(name)
    lines = [
        f"from .{module} import {', '.join(sorted(found, key=symbol_order))}"
        for module, found in sorted(modules.items())
    ]
    return _render(
        "types_init.py.jinja",
        imports=lines,
        places=sorted(places.items()),
        exported=_ordered(places),
    )


def _version(text: str) -> str:
    told = '"""The version of the contract that this package was made from."""'
    return f"{told}\n\n__version__ = {quoted(text)}\n"


def _ordered(names: Iterable[str]) -> list[str]:
    """Names in the order that ruff gives `__all__` and imports: constants, classes, the rest."""
    return sorted(set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  Python source, not HTML; strings arrive escaped
    )


def _render(template: str, **values: object) -> str:
    return _environment().get_template(template).render(**values)
