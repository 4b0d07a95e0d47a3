"""Expressions of the vocabulary (`$request.cursor`, `$response.data`) → what they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from generator.document.lint.subject import Operation, Subject
from generator.document.node import Node
from generator.document.suggestion import suggestion


class Resolved(NamedTuple):
    """The parameter or schema that an expression names, or a sentence: why there is none."""

    node: Node | None
    why: str


def resolve_expression(subject: Subject, operation: Operation, expression: str) -> Resolved:
    """What an expression names in an operation.

    `$request.NAME` is a query parameter, `$request.body.A.B` a property of the JSON body and
    `$response.A.B` a property of the first 2xx answer.
    """
    root, _, rest = expression.partition(".")
    path = rest.split(".") if rest else []
    if root == "$request" and path[:1] == ["body"]:
        return _in_body(subject, operation, path[1:])
    if root == "$request" and len(path) == 1:
        return _parameter(operation, path[0])
    if root == "$response":
        return _in_response(subject, operation, path)
    return Resolved(None, f"'{expression}' begins with neither `$request.` nor `$response.`.")


def _parameter(operation: Operation, name: str) -> Resolved:
    query = {
        wire: node for (location, wire), node in operation.parameters.items() if location == "query"
    }
    if name in query:
        return Resolved(query[name], "")
    return Resolved(
        None, f"{operation.name} has no query parameter '{name}'.{suggestion(name, query)}"
    )


def _in_body(subject: Subject, operation: Operation, path: list[str]) -> Resolved:
    body = operation.node.get("requestBody")
    if body is None:
        return Resolved(None, f"{operation.name} takes no body.")
    return _in_content(subject, subject.resolve(body), path, f"the body of {operation.name}")


def _in_response(subject: Subject, operation: Operation, path: list[str]) -> Resolved:
    for status, _, response in operation.responses:
        if status.startswith("2"):
            what = f"the {status} of {operation.name}"
            return _in_content(subject, response, path, what)
    return Resolved(None, f"{operation.name} has no 2xx response.")


def _in_content(subject: Subject, holder: Node, path: list[str], what: str) -> Resolved:
    content = holder.get("content")
    for _, media in content.items() if content else ():
        schema = media.get("schema")
        if schema is not None:
            return _in_schema(subject, schema, path, what)
    return Resolved(None, f"{what[0].upper()}{what[1:]} has no schema.")


def _in_schema(subject: Subject, schema: Node, path: list[str], what: str) -> Resolved:
    node = schema
    for name in path:
        properties = dict(_properties(subject, node, set()))
        if name not in properties:
            return Resolved(None, f"There is no '{name}' in {what}.{suggestion(name, properties)}")
        node, what = properties[name], f"'{name}' of {what}"
    return Resolved(subject.resolve(node), "")


def _properties(
    subject: Subject, schema: Node, seen: set[tuple[str, str]]
) -> Iterator[tuple[str, Node]]:
    schema = subject.resolve(schema)
    key = (schema.document.file, schema.pointer)
    if key in seen:
        return
    seen.add(key)
    properties = schema.get("properties")
    if properties:
        yield from properties.items()
    for keyword in ("allOf", "anyOf", "oneOf"):
        branches = schema.get(keyword)
        for branch in branches.elements() if branches else ():
            yield from _properties(subject, branch, seen)


def types_of(subject: Subject, schema: Node) -> frozenset[str]:
    """The JSON types that a schema allows, as far as it says so; empty where it does not."""
    found, seen, work = set[str](), set[tuple[str, str]](), [schema]
    while work:
        node = subject.resolve(work.pop())
        if (node.document.file, node.pointer) in seen:
            continue
        seen.add((node.document.file, node.pointer))
        declared = node.mapping.get("type")
        names = declared if isinstance(declared, list) else [declared]
        found.update(name for name in names if isinstance(name, str))
        for keyword in ("anyOf", "oneOf"):
            branches = node.get(keyword)
            work.extend(branches.elements() if branches else ())
    return frozenset(found)
