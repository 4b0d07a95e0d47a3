"""What the resources of a client and their methods are called, whatever the language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct

from generator.model import Api, Operation, Resource
from generator.published import thing
from generator.targets.media_choice import answer_media
from generator.targets.naming import Naming, Wanted

Chain = tuple[str, ...]
"""The names of the resources that lead to one, its own last."""

Place = tuple[Chain, int]
"""An operation: the chain of resource names, and its number in that resource."""


class ResourceName(Struct, frozen=True):
    """What a resource is called: `attribute` on its parent, `module` and `cls` in `resources/`."""

    attribute: str
    module: str
    cls: str


class Words(Struct, frozen=True):
    """The names of one language.

    `attribute` is that of a resource, given what is reserved, `method` that of an operation,
    `stream` that of the method beside one that answers with a stream too. No attribute of a
    resource is one of `members`.
    """

    attribute: Callable[[str, Collection[str]], str]
    method: Callable[[Operation], str]
    stream: Callable[[str], str]
    members: Collection[str] = ()


def walk(resources: tuple[Resource, ...], above: Chain = ()) -> Iterator[tuple[Chain, Resource]]:
    """Every resource with the chain of names that leads to it, parents first."""
    for resource in resources:
        chain = (*above, resource.name)
        yield chain, resource
        yield from walk(resource.children, chain)


def operation_thing(kind: str, operation: Operation, *words: str) -> str:
    """The thing of some kind that an operation has, by its method and path."""
    return thing(kind, operation.method.upper(), operation.path, *words)


def attributes(
    naming: Naming,
    words: Words,
    resources: tuple[Resource, ...],
    reserved: Collection[str],
    above: Chain = (),
) -> dict[Chain, str]:
    """The attribute of each resource; of those beside each other none is `reserved`."""
    wanted = [
        Wanted(thing("attribute", *above, each.name), words.attribute(each.name, reserved))
        for each in resources
    ]
    found: dict[Chain, str] = {}
    for resource, attribute in zip(resources, naming.distinct(wanted, reserved), strict=True):
        chain = (*above, resource.name)
        found[chain] = attribute
        below = {*words.members, *naming.kept(_wanted_methods(words, resource)).values()}
        found.update(attributes(naming, words, resource.children, below, chain))
    return found


def methods(
    naming: Naming, words: Words, api: Api, resources: Mapping[Chain, ResourceName]
) -> dict[Place, tuple[str, ...]]:
    """The methods of each operation: two where it answers with a stream too."""
    found: dict[Place, tuple[str, ...]] = {}
    for chain, resource in walk(api.resources):
        children = {resources[(*chain, child.name)].attribute for child in resource.children}
        streaming = [n for n, each in enumerate(resource.operations) if len(answer_media(each)) > 1]
        things = [operation_thing("stream", resource.operations[index]) for index in streaming]
        kept = naming.kept(Wanted(each, "", derived=True) for each in things)
        plain = _wanted_methods(words, resource)
        names = naming.distinct(plain, {*children, *kept.values()})
        wanted = [
            Wanted(each, words.stream(names[index]), derived=True)
            for each, index in zip(things, streaming, strict=True)
        ]
        twins = dict(zip(streaming, naming.distinct(wanted, {*names, *children}), strict=True))
        for index, name in enumerate(names):
            found[chain, index] = (name, twins[index]) if index in twins else (name,)
    return found


def _wanted_methods(words: Words, resource: Resource) -> list[Wanted]:
    return [
        Wanted(operation_thing("method", each), words.method(each)) for each in resource.operations
    ]
