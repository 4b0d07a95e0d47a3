"""The one shape of an API's errors: the schema that its 4xx and 5xx answers share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from generator.model.api import ErrorEnvelope
from generator.model.behaviour import WirePath
from generator.model.builder.media import is_json
from generator.model.builder.source import Source
from generator.model.operation import Operation
from generator.model.schema import Array, Object, Reference, Scalar, Schema
from generator.model.security import SecurityScheme
from generator.model.words import snake

_MESSAGES = ("message", "detail", "error_description", "title", "description", "error")
_CODES = ("code", "error_code", "type", "error_type")
_REQUEST_IDS = ("request_id", "trace_id", "correlation_id")


def envelope(
    source: Source, operations: Iterable[Operation], schemes: Iterable[SecurityScheme]
) -> ErrorEnvelope | None:
    """The schema of most error answers, if more than half of them share one.

    The endpoints of OAuth flows are left out: their errors are those of RFC 6749 §5.2.
    """
    exempt = {
        url.partition("?")[0].rstrip("/")
        for scheme in schemes
        for flow in scheme.flows
        for url in (flow.token_url, flow.authorization_url)
        if url
    }
    counted: Counter[str] = Counter()
    for operation in operations:
        if any(url.endswith(operation.path) for url in exempt):
            continue
        for response in operation.responses:
            if response.is_error or response.status == "default":
                counted.update(
                    _name(media.schema) for media in response.media if is_json(media.type)
                )
    counted.pop("", None)
    for name, count in counted.most_common(1):
        if count * 2 > counted.total():
            return _located(source, name)
    return None


def _name(schema: Schema | None) -> str:
    return schema.type.name if schema is not None and isinstance(schema.type, Reference) else ""


def _located(source: Source, name: str) -> ErrorEnvelope | None:
    """The envelope, if a message is found at its top, in `error`, or in the first of `errors`."""
    whole = source.schemas.definition(_reference(source, name))
    message = _find(source, whole, _MESSAGES)
    if not message:
        return None
    return ErrorEnvelope(
        schema=name,
        message=message,
        code=_find(source, whole, _CODES),
        request_id=_find(source, whole, _REQUEST_IDS),
    )


def _reference(source: Source, name: str) -> Schema:
    return Schema(Reference(name), source.root.position)


def _find(source: Source, whole: Schema, names: tuple[str, ...]) -> WirePath:
    """Where the first of some text members is: inside `error` or `errors` before beside them."""
    for holder, path in reversed(list(_holders(source, whole))):
        by_name = {snake(p.name): p for p in holder.properties}
        for name in names:
            found = by_name.get(name)
            if found is not None and _is_text(source, found.schema):
                return (*path, found.name)
    return ()


def _holders(source: Source, whole: Schema) -> Iterable[tuple[Object, WirePath]]:
    kind = whole.type
    if not isinstance(kind, Object):
        return
    yield kind, ()
    for inner in kind.properties:
        if snake(inner.name) in {"error", "errors", "meta"}:
            path: WirePath = (inner.name,)
            held = source.schemas.definition(inner.schema).type
            if isinstance(held, Array):
                held, path = source.schemas.definition(held.items).type, (*path, "0")
            if isinstance(held, Object):
                yield held, path


def _is_text(source: Source, schema: Schema) -> bool:
    kind = source.schemas.definition(schema).type
    return not isinstance(kind, Object | Array) and (
        not isinstance(kind, Scalar) or kind.kind != "boolean"
    )
