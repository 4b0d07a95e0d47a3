"""STY: what makes a contract good to read and to generate from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from generator.document.finding import Severity
from generator.document.lint.rule import Problem, Rule, at, at_key, rule
from generator.document.lint.subject import Operation, Subject
from generator.document.node import Node, split_pointer
from generator.document.suggestion import suggestion

_CURSOR_NAMES: Final = ("cursor", "nextcursor", "next_cursor", "next", "page_token", "pagetoken")


@rule("STY-001", "Each operation has an operationId", Severity.WARNING)
def operation_id_present(subject: Subject) -> Iterator[Problem]:
    """The name of the method that calls an operation, in every client, is made of its operationId.

    Without one the name is derived from the method and the path, and changes when the path does.
    """
    for operation in subject.operations:
        if not operation.node.text("operationId"):
            yield at_key(operation.node, f"{operation.name} has no operationId.")


@rule("STY-002", "operationIds are unique", Severity.ERROR)
def operation_id_unique(subject: Subject) -> Iterator[Problem]:
    """Two operations with one operationId are one operation to routers and clients.

    Connexion serves both with the security and the schemas of the last one: a protected path may
    so be answered to anybody (OpenAPI 3.1 §4.8.10).
    """
    first: dict[str, Operation] = {}
    for operation in subject.operations:
        name = operation.node.get("operationId")
        if name is None or not isinstance(name.value, str):
            continue
        earlier = first.setdefault(name.value, operation)
        if (earlier.path, earlier.method) != (operation.path, operation.method):
            line = (earlier.node.get("operationId") or earlier.node).position.line
            yield at(
                name,
                f"The operationId '{name.value}' is already that of {earlier.name} at line {line}.",
            )


@rule("STY-003", "Each operation has one tag, which is declared", Severity.WARNING, house=True)
def one_declared_tag(subject: Subject) -> Iterator[Problem]:
    """One tag is one resource: a chapter of the pages, a property of the clients.

    The tag is declared in the root's `tags`, in the order in which readers see it.
    """
    listed = subject.root.get("tags")
    declared = [tag.text("name") for tag in listed.elements()] if listed else []
    for operation in subject.operations:
        tags = operation.node.get("tags")
        names = list(tags.elements()) if tags else []
        if len(names) != 1:
            message = f"{operation.name} has {len(names) or 'no'} tags; give it the one resource."
            yield at_key(tags or operation.node, message)
        for name in names:
            if isinstance(name.value, str) and name.value not in declared:
                message = f"The tag '{name.value}' is not declared in the root's `tags`."
                yield at(name, message + suggestion(name.value, declared))


@rule("STY-005", "Each list declares its paging", Severity.WARNING, house=True)
def lists_page(subject: Subject) -> Iterator[Problem]:
    """An operation that answers rows says how to walk them: `x-fern-pagination`.

    A list is a GET whose 2xx answer is an array of objects, or an object that holds one and a
    cursor. The word stands on the operation; `true` takes the default of the root. How many rows a
    page holds is said by `x-page-limits`.
    """
    for operation in subject.operations:
        if operation.method != "get" or not _answers_rows(subject, operation):
            continue
        for word in ("x-fern-pagination", "x-page-limits"):
            if word not in operation.node.mapping:
                yield at_key(
                    operation.node,
                    f"{operation.name} answers a list, and does not say how it pages: "
                    f"add `{word}`.",
                )


def _answers_rows(subject: Subject, operation: Operation) -> bool:
    for status, _, response in operation.responses:
        schema = response.get("content", "application/json", "schema")
        if not status.startswith("2") or schema is None:
            continue
        answer = subject.resolve(schema)
        if _is_rows(subject, answer):
            return True
        names = list(_deep_names(subject, answer, 2))
        cursors = any(name.lower() in _CURSOR_NAMES for name, _ in names)
        if cursors and any(_is_rows(subject, node) for _, node in names):
            return True
    return False


def _deep_names(subject: Subject, schema: Node, depth: int) -> Iterator[tuple[str, Node]]:
    properties = schema.get("properties")
    for name, unresolved in properties.items() if properties and depth else ():
        node = subject.resolve(unresolved)
        yield name, node
        yield from _deep_names(subject, node, depth - 1)


def _is_rows(subject: Subject, schema: Node) -> bool:
    items = schema.get("items")
    if items is None or "array" not in _types(schema):
        return False
    row = subject.resolve(items)
    return "object" in _types(row) or "properties" in row.mapping


def _types(schema: Node) -> list[Any]:
    declared = schema.mapping.get("type")
    return declared if isinstance(declared, list) else [declared]


@rule("STY-007", "Each error response has the API's envelope", Severity.WARNING, house=True)
def error_envelope(subject: Subject) -> Iterator[Problem]:
    """All 4xx and 5xx answers share one schema, so that one class of a client reads them all.

    The envelope is the schema that most error responses have. The token and authorization
    endpoints of an OAuth flow are exempt: RFC 6749 §5.2 says what their errors look like.
    """
    found: list[tuple[Operation, str, Node, Node | None]] = []
    counts: dict[str, int] = {}
    for operation in subject.operations:
        if _is_oauth(subject, operation):
            continue
        for status, listed, response in operation.responses:
            if status[:1] in "45" or status == "default":
                schema = response.get("content", "application/json", "schema")
                resolved = subject.resolve(schema) if schema else None
                found.append((operation, status, listed, resolved))
                if resolved:
                    counts[resolved.pointer] = counts.get(resolved.pointer, 0) + 1
    envelope = max(counts, key=lambda pointer: counts[pointer], default="")
    for operation, status, listed, resolved in found:
        if resolved is None:
            message = f"The {status} of {operation.name} has no JSON body"
        elif resolved.pointer != envelope:
            message = f"The {status} of {operation.name} is not the envelope of the other errors"
        else:
            continue
        name = split_pointer(envelope)[-1] if envelope else "one schema"
        yield at_key(listed, f"{message}; every error is an '{name}'.")


def _is_oauth(subject: Subject, operation: Operation) -> bool:
    schemes = subject.root.get("components", "securitySchemes")
    for _, scheme in schemes.items() if schemes else ():
        flows = subject.resolve(scheme).get("flows")
        for _, flow in flows.items() if flows else ():
            for field in ("tokenUrl", "authorizationUrl", "refreshUrl"):
                url = flow.text(field).split("?")[0]
                if url and (url.endswith(operation.path) or operation.path.endswith(url)):
                    return True
    return False


@rule("STY-008", "Each operation says who may call it", Severity.WARNING)
def security_declared(subject: Subject) -> Iterator[Problem]:
    """An operation has a `security` of its own or the root's; one that is public says `[]`.

    Nothing at all is read as public too, and is more often forgotten than meant.
    """
    if "security" in subject.root.mapping:
        return
    for operation in subject.operations:
        if "security" not in operation.node.mapping:
            yield at_key(
                operation.node,
                f"{operation.name} does not say who may call it; add `security`, "
                "or `security: []` where that is anybody.",
            )


@rule("STY-009", "The scopes that are asked for are on offer", Severity.WARNING)
def scopes_exist(subject: Subject) -> Iterator[Problem]:
    """A scope of an `oauth2` requirement is one of those that the scheme's flows list.

    No token can carry another, so that nobody could call the operation (OpenAPI 3.1 §4.8.29).
    """
    schemes = subject.root.get("components", "securitySchemes")
    for owner in (subject.root, *subject.of_kind("operation")):
        listed = owner.get("security")
        for requirement in listed.elements() if listed and schemes else ():
            for name, scopes in requirement.items():
                scheme = schemes.get(name) if schemes else None
                if scheme is not None:
                    yield from _unknown_scopes(subject.resolve(scheme), scopes)


def _unknown_scopes(scheme: Node, scopes: Node) -> Iterator[Problem]:
    flows = scheme.get("flows")
    if scheme.text("type") != "oauth2" or not flows:
        return
    offered = {
        scope
        for _, flow in flows.items()
        if (listed := flow.get("scopes"))
        for scope in listed.mapping
    }
    for scope in scopes.elements():
        if isinstance(scope.value, str) and scope.value not in offered:
            message = f"No flow of the scheme offers the scope '{scope.value}'."
            yield at(scope, message + suggestion(scope.value, offered))


@rule("STY-010", "Each component is used", Severity.WARNING)
def components_used(subject: Subject) -> Iterator[Problem]:
    """What no operation or webhook leads to, by whatever way, is dead weight or forgotten.

    A document without operations and webhooks is there for its components, and not looked at.
    """
    if not any(subject.root.mapping.get(field) for field in ("paths", "webhooks")):
        return
    components = subject.root.get("components")
    used = _used(subject)
    for section, members in components.items() if components else ():
        if section in ("securitySchemes", "pathItems") or section.startswith("x-"):
            continue
        for name, member in members.items():
            if member.pointer not in used:
                yield at_key(member, f"Nothing uses '{name}'; use it or remove it.")


def _used(subject: Subject) -> set[str]:
    """The pointers of the components that can be reached from outside `components`."""
    file = subject.specification.entry.file
    edges: dict[str, set[str]] = {}
    for reference in subject.specification.references.values():
        if reference.target_file == file:
            source = _component(reference.pointer) if reference.file == file else ""
            edges.setdefault(source, set()).add(_component(reference.target_pointer))
    for schema in subject.of_kind("schema"):
        mapping = schema.get("discriminator", "mapping")
        for _, value in mapping.items() if mapping else ():
            target = _mapped(subject, schema, value.value)
            if target is not None and schema.document.file == file:
                edges.setdefault(_component(schema.pointer), set()).add(_component(target))
    used, work = set[str](), [""]
    while work:
        for target in edges.get(work.pop(), ()):
            if target not in used:
                used.add(target)
                work.append(target)
    return used


def _mapped(subject: Subject, schema: Node, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    target = subject.specification.target(schema.document, value)
    return target.pointer if target else f"/components/schemas/{value}"


def _component(pointer: str) -> str:
    tokens = pointer.split("/")
    inside = len(tokens) > 3 and tokens[1] == "components"
    if inside and tokens[2] not in ("pathItems", "securitySchemes"):
        return "/".join(tokens[:4])
    return ""


@rule("STY-011", "Each body has an example", Severity.WARNING, house=True)
def bodies_have_examples(subject: Subject) -> Iterator[Problem]:
    """Every request, 2xx and error that has a body shows what it looks like.

    The examples are what pages print, stubs answer and the suite sends first.
    """
    for operation in subject.operations:
        body = operation.node.get("requestBody")
        if body is not None:
            yield from _without_example(subject.resolve(body), body, f"{operation.name} takes")
        for status, listed, response in operation.responses:
            yield from _without_example(response, listed, f"{operation.name} answers {status} with")


def _without_example(holder: Node, shown_at: Node, what: str) -> Iterator[Problem]:
    content = holder.get("content")
    for media_type, media in content.items() if content else ():
        examples = media.mapping.get("examples")
        if "example" not in media.mapping and not (isinstance(examples, dict) and examples):
            yield at_key(shown_at, f"{what} '{media_type}' that has no example.")


@rule("STY-012", "Each operation and response is described", Severity.WARNING, house=True)
def described(subject: Subject) -> Iterator[Problem]:
    """An operation has a `summary` and a `description`, a response a `description`."""
    for operation in subject.operations:
        for field in ("summary", "description"):
            if not operation.node.text(field).strip():
                yield at_key(operation.node, f"{operation.name} has no {field}.")
        for status, listed, response in operation.responses:
            if not response.text("description").strip():
                yield at_key(listed, f"The {status} of {operation.name} has no description.")


@rule("STY-013", "Each parameter is described", Severity.WARNING, house=True)
def parameters_described(subject: Subject) -> Iterator[Problem]:
    """A parameter's description says what it does that its name and schema do not."""
    for parameter in subject.of_kind("parameter"):
        if "$ref" not in parameter.mapping and not parameter.text("description").strip():
            yield at(parameter, f"The parameter '{parameter.text('name')}' has no description.")


RULES: Final[tuple[Rule, ...]] = (
    operation_id_present,
    operation_id_unique,
    one_declared_tag,
    lists_page,
    error_envelope,
    security_declared,
    scopes_exist,
    components_used,
    bodies_have_examples,
    described,
    parameters_described,
)
