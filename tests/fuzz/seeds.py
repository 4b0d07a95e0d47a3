"""Small documents to change: each is one operation of a bigger one, with all that it refers to."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_WHOLE = Path(__file__).with_name("whole_language.yaml")
_CONTRACTS = sorted(Path("openapi").glob("*/openapi.yaml"))
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_COMPONENT = re.compile(r'"#/components/(\w+)/([^"/]+)')
_MANY = {"properties": 5, "responses": 2, "parameters": 4, "examples": 1, "tags": 1, "scopes": 2}
"""How many of a kind a small document keeps; others have the next ones."""
_VARIANTS = 4
_LETTERS = 60
"""How much it keeps of a text."""


@cache
def seeds() -> tuple[str, ...]:
    """Documents as JSON: always the same ones, in the same order."""
    found: dict[str, None] = {}
    for path in (_WHOLE, *_CONTRACTS):
        document = yaml.load(path.read_bytes(), yaml.CSafeLoader)
        for number in range(_VARIANTS):
            found |= {json.dumps(small): None for small in _cut(_thinned(document, number))}
    return tuple(found)


def _thinned(value: Any, number: int) -> Any:
    """The same with a few of each kind: the first, second, … few of them."""
    if isinstance(value, str):
        return value if len(value) <= _LETTERS or value.startswith("#/") else value[:_LETTERS]
    if isinstance(value, list):
        return [_thinned(each, number) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _few(_thinned(each, number), _MANY.get(key), number) for key, each in value.items()
    }


def _few(value: Any, most: int | None, number: int) -> Any:
    if most is None or not isinstance(value, dict | list) or len(value) <= most:
        return value
    start = number * most % len(value)
    if isinstance(value, list):
        return value[start : start + most]
    return dict(list(value.items())[start : start + most])


def _cut(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    head = {key: value for key, value in document.items() if key not in ("paths", "webhooks")}
    for section in ("paths", "webhooks"):
        for path, item in document.get(section, {}).items():
            shared = {key: value for key, value in item.items() if key not in _METHODS}
            for method in filter(item.__contains__, _METHODS):
                kept = {path: {**shared, method: item[method]}}
                parts = _reached(document["components"], kept)
                yield {**head, "paths": {}, section: kept, "components": parts}


def _reached(components: dict[str, Any], start: Any) -> dict[str, Any]:
    """What a part of a document refers to, directly or not, and all ways of authenticating."""
    found: dict[str, Any] = {"securitySchemes": components.get("securitySchemes", {})}
    work = [start]
    while work:
        for section, name in _COMPONENT.findall(json.dumps(work.pop())):
            here = found.setdefault(section, {})
            if name not in here and name in components.get(section, {}):
                here[name] = components[section][name]
                work.append(here[name])
    return found
