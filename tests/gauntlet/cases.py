"""What a document's clients are tried with: instances of its schemas, bodies and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generator.document import load
from generator.model.builder import build
from generator.targets.python.annotations import is_named
from generator.targets.python.names import names_of
from tests.gauntlet.conversion import to_3_1
from tests.gauntlet.documents import (
    WrittenDocument,
    WrittenOperation,
    at,
    called,
    escaped,
    followed,
)
from tests.gauntlet.instances import Instances, surprising

Case = dict[str, Any]

_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json\b|\*/\*")
_FORM = re.compile(r"multipart/|application/x-www-form-urlencoded|text/")
_ANY = re.compile("")
_WITH_BODY = re.compile(r"2(?!0[45])(\d\d|XX)", re.IGNORECASE)
"""Successes that can have content (RFC 9110 §15.3.5, §15.3.6)."""
_OF_SCHEMA, _OF_BODY = 8, 4


def cases_of(document: WrittenDocument) -> dict[str, list[Case]]:
    """Everything to try, by what it is tried with."""
    old = document.version.startswith("3.0")
    data = to_3_1(document.data) if old else document.data
    instances = Instances(data)
    operations = document.operations.values()
    answers = [case for each in operations for case in _answers(data, each, instances)]
    return {
        "schemas": list(_schemas(document, instances)),
        "bodies": [case for each in operations for case in _bodies(data, each, instances)],
        "answers": answers,
        "survival": [
            {**case, "instances": [surprising(each) for each in case["instances"]]}
            for case in answers
        ],
    }


def _schemas(document: WrittenDocument, instances: Instances) -> Iterator[Case]:
    components = document.data.get("components") or {}
    types = _types(document)
    for name in components.get("schemas") or {}:
        if name in types:
            pointer = f"#/components/schemas/{escaped(name)}"
            found = instances.of(pointer, _OF_SCHEMA)
            kind, nullable = types[name]
            yield {"schema": name, "type": kind, "nullable": nullable, "instances": found}


def _types(document: WrittenDocument) -> dict[str, tuple[str, bool]]:
    """The Python type of each component that has one, and whether it may be null instead.

    They are the same by where they stand.
    """
    api = build(load(Path(document.path)), "it").api
    names = names_of(api).types
    placed = {
        (schema.position.line, schema.position.column): (names[name].name, schema.nullable)
        for name, schema in api.schemas.items()
        if is_named(schema)
    }
    components = (document.data.get("components") or {}).get("schemas") or {}
    found = {name: document.place("components", "schemas", name) for name in components}
    return {name: placed[place] for name, place in found.items() if place in placed}


def _bodies(
    data: Mapping[str, Any], operation: WrittenOperation, instances: Instances
) -> Iterator[Case]:
    body = f"{_pointer(operation)}/requestBody"
    for pointer in _json(data, body) or _others(data, body):
        found, unsent = instances.of(pointer, _OF_BODY), instances.only_answered(pointer)
        yield {**_key(operation), "instances": found, "unsent": unsent}


def _answers(
    data: Mapping[str, Any], operation: WrittenOperation, instances: Instances
) -> Iterator[Case]:
    responses = operation.value.get("responses") or {}
    for status in responses:
        if not _WITH_BODY.fullmatch(str(status)):
            continue
        code = int(status) if status.isdigit() else 200
        for pointer in _json(data, f"{_pointer(operation)}/responses/{status}"):
            found = instances.of(pointer, _OF_BODY)
            path = called(data, operation)
            yield {**_key(operation), "called": path, "status": code, "instances": found}


def _json(data: Mapping[str, Any], pointer: str) -> list[str]:
    """Where the schema of the JSON of a body or a response is, if it has one."""
    return _schemas_of(data, pointer, _JSON)


def _others(data: Mapping[str, Any], pointer: str) -> list[str]:
    """The same of a body that is a form, or what else there is."""
    return _schemas_of(data, pointer, _FORM) or _schemas_of(data, pointer, _ANY)


def _schemas_of(data: Mapping[str, Any], pointer: str, wanted: re.Pattern[str]) -> list[str]:
    place = followed(data, pointer)
    content = (at(data, place) or {}).get("content") or {}
    kinds = [kind for kind in content if wanted.match(kind)][:1]
    told = [kind for kind in kinds if "schema" in (content[kind] or {})]
    return [f"{place}/content/{escaped(kind)}/schema" for kind in told]


def _pointer(operation: WrittenOperation) -> str:
    return f"{operation.pointer}/{operation.method.lower()}"


def _key(operation: WrittenOperation) -> Case:
    return {"method": operation.method, "path": operation.path}
