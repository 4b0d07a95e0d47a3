"""OAS: the document is what the OpenAPI Specification says a document is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from generator.document.bundling import bundled
from generator.document.finding import Severity
from generator.document.lint.rule import Problem, Rule, at, at_key, rule
from generator.document.lint.schemas import UNCHECKED, SchemaValidators, problems
from generator.document.lint.subject import Subject
from generator.document.node import Document, Node, join_pointer, split_pointer
from generator.document.specification import supported
from generator.document.suggestion import suggestion
from generator.document.violation import Violation, violations

_DIALECTS: Final = {
    "3.1": "oas3.1/vocabularies/base",
    "3.2": "oas3.2/meta/2025-09-17.json",
}
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


@rule("OAS-001", "The version of OpenAPI is one that is known")
def known_version(subject: Subject) -> Iterator[Problem]:
    """`openapi` says which version of the specification the document is written in.

    Versions 3.0.x, 3.1.x and 3.2.x are read. Swagger 2.0 is not: convert the document to OpenAPI
    3 first (OpenAPI 3.1 §4.8.1).
    """
    root = subject.root
    if supported(subject.specification.version):
        return
    swagger, openapi = root.get("swagger"), root.get("openapi")
    if swagger:
        yield at(swagger, "Swagger 2.0 is not read; convert the document to OpenAPI 3.1.")
    elif openapi:
        yield at(openapi, f"OpenAPI {openapi.value} is not known; 3.0, 3.1 and 3.2 are.")
    else:
        yield at(root, "The field 'openapi' is missing; it says which version this is: 3.1.0.")


@rule("OAS-002", "The document has the shape that the specification describes")
def shape(subject: Subject) -> Iterator[Problem]:
    """Every field is where the OpenAPI Specification has it, with a value of the right type.

    The document is validated against the JSON Schema that the OpenAPI Initiative publishes for its
    version, as openapi-spec-validator ships it, and each of its schemas against the dialect of
    that version: JSON Schema 2020-12 with OpenAPI's own keywords, or the Schema Object of 3.0.
    """
    line = supported(subject.specification.version)
    if not line:
        return
    schema, validator = metaschema(line), _validator(line)
    bundle = bundled(subject.specification, subject.specification.sources)
    root = Document("", bundle.document, {}).root
    reported: set[tuple[str, str]] = set()
    found = list(violations(validator.iter_errors(root.value)))
    for violation in found:
        for pointer, message in _worth_saying(violation, found, schema, root):
            if (pointer, message) not in reported:
                reported.add((pointer, message))
                file, source = bundle.origin(pointer)
                node = Node(subject.specification.sources[file], source, None)
                on_key = violation.keyword in ("required", *_UNKNOWN)
                yield at_key(node, message) if on_key and source else at(node, message)


_UNKNOWN: Final = ("unevaluatedProperties", "additionalProperties")


def _worth_saying(
    violation: Violation, found: list[Violation], schema: Any, root: Node
) -> Iterator[tuple[str, str]]:
    """Tell unknown fields one by one, and leave out known ones where another error explains them.

    A field counts as unknown to JSON Schema also where its own value, or that of the field it
    depends on, is wrong.
    """
    if violation.keyword not in _UNKNOWN:
        yield violation.pointer, violation.message
        return
    known = _known_names(schema, violation.schema_path[:-1])
    node = root.at(violation.pointer)
    unknown = [name for name in (node.mapping if node else ()) if not _is_known(name, known)]
    for name in unknown:
        message = f"'{name}' is not a field of this object.{suggestion(name, known)}"
        yield join_pointer(violation.pointer, name), message
    inside = violation.pointer + "/"
    if not unknown and not any(
        (other.pointer + "/").startswith(inside) for other in found if other is not violation
    ):
        for name in violation.options:
            message = f"'{name}' has no meaning beside the other fields here."
            yield join_pointer(violation.pointer, name), message


def _is_known(name: str, known: frozenset[str]) -> bool:
    return name in known or any(re.search(one, name) for one in known if one.startswith("^"))


def _known_names(schema: Any, path: tuple[str | int, ...]) -> frozenset[str]:
    """The names and patterns of properties in the definition that an error comes from."""
    definition = _at(schema, path) or _at(schema.get("$defs", {}).get("oas-vocabulary"), path)
    names: set[str] = set()
    work = [definition]
    while work:
        value = work.pop()
        for keyword, member in value.items() if isinstance(value, dict) else ():
            if keyword in ("properties", "patternProperties"):
                names.update(member)
            elif keyword == "$ref" and member.startswith("#/"):
                work.append(_at(schema, tuple(split_pointer(member[1:]))))
            elif keyword in ("allOf", "anyOf", "oneOf"):
                work.extend(member)
            elif keyword == "dependentSchemas":
                work.extend(member.values())
            elif keyword in ("if", "then", "else"):
                work.append(member)
    return frozenset(names)


def _at(schema: Any, path: tuple[str | int, ...]) -> Any:
    for token in path:
        try:
            schema = schema[token]
        except (KeyError, IndexError, TypeError):
            return None
    return schema


@cache
def metaschema(line: str) -> Any:
    """The published schema of a version (`3.0`, `3.1`, `3.2`), its schemas' dialect put in."""
    schema = _shipped("openapi_spec_validator", f"resources/schemas/v{line}/schema.json")
    schema = _without_formats(schema)
    if line in _DIALECTS:
        vocabulary = _shipped("openapi_schema_validator", f"schemas/{_DIALECTS[line]}")
        schema["$defs"]["oas-vocabulary"] = vocabulary
        schema["$defs"]["schema"] = {
            "$dynamicAnchor": "meta",
            "allOf": [{"$ref": _DRAFT}, {"$ref": vocabulary["$id"]}],
        }
    return schema


@cache
def _validator(line: str) -> Any:
    return jsonschema_rs.validator_for(metaschema(line), validate_formats=True)


def _without_formats(schema: Any) -> Any:
    """A schema that asserts no format but `regex`: a server's URL may be a template, no `uri`."""
    if isinstance(schema, dict):
        return {
            keyword: _without_formats(member)
            for keyword, member in schema.items()
            if keyword != "format" or not isinstance(member, str) or member == "regex"
        }
    return [_without_formats(one) for one in schema] if isinstance(schema, list) else schema


def _shipped(package: str, path: str) -> Any:
    """A JSON file of an installed package, which is not imported: that takes a second."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"No module named {package!r}", name=package)
    return json.loads((Path(spec.submodule_search_locations[0]) / path).read_text("utf-8"))


@rule("OAS-003", "No parameter is listed twice")
def unique_parameters(subject: Subject) -> Iterator[Problem]:
    """A parameter is known by its name and where it is sent; a list may hold each once.

    An operation's parameter replaces that of its path item (OpenAPI 3.1 §4.8.10), which is no
    repetition.
    """
    for owner in subject.of_kind("pathItem", "operation"):
        listed, seen = owner.get("parameters"), dict[tuple[str, str], Node]()
        for unresolved in listed.elements() if listed else ():
            parameter = subject.resolve(unresolved)
            key = (parameter.text("in"), parameter.text("name"))
            if all(key) and key in seen:
                first = seen[key].position
                yield at(
                    unresolved,
                    f"The {key[0]} parameter '{key[1]}' is already listed at line {first.line}.",
                )
            seen.setdefault(key, unresolved)


@rule("OAS-004", "Path parameters are declared, and used")
def path_parameters(subject: Subject) -> Iterator[Problem]:
    """Each name in the braces of a path has a parameter with `in: path`, and the other way round.

    (OpenAPI 3.1 §4.8.8 and §4.8.12.)
    """
    for operation in subject.operations:
        declared = {
            name: node
            for (location, name), node in operation.parameters.items()
            if location == "path"
        }
        for name in dict.fromkeys(operation.template):
            if name not in declared:
                message = f"The path parameter '{name}' of {operation.name} is not declared."
                yield at_key(operation.node, message + suggestion(name, declared))
        for name, parameter in declared.items():
            if name and name not in operation.template:
                yield at(
                    parameter.get("name") or parameter,
                    f"The path of {operation.name} has no '{{{name}}}'."
                    + suggestion(name, operation.template),
                )


@rule("OAS-005", "Defaults fit their schemas")
def defaults(subject: Subject) -> Iterator[Problem]:
    """A `default` is what a reader assumes where nothing is sent, so it has to be allowed itself.

    (JSON Schema 2020-12, validation §9.2; OpenAPI 3.0 §4.7.24 demands it.)
    """
    validators = SchemaValidators(subject.specification)
    for schema in subject.of_kind("schema"):
        default = schema.get("default")
        if default is not None:
            yield from problems(validators, schema, default, "The default")


@rule("OAS-006", "Required properties exist")
def required_properties(subject: Subject) -> Iterator[Problem]:
    """What `required` lists beside an `allOf` is a property of the schema or of one it combines.

    A misspelt name makes a property that nobody knows required. openapi-spec-validator refuses
    such a document.
    """
    for schema in subject.of_kind("schema"):
        required = schema.get("required")
        all_of = schema.get("allOf")
        if not required or not all_of or not _stands_alone(schema):
            continue
        names = _property_names(subject, schema, set())
        if names is None:
            continue
        for name in required.elements():
            if isinstance(name.value, str) and name.value not in names:
                message = f"No schema combined here has a property '{name.value}'."
                yield at(name, message + suggestion(name.value, names))


def _stands_alone(schema: Node) -> bool:
    """Whether a schema is a component, a body or a parameter, and not a part of another schema."""
    match split_pointer(schema.pointer):
        case ["components", "schemas", _]:
            return True
        case [*_, "content" | "parameters" | "headers", _, "schema"]:
            return True
    return False


def _property_names(subject: Subject, schema: Node, seen: set[tuple[str, str]]) -> set[str] | None:
    """The properties a schema knows; None where one of its references is broken."""
    schema = subject.resolve(schema)
    if (schema.document.file, schema.pointer) in seen:
        return set()
    seen.add((schema.document.file, schema.pointer))
    if "$ref" in schema.mapping:
        return None
    properties = schema.get("properties")
    names = set(properties.mapping) if properties else set()
    for keyword in ("allOf", "anyOf", "oneOf") if len(seen) > 1 else ("allOf",):
        branches = schema.get(keyword)
        for branch in branches.elements() if branches else ():
            inner = _property_names(subject, branch, seen)
            if inner is None:
                return None
            names |= inner
    return names


@rule("OAS-007", "Tags are declared once, and their hierarchy is a tree")
def tags(subject: Subject) -> Iterator[Problem]:
    """The names of `tags` are unique (OpenAPI 3.1 §4.8.1); in 3.2, each `parent` is one of them.

    No tag may be its own ancestor.
    """
    listed = subject.root.get("tags")
    declared: dict[str, Node] = {}
    for tag in listed.elements() if listed else ():
        name = tag.get("name")
        if name is None or not isinstance(name.value, str):
            continue
        if name.value in declared:
            line = declared[name.value].position.line
            yield at(name, f"The tag '{name.value}' is already declared at line {line}.")
        declared.setdefault(name.value, tag)
    for name_, tag in declared.items():
        parent = tag.get("parent")
        if parent is None or not isinstance(parent.value, str):
            continue
        if parent.value not in declared:
            message = f"No tag is called '{parent.value}'."
            yield at(parent, message + suggestion(parent.value, declared))
        elif name_ in _ancestors(declared, tag):
            yield at(parent, f"The tag '{name_}' is its own ancestor.")


def _ancestors(declared: dict[str, Node], tag: Node) -> list[str]:
    found: list[str] = []
    parent = tag.text("parent")
    while parent in declared and parent not in found:
        found.append(parent)
        parent = declared[parent].text("parent")
    return found


@rule("OAS-008", "No two paths are the same but for the names in their braces", Severity.WARNING)
def distinct_paths(subject: Subject) -> Iterator[Problem]:
    """`/users/{id}` and `/users/{name}` match the same requests (OpenAPI 3.1 §4.8.8)."""
    paths = subject.root.get("paths")
    seen: dict[str, str] = {}
    for path, node in paths.items() if paths else ():
        shape_ = "/".join("{}" if "{" in part else part for part in path.split("/"))
        if shape_ in seen:
            yield at_key(node, f"This path matches the same requests as '{seen[shape_]}'.")
        seen.setdefault(shape_, path)


@rule("OAS-009", "Security requirements name schemes that exist")
def security_schemes(subject: Subject) -> Iterator[Problem]:
    """Each name of a `security` requirement is a key of `components.securitySchemes`.

    OpenAPI 3.2 also takes the address of a scheme (OpenAPI 3.1 §4.8.30).
    """
    schemes = subject.root.get("components", "securitySchemes")
    known = schemes.mapping if schemes else {}
    for owner in (subject.root, *subject.of_kind("operation")):
        listed = owner.get("security")
        for requirement in listed.elements() if listed else ():
            for name, scopes in requirement.items():
                if name not in known and "/" not in name and "#" not in name:
                    message = f"No security scheme is called '{name}'."
                    yield at_key(scopes, message + suggestion(name, known))


@rule("OAS-010", "Nothing stands beside a reference that ignores it", Severity.WARNING)
def reference_siblings(subject: Subject) -> Iterator[Problem]:
    """In OpenAPI 3.0, what stands beside the `$ref` of a schema is ignored (3.0.3 §4.7.23).

    A `nullable` or a `description` there has no effect. Wrap the reference in an `allOf`, or write
    the document in 3.1, where it has one.
    """
    if supported(subject.specification.version) != "3.0":
        return
    for reference in subject.specification.references.values():
        if reference.kind != "schema":
            continue
        node = subject.specification.sources[reference.file].root.at(reference.pointer)
        for key, sibling in node.items() if node else ():
            if key != "$ref" and not key.startswith("x-"):
                yield at_key(sibling, f"'{key}' beside `$ref` is ignored in OpenAPI 3.0.")


RULES: Final[tuple[Rule, ...]] = (
    known_version,
    shape,
    unique_parameters,
    path_parameters,
    defaults,
    required_properties,
    tags,
    distinct_paths,
    security_schemes,
    reference_siblings,
    UNCHECKED,
)
