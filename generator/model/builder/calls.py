"""What operations are called: their ids, the resource each belongs to, and the method on it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, count

from generator.document import Node
from generator.model.builder.source import METHODS, Source, members, texts
from generator.model.words import fold, pascal, singular, snake, words

_VERSION = re.compile(r"^v\d+([.\-_]?\w+)?$")
_VERBS = {
    "get": "get",
    "head": "head",
    "post": "create",
    "put": "replace",
    "patch": "update",
    "delete": "delete",
    "options": "options",
    "trace": "trace",
    "query": "query",
}
_UNGROUPED = "default"


@dataclass(frozen=True, slots=True)
class Call:
    """One method on one path, and what it is called: `client.<resource>.<name>(…)`."""

    path: str
    method: str
    item: Node
    node: Node
    id: str
    resource: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class _Draft:
    """A call whose name may still be that of another: `names` are in order of preference."""

    call: Call
    names: tuple[str, ...]
    explicit: bool


def calls(source: Source) -> tuple[Call, ...]:
    """Every operation under `paths`, in the order of the text."""
    parents = _tag_parents(source)
    ids: set[str] = set()
    drafts = []
    for path, method, item, node in _operations(source):
        identifier = _identifier(source, path, method, node, ids)
        resource = _resource(parents, path, node)
        drafts.append(_draft(Call(path, method, item, node, identifier, resource, "")))
    return _named(source, drafts)


def path_operations(source: Source, written: Node) -> Iterator[tuple[str, Node, Node]]:
    """Each method of a path item, with the item itself: also those 3.2 lets a document add."""
    item = source.resolved(written)
    for method in METHODS:
        node = item.get(method)
        if node is not None and isinstance(node.value, dict):
            yield method, item, node
    for method, node in members(item.get("additionalOperations")):
        yield method.lower(), item, node


def _operations(source: Source) -> Iterator[tuple[str, str, Node, Node]]:
    for path, written in members(source.root.get("paths")):
        order = list(source.resolved(written).mapping)
        found = list(path_operations(source, written))
        found.sort(key=lambda each: order.index(each[0]) if each[0] in order else len(order))
        for method, item, node in found:
            yield path, method, item, node


def _identifier(source: Source, path: str, method: str, node: Node, taken: set[str]) -> str:
    """The `operationId`, else one from method and path; a repeated one gets a number."""
    wanted = node.text("operationId")
    if not wanted:
        parts = [pascal(segment) for segment in path.split("/")]
        wanted = method + ("".join(parts) or "Root")
    identifier, number = wanted, 2
    while fold(identifier) in taken:
        identifier, number = f"{wanted}{number}", number + 1
    if identifier != wanted and node.text("operationId"):
        message = f"The operationId {wanted!r} is taken; this operation is called {identifier!r}."
        source.note(node.get("operationId") or node, "GEN-040", message)
    taken.add(fold(identifier))
    return identifier


def _tag_parents(source: Source) -> Mapping[str, str]:
    """Tag → the tag it lies under (OpenAPI 3.2)."""
    tags = source.root.get("tags")
    return {
        tag.text("name"): tag.text("parent")
        for tag in (tags.elements() if tags else ())
        if tag.text("parent")
    }


def _resource(parents: Mapping[str, str], path: str, node: Node) -> tuple[str, ...]:
    """The chain of resource names: as the contract says, else the first tag, else the path."""
    told = texts(node.mapping.get("x-fern-sdk-group-name"))
    if not told and node.text("x-speakeasy-group"):
        told = tuple(node.text("x-speakeasy-group").split("."))
    tags = texts(node.mapping.get("tags"))
    if not told and tags:
        above = [tags[0]]
        while (parent := parents.get(above[0])) and parent not in above:
            above.insert(0, parent)
        told = tuple(above)
    if not told:
        told = tuple(segment for segment in _static(path) if not _VERSION.match(segment))[:1]
    return tuple(snake(name) for name in told if snake(name)) or (_UNGROUPED,)


def _static(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment and "{" not in segment]


def _draft(call: Call) -> _Draft:
    full = snake(call.id) or call.method
    for extension in ("x-fern-sdk-method-name", "x-speakeasy-name-override"):
        told = snake(call.node.text(extension))
        if told:
            return _Draft(call, (told, full), explicit=True)
    named = bool(call.node.text("operationId"))
    return _Draft(call, (_short(call) if named else _from_path(call), full), explicit=False)


def _short(call: Call) -> str:
    """The operationId without the words that the resource already says; `getTasks` is a list."""
    found = [word.lower() for word in words(call.id)]
    plural = False
    for name in reversed(call.resource):
        target = [singular(word) for word in name.split("_")]
        for start in range(len(found) - len(target) + 1):
            window = found[start : start + len(target)]
            if [singular(word) for word in window] == target and len(found) > len(target):
                plural = plural or singular(window[-1]) != window[-1]
                del found[start : start + len(target)]
                break
    if found == ["get"] and plural and call.method == "get" and not call.path.endswith("}"):
        return "list"
    return "_".join(found) or call.method


def _from_path(call: Call) -> str:
    """A verb for the method, then the static segments that the resource does not say."""
    said = {singular(word) for name in call.resource for word in name.split("_")}
    rest = [
        word.lower()
        for segment in _static(call.path)
        if not _VERSION.match(segment)
        for word in words(segment)
        if singular(word.lower()) not in said
    ]
    collection = call.method == "get" and "{" not in call.path
    verb = "list" if collection and not rest else _VERBS.get(call.method, call.method)
    return "_".join([verb, *rest])


def _named(source: Source, drafts: list[_Draft]) -> tuple[Call, ...]:
    """Names, each once on its resource: told ones before derived ones, then who is first."""
    taken: dict[tuple[str, ...], dict[str, str]] = {}
    for above in (draft.call.resource for draft in drafts):
        for depth in range(1, len(above)):
            taken.setdefault(above[:depth], {}).setdefault(fold(above[depth]), "a resource")
    chosen: dict[int, str] = {}
    for index, draft in sorted(enumerate(drafts), key=lambda each: not each[1].explicit):
        chosen[index] = _choose(source, draft, taken.setdefault(draft.call.resource, {}))
    return tuple(replace(draft.call, name=chosen[i]) for i, draft in enumerate(drafts))


def _choose(source: Source, draft: _Draft, taken: dict[str, str]) -> str:
    call, wanted = draft.call, draft.names[0]
    candidates = chain(draft.names, (f"{draft.names[-1]}_{number}" for number in count(2)))
    name = next(name for name in candidates if fold(name) not in taken)
    if name != wanted:
        owner = taken[fold(wanted)]
        message = f"{'.'.join((*call.resource, wanted))!r} already is {owner}; "
        at = call.node.get("x-fern-sdk-method-name") or call.node
        source.note(at, "GEN-041", f"{message}{call.id!r} is called {name!r} instead.")
    taken[fold(name)] = call.id
    return name
