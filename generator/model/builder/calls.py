"""What operations are called: their ids, the resource each belongs to, and the method on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, count

from msgspec import Struct
from msgspec.structs import replace

from generator.document import Node
from generator.model.builder.source import METHODS, Source, members, texts
from generator.model.words import fold, pascal, singular, snake, words
from generator.published import thing

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
_LONGEST = 60
"""Letters of a resource's name, which files are called after: no file system takes any length."""
_UNGROUPED = "default"


class Call(Struct, frozen=True):
    """One method on one path, and what it is called: `client.<resource>.<name>(…)`."""

    path: str
    method: str
    item: Node
    node: Node
    id: str
    resource: tuple[str, ...]
    name: str

    @property
    def thing(self) -> str:
        """What is called so."""
        return thing("operation", self.method.upper(), self.path)


class _Draft(Struct, frozen=True):
    """A call whose name may still be that of another: `names` are in order of preference.

    `published` is what it was called before; empty where it is new there.
    """

    call: Call
    names: tuple[str, ...]
    explicit: bool
    published: str

    @property
    def wanted(self) -> tuple[tuple[str, ...], str]:
        """The place in its resource that it wants most."""
        return self.call.resource, fold(self.names[0])

    @property
    def kept(self) -> tuple[tuple[str, ...], str]:
        """The place that it had."""
        return self.call.resource, fold(self.published)


def calls(source: Source) -> tuple[Call, ...]:
    """Every operation under `paths`, in the order of the text."""
    parents = _tag_parents(source)
    found = list(_operations(source))
    drafts = [
        _draft(source, Call(path, method, item, node, id_, _resource(parents, path, node), ""))
        for (path, method, item, node), id_ in zip(found, _identifiers(source, found), strict=True)
    ]
    return _named(source, drafts)


def call_names(called: Iterable[Call]) -> dict[str, str]:
    """What each operation is called, and its id where it is not the one that it would have."""
    found: dict[str, str] = {}
    for call in called:
        found.setdefault(call.thing, ".".join((*call.resource, call.name)))
        if call.id != _wanted_id(call.path, call.method, call.node):
            found.setdefault(_id_thing(call.method, call.path), call.id)
    return found


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


def _identifiers(source: Source, found: Sequence[tuple[str, str, Node, Node]]) -> list[str]:
    """The `operationId` of each, else one from method and path; repeated ones get a number."""
    kept = _kept_identifiers(source, found)
    owners = {fold(identifier): index for index, identifier in kept.items()}
    taken: set[str] = set()
    ids = []
    for index, (path, method, _, node) in enumerate(found):
        wanted = _wanted_id(path, method, node)
        identifier, number = kept.get(index, wanted), 2
        while fold(identifier) in taken or owners.get(fold(identifier), index) != index:
            identifier, number = f"{wanted}{number}", number + 1
        if identifier != wanted and node.text("operationId"):
            message = f"The operationId {wanted!r} is taken; this operation is called"
            at = node.get("operationId") or node
            source.note(at, "GEN-040", f"{message} {identifier!r}.")
        taken.add(fold(identifier))
        ids.append(identifier)
    return ids


def _kept_identifiers(
    source: Source, found: Sequence[tuple[str, str, Node, Node]]
) -> dict[int, str]:
    """Published ids by the index of who has each."""
    owners: dict[str, tuple[int, str]] = {}
    for index, (path, method, _, node) in enumerate(found):
        if thing("operation", method.upper(), path) in source.published:
            wanted = _wanted_id(path, method, node)
            kept = source.published.get(_id_thing(method, path), wanted)
            owners.setdefault(fold(kept), (index, kept))
    return dict(owners.values())


def _wanted_id(path: str, method: str, node: Node) -> str:
    parts = [pascal(segment) for segment in path.split("/")]
    return node.text("operationId") or method + ("".join(parts) or "Root")


def _id_thing(method: str, path: str) -> str:
    return thing("id", method.upper(), path)


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
    names = (snake(name)[:_LONGEST].strip("_") for name in told)
    return tuple(filter(None, names)) or (_UNGROUPED,)


def _static(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment and "{" not in segment]


def _draft(source: Source, call: Call) -> _Draft:
    full = snake(call.id) or call.method
    resource, _, name = source.published.get(call.thing, "").rpartition(".")
    published = name if resource == ".".join(call.resource) else ""
    for extension in ("x-fern-sdk-method-name", "x-speakeasy-name-override"):
        told = snake(call.node.text(extension))
        if told:
            return _Draft(call, (told, full), True, published)
    named = bool(call.node.text("operationId"))
    return _Draft(call, (_short(call) if named else _from_path(call), full), False, published)


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
    """Names, each once on its resource: published ones, then told ones, then who is first."""
    taken: dict[tuple[str, ...], dict[str, str]] = {}
    for above in (draft.call.resource for draft in drafts):
        for depth in range(1, len(above)):
            taken.setdefault(above[:depth], {}).setdefault(fold(above[depth]), "a resource")
    chosen = _kept(drafts)
    for index, name in chosen.items():
        call = drafts[index].call
        taken.setdefault(call.resource, {})[fold(name)] = call.id
    for index, draft in sorted(enumerate(drafts), key=lambda each: not each[1].explicit):
        names = taken.setdefault(draft.call.resource, {})
        if index not in chosen:
            chosen[index] = _choose(draft, names)
        _note(source, draft, chosen[index], names)
        names[fold(chosen[index])] = draft.call.id
    return tuple(replace(draft.call, name=chosen[i]) for i, draft in enumerate(drafts))


def _kept(drafts: list[_Draft]) -> dict[int, str]:
    """Published names by the index of who has each.

    They stay, unless the contract says in so many words another one that nobody else has.
    """
    published = {draft.kept for draft in drafts if draft.published}
    found: dict[tuple[tuple[str, ...], str], tuple[int, str]] = {}
    for index, draft in enumerate(drafts):
        renamed = draft.explicit and draft.wanted not in published
        if draft.published and not renamed:
            found.setdefault(draft.kept, (index, draft.published))
    return dict(found.values())


def _choose(draft: _Draft, taken: Mapping[str, str]) -> str:
    candidates = chain(draft.names, (f"{draft.names[-1]}_{number}" for number in count(2)))
    return next(name for name in candidates if fold(name) not in taken)


def _note(source: Source, draft: _Draft, name: str, taken: Mapping[str, str]) -> None:
    """Tell of a call that has not the name that it would have alone."""
    call, wanted = draft.call, draft.names[0]
    if fold(name) == fold(wanted):
        return
    owner = taken.get(fold(wanted))
    dotted = ".".join((*call.resource, wanted))
    at = call.node.get("x-fern-sdk-method-name") or call.node
    if owner is not None:
        message = f"{dotted!r} already is {owner}; {call.id!r} is called {name!r} instead."
        source.note(at, "GEN-041", message)
    else:
        message = f"{call.id!r} stays {name!r}, as it was published, though {dotted!r} is free."
        source.note(at, "GEN-042", message)
