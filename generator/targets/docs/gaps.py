"""What the pages cannot show, each with its place in the contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generator.document import Finding, Position, Severity
from generator.model import Api
from generator.targets import TargetInput

_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
_ELSEWHERE = "externalValue"


def gaps(source: TargetInput) -> list[Finding]:
    """The findings of one API; looked for only where the text has such words."""
    found: list[Finding] = []
    if source.api.webhooks or '"callbacks"' in source.text:
        found += _sent(source.api, source.document)
    if f'"{_ELSEWHERE}"' in source.text:
        found += _elsewhere(source.api, source.document)
    return found


def _sent(api: Api, document: Mapping[str, Any]) -> Iterator[Finding]:
    """Parts of requests that the API sends: parameters, and bodies of what answers them."""
    for webhook in api.webhooks:
        item = _mapping(_mapping(document.get("webhooks")).get(webhook.name))
        for sent in _operations(item):
            others = _parameters(sent, item, {"header"})
            yield from _untold(webhook.name, webhook.position, [*others, *_bodies(sent)])
    for operation in api.operations:
        for callback in operation.callbacks:
            path = _mapping(_mapping(document.get("paths")).get(operation.path))
            written = _mapping(path.get(operation.method.lower()))
            named = _mapping(_mapping(written.get("callbacks")).get(callback.name))
            told = _mapping(named.get(callback.expression))
            for sent in _operations(told):
                parameters = _parameters(sent, told, set())
                yield from _untold(callback.name, callback.position, parameters)


def _untold(name: str, position: Position, parts: Iterable[str]) -> Iterator[Finding]:
    listed = ", ".join(dict.fromkeys(parts))
    if listed:
        message = f"The pages do not show all of {name}: {listed} of it are left out."
        yield Finding("GEN-201", position, message, severity=Severity.WARNING)


def _parameters(operation: Mapping[str, Any], item: Any, shown: set[str]) -> list[str]:
    listed = [*_listed(operation.get("parameters")), *_listed(_mapping(item).get("parameters"))]
    places = [_mapping(each).get("in") for each in listed]
    return [
        f"{place} parameters" for place in places if isinstance(place, str) and place not in shown
    ]


def _bodies(operation: Mapping[str, Any]) -> list[str]:
    answers = _mapping(operation.get("responses")).values()
    return ["bodies of answers"] if any(_mapping(each).get("content") for each in answers) else []


def _elsewhere(api: Api, document: Mapping[str, Any]) -> Iterator[Finding]:
    """Examples that are told by an address only."""
    message = "An example with `externalValue` is not fetched, and so not shown."
    for operation in api.operations:
        item = _mapping(_mapping(document.get("paths")).get(operation.path))
        if _has(item.get(operation.method.lower()), _ELSEWHERE):
            yield Finding("GEN-202", operation.position, message, severity=Severity.WARNING)
    if _has(document.get("components"), _ELSEWHERE):
        yield Finding("GEN-202", api.position, message, severity=Severity.WARNING)


def _has(value: Any, key: str) -> bool:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Mapping):
            if isinstance(each.get(key), str):
                return True
            waiting.extend(each.values())
        elif isinstance(each, list):
            waiting.extend(each)
    return False


def _operations(item: Any) -> list[Mapping[str, Any]]:
    return [_mapping(each) for key, each in _mapping(item).items() if key in _METHODS]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
