"""What a method returns: the types of the success answers, and how each is read."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from generator.model import Array, Media, Operation, Response, Schema
from generator.targets.definitions import at, member, object_of
from generator.targets.media_choice import JSON, chosen_media, is_json, is_stream
from generator.targets.python.annotations import UNIONS, Scope, annotation, any_type
from generator.targets.python.names import member_names
from generator.targets.python_source import quoted, tuple_of


class Answer(Struct, frozen=True):
    """The types of a method's success answers, as expressions.

    `statuses` are those whose type is not `returns`, `types` those whose media type is not
    `media`. `events` is the expression of a stream's events, `item` the type of the rows of a
    list or of a stream's events.
    """

    returns: str
    media: str = JSON
    statuses: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    union: str = ""
    events: str = ""
    pages: str = ""
    item: str = ""


def answer(
    scope: Scope, operation: Operation, media: Media | None, argument_names: dict[str, str]
) -> Answer:
    """What a method for `operation` returns. `argument_names` are by query parameter.

    `media` is one of `answer_media`. A status that the contract does not list is read as its
    range, `2XX`, else as the first.
    """
    if media is not None and is_stream(media):
        return _stream(scope, media)
    successes = [each for each in operation.responses if each.is_success]
    kinds = {each.status: _type(scope, chosen_media(each.media)) for each in successes[1:]}
    types = {each.status: _media_type(chosen_media(each.media)) for each in successes[1:]}
    first, main = _type(scope, media), _media_type(media)
    returns, usual = kinds.pop("2XX", first), types.pop("2XX", main)
    if successes and successes[0].status.isdigit():
        kinds[successes[0].status], types[successes[0].status] = first, main
    others = {status: kind for status, kind in kinds.items() if kind != returns}
    return Answer(
        returns=returns,
        media=usual,
        statuses=tuple(f"{status}: {kind}" for status, kind in sorted(others.items())),
        types=tuple(f"{s}: {quoted(kind)}" for s, kind in sorted(types.items()) if kind != usual),
        union=_joined([first, *others.values(), returns]),
        **_paging(scope, operation, media, argument_names),
    )


def _media_type(media: Media | None) -> str:
    return media.type if media else JSON


def _joined(kinds: Iterable[str]) -> str:
    """A union of annotations, `None` last."""
    members = dict.fromkeys(kinds)
    return " | ".join(sorted(members, key=lambda member: member == "None"))


def attribute_path(scope: Scope, schema: Schema | None, path: tuple[str, ...]) -> tuple[str, ...]:
    """A path of wire names into a decoded value of `schema`, as attributes and keys."""
    found = []
    for name in path:
        kind = object_of(scope.api, schema)
        named = member_names(scope.names, kind) if kind is not None else {}
        found.append(named.get(name, name))
        schema = member(scope.api, schema, name)
    return tuple(found)


def _type(scope: Scope, media: Media | None) -> str:
    if media is None:
        return "None"
    if is_json(media.type):
        return annotation(scope, media.schema) if media.schema else any_type(scope)
    return scope.builtin("str" if media.type.startswith("text/") else "bytes")


def _paging(
    scope: Scope, operation: Operation, media: Media | None, argument_names: dict[str, str]
) -> dict[str, str]:
    pagination = operation.pagination
    if pagination is None or media is None or not is_json(media.type):
        return {}
    if pagination.parameter not in argument_names and pagination.style != "link":
        return {}
    told = {
        "argument": argument_names.get(pagination.parameter, "")
        if pagination.style != "link"
        else "",
        "style": pagination.style if pagination.style != "cursor" else "",
    }
    paths = {
        "results": attribute_path(scope, media.schema, pagination.results),
        "next": attribute_path(scope, media.schema, pagination.next),
        "has_more": attribute_path(scope, media.schema, pagination.has_more),
    }
    settings = [f"results={_names(paths['results'])}"]
    settings += [f"{name}={quoted(text)}" for name, text in told.items() if text]
    settings += [f"{name}={_names(paths[name])}" for name in ("next", "has_more") if paths[name]]
    rows = at(scope.api, media.schema, pagination.results)
    item = annotation(scope, rows.type.items) if rows and isinstance(rows.type, Array) else ""
    pages = f"{scope.runtime('_runtime.operation', 'Pages')}({', '.join(settings)})"
    return {"pages": pages, "item": item or any_type(scope)}


def _stream(scope: Scope, media: Media) -> Answer:
    named = media.stream.events if media.stream else {}
    kinds = {name: annotation(scope, schema) for name, schema in named.items()}
    types = ", ".join(f"{quoted(name)}: {kind}" for name, kind in kinds.items())
    final = ", ".join(map(quoted, media.stream.final)) if media.stream else ""
    ending = f", {scope.builtin('frozenset')}({{{final}}})" if final else ""
    if media.stream and media.stream.resume:
        ending += ", resume=True"
    events = f"{scope.runtime('_runtime.operation', 'Events')}({{{types}}}{ending})"
    unknown = scope.runtime(UNIONS, "Unknown") if kinds else any_type(scope)
    data = " | ".join(dict.fromkeys([*kinds.values(), unknown]))
    event = scope.runtime("_runtime.events", "Event")
    return Answer(returns=any_type(scope), media=media.type, events=events, item=f"{event}[{data}]")


def _names(path: tuple[str, ...]) -> str:
    return tuple_of(map(quoted, path))


def error_responses(operation: Operation) -> list[Response]:
    """The documented errors, in the order of their statuses."""
    found = [each for each in operation.responses if each.is_error]
    return sorted(found, key=lambda response: response.status)
