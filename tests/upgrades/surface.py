"""What the code of others may name in a generated client, by what each stands for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from generator.document import load
from generator.generate.lock import LOCK, ApiNames, lock_text, read_lock
from generator.model import Object
from generator.model.builder import Built, build
from generator.published import MODEL
from generator.targets.python import errors_plan as python_errors
from generator.targets.python import names as python
from generator.targets.python import resources_plan as python_resources
from generator.targets.python import security_plan as python_security
from generator.targets.resource_naming import walk
from generator.targets.typescript import names as typescript
from generator.targets.typescript import resources_plan as typescript_resources
from generator.targets.typescript import security_plan as typescript_security

API = "foo"
Surface = Mapping[tuple[Any, ...], Any]


class Publisher:
    """Names what documents hold, each in turn, and keeps the lock of all of them in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def lock(self) -> str:
        """The text of the lock."""
        return (self._folder / LOCK).read_text("utf-8")

    def publish(self, document: Mapping[str, Any]) -> dict[str, Surface]:
        """What each client has of a document; the lock is then that of it."""
        path = self._folder / "openapi.json"
        path.write_text(json.dumps(document), "utf-8")
        kept: ApiNames = read_lock(self._folder).apis.get(API, {})
        built = build(load(path), API, kept.get(MODEL, {}))
        ours = python.names_of(built.api, kept.get("python", {}))
        theirs = typescript.names_of(built.api, kept.get("typescript", {}))
        found = {"python": _python(built, ours), "typescript": _typescript(built, theirs)}
        given = {"python": ours.naming.given, "typescript": theirs.naming.given}
        text = lock_text({API: {MODEL: built.names, **given}})
        (self._folder / LOCK).write_text(text, "utf-8")
        return found


def _python(built: Built, names: python.Names) -> Surface:
    api = built.api
    errors = python_errors.code_errors(api, names.naming)
    found: dict[tuple[Any, ...], Any] = {
        ("error", error.status, error.code): error.name for error in errors
    }
    found |= {
        ("credential", each.name): each.argument
        for each in python_security.scheme_arguments(api, names.naming)
    }
    modules = python_resources.resource_modules(api, names, python_errors.code_names(errors))
    for module, (chain, resource) in zip(modules, walk(api.resources), strict=True):
        found["resource", chain] = names.resources[chain]
        methods = iter(module.methods)
        for index, operation in enumerate(resource.operations):
            for way, name in enumerate(names.methods[chain, index]):
                method = next(methods)
                called = (operation.method, operation.path, way)
                found["method", *called] = (name, method.returns)
                for each in (*method.positional, *method.keyword):
                    found["argument", *called, each.location, each.wire] = each.name
    return found | _types(built, {s: t.name for s, t in names.types.items()}, names.fields)


def _typescript(built: Built, names: typescript.Names) -> Surface:
    api = built.api
    found: dict[tuple[Any, ...], Any] = {
        ("error", *key): error.name for key, error in names.errors.items()
    }
    found |= {
        ("credential", each.name): each.option
        for each in typescript_security.scheme_options(api, names.naming)
    }
    modules = typescript_resources.resource_modules(api, names, names.errors)
    for module, (chain, resource) in zip(modules, walk(api.resources), strict=True):
        found["resource", chain] = (names.resources[chain].attribute, module.cls)
        methods = iter(module.methods)
        for index, operation in enumerate(resource.operations):
            place = (chain, index)
            for way, name in enumerate(names.methods[place]):
                method = next(methods)
                called = (operation.method, operation.path, way)
                found["method", *called] = (name, method.returns)
                found["params", *called] = names.params.get(place)
                for each in method.arguments:
                    found["argument", *called, each.location, each.wire] = each.name
    return found | _types(built, {s: t.name for s, t in names.types.items()}, names.fields)


def _types(
    built: Built, classes: Mapping[str, str], fields: Mapping[str, Mapping[str, str]]
) -> dict[tuple[Any, ...], Any]:
    found: dict[tuple[Any, ...], Any] = {}
    for thing, name in built.names.items():
        if thing.startswith("schema ") and isinstance(built.api.schemas[name].type, Object):
            found["type", thing] = classes[name]
            found |= {("field", thing, wire): field for wire, field in fields[name].items()}
    return found
