"""The resource modules of a package: each method, ready to be written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from generator.document import Finding, Severity
from generator.model import Api, Media, Operation, Resource
from generator.targets.media_choice import answer_media, as_they_are, sent_media
from generator.targets.resource_naming import Place, walk
from generator.targets.typescript.arguments_plan import Argument, arguments
from generator.targets.typescript.errors_plan import CodeError, thrown_errors
from generator.targets.typescript.examples import example
from generator.targets.typescript.expressions import Scope
from generator.targets.typescript.imports import Imports
from generator.targets.typescript.layout import (
    Alternatives,
    Group,
    Node,
    assigned,
    broken,
    call,
    constant,
    declared_method,
    flat,
    generic,
    of_type,
)
from generator.targets.typescript.names import Names, renamed
from generator.targets.typescript.operations_plan import (
    answer,
    event_type,
    expression,
    is_last_event_id,
    operation_type,
)
from generator.targets.typescript.security_plan import Security, security
from generator.targets.typescript.source import comment, tag
from generator.targets.typescript.source import example as code_block
from generator.targets.typescript.types_plan import Declaration, Member

_KINDS = {"call": "APIPromise", "paginate": "Paginator", "stream": "EventStream"}
_FILES = {"call": "promise", "paginate": "paging", "stream": "events"}
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
"""One that is in a path twice is filled twice."""


class Method(Struct, frozen=True):
    """One method: the constant that describes its operation, its signature, its comment."""

    name: str
    constant: str
    operation: str
    signature: str
    body: str
    doc: str
    kind: str
    path: str
    summary: str
    description: str
    arguments: tuple[Argument, ...]
    returns: str
    answered: str
    thrown: Mapping[str, str]
    example: Sequence[str]
    deprecated: bool


class Child(Struct, frozen=True):
    """A resource below another, or on the client; `made` is what its parent's constructor does."""

    attribute: str
    module: str
    cls: str
    doc: str
    made: str


class ResourceModule(Struct, frozen=True):
    """One file of `resources/`."""

    name: str
    cls: str
    about: str
    doc: str
    imports: str
    declarations: tuple[Declaration, ...]
    methods: tuple[Method, ...]
    children: tuple[Child, ...]
    caller: str
    path: str
    findings: tuple[Finding, ...] = ()

    @property
    def exported(self) -> list[str]:
        """The names that the module has for users."""
        return [self.cls, *(each.name for each in self.declarations)]


def resource_modules(
    api: Api, names: Names, errors: Mapping[tuple[str, str], CodeError]
) -> list[ResourceModule]:
    """Every resource module. `errors` are the classes of error codes, by status and code."""
    needs = security(api)
    return [_module(api, names, errors, needs, place) for place in walk(api.resources)]


def children(names: Names, above: tuple[str, ...], resources: Sequence[Resource]) -> list[Child]:
    """The resources directly below `above`."""
    found = []
    for resource in resources:
        name = names.resources[*above, resource.name]
        told = resource.description or f"The resource {name.attribute}."
        new = call(f"new {name.cls}", ["caller" if above else "this.#caller"])
        made = assigned(f"this.{name.attribute}", new, 4)
        found.append(Child(name.attribute, name.module, name.cls, comment(told, 2), made))
    return found


def _module(
    api: Api,
    names: Names,
    errors: Mapping[tuple[str, str], CodeError],
    needs: Security,
    what: tuple[tuple[str, ...], Resource],
) -> ResourceModule:
    chain, resource = what
    name = names.resources[chain]
    places = [(chain, index) for index in range(len(resource.operations))]
    constants = {f"{method}Operation" for place in places for method in names.methods[place]}
    taken = {name.cls, *constants}
    for found in (names.params, names.events):
        taken |= {found[place] for place in places if place in found}
    imports = Imports(taken)
    scope = Scope(api, names, imports)
    caller = scope.type("caller", "Caller")
    declarations: list[Declaration] = []
    methods: list[Method] = []
    findings: list[Finding] = []
    for place, operation in zip(places, resource.operations, strict=True):
        given = _arguments(scope, operation)
        planner = _Planner(scope, names, errors, needs, place, operation, given)
        methods.extend(planner.methods())
        declarations.extend(planner.declarations())
        findings.extend(_findings(api, operation))
    below = children(names, chain, resource.children)
    for child in below:
        imports.value(f"./{child.module}.ts", child.cls)
    about = resource.description or f"The resource {' '.join(chain).replace('_', ' ')}."
    return ResourceModule(
        name=name.module,
        cls=name.cls,
        about=about,
        doc=comment(about),
        imports=imports.lines(),
        declarations=tuple(declarations),
        methods=tuple(methods),
        children=tuple(below),
        caller=caller,
        path=resource_path(names, chain),
        findings=tuple(findings),
    )


def resource_path(names: Names, chain: tuple[str, ...]) -> str:
    """How a resource is reached: `client.inbox.threads`."""
    steps = [names.resources[chain[: n + 1]].attribute for n in range(len(chain))]
    return ".".join(["client", *steps])


class _Planner(Struct, frozen=True):
    """Plans the methods of one operation."""

    scope: Scope
    names: Names
    errors: Mapping[tuple[str, str], CodeError]
    security: Security
    place: Place
    operation: Operation
    taken: tuple[Argument, ...]

    def methods(self) -> list[Method]:
        """One a way to answer: whole, and as a stream."""
        ways = answer_media(self.operation)
        named = self.names.methods[self.place]
        return [self._method(name, media) for name, media in zip(named, ways, strict=True)]

    def declarations(self) -> list[Declaration]:
        """The types that the methods alone need."""
        found = []
        path = f"{resource_path(self.names, self.place[0])}.{self.names.methods[self.place][0]}"
        given = [each for each in self.taken if each.location != "path"]
        if given:
            doc = comment(f"What `{path}` takes.")
            listed = tuple(_member(each) for each in given)
            found.append(Declaration(self.names.params[self.place], doc, listed))
        for media in answer_media(self.operation):
            if media is not None and media.stream is not None:
                name = self.names.events[self.place]
                alias = assigned(f"export type {name}", event_type(self.scope, media))
                doc = comment(f"An event of `{path}`.")
                found.append(Declaration(name, doc, alias=alias))
        return found

    def _method(self, name: str, media: Media | None) -> Method:
        scope, operation, taken = self.scope, self.operation, self.taken
        found = answer(scope, operation, media, taken)
        data = f"{name}Operation"
        kind = operation_type(scope, operation)
        told = expression(
            scope, operation, sent_media(operation), taken, found, security=self.security
        )
        returns = self._returns(found.kind, found.type, found.item, media)
        path = f"{resource_path(self.names, self.place[0])}.{name}"
        shown = example(scope, operation, path, taken, found.kind)
        called = {each.wire: each.name for each in taken}
        described = renamed(operation.description, called)
        thrown = {
            error: renamed(when, called)
            for error, when in thrown_errors(operation, self.errors).items()
        }
        success = operation.success
        return Method(
            name=name,
            constant=data,
            operation=constant(data, generic(kind, [found.type]), told),
            signature=self._signature(name, taken, found.kind, returns),
            body=self._body(data, taken, found.kind),
            doc=self._doc(described, taken, thrown, shown),
            kind=found.kind,
            path=path,
            summary=" ".join((operation.summary or operation.id).split()),
            description=described,
            arguments=taken,
            returns=flat(returns),
            answered=success.description if success is not None else "",
            thrown=thrown,
            example=shown,
            deprecated=operation.deprecated,
        )

    def _returns(self, kind: str, whole: Node, item: Node, media: Media | None) -> Node:
        name = self.scope.type(_FILES[kind], _KINDS[kind])
        if kind == "stream":
            unknown = self.scope.type("events", "UnknownEvent")
            typed = media is not None and media.stream is not None
            return generic(name, [self.names.events[self.place] if typed else unknown])
        return generic(name, [item if kind == "paginate" else whole])

    def _signature(self, name: str, taken: Sequence[Argument], kind: str, returns: Node) -> str:
        given: list[Node] = [
            of_type(each.name, each.type) for each in taken if each.location == "path"
        ]
        others = [each for each in taken if each.location != "path"]
        if others:
            optional = "" if any(each.required for each in others) else "?"
            given.append(f"params{optional}: {self.names.params[self.place]}")
        options = "ListOptions" if kind == "paginate" else "RequestOptions"
        given.append(f"options?: {self.scope.type('options', options)}")
        return declared_method(name, given, returns)

    def _body(self, constant: str, taken: Sequence[Argument], kind: str) -> str:
        segments = {each.wire: each.name for each in taken if each.location == "path"}
        path = ", ".join(segments[name] for name in _PLACEHOLDER.findall(self.operation.path))
        params = "params" if any(each.location != "path" for each in taken) else "undefined"
        given = [constant, f"[{path}]", params, "options"]
        head = "this.#caller.call"
        if kind != "call":
            head = self.scope.value(_FILES[kind], kind)
            given = ["this.#caller", *given]
        before = len(f"    return {head}")
        return f"return {head}{broken(Group('(', tuple(given), ')'), 4, before, 1)};"

    def _doc(
        self,
        described: str,
        taken: Sequence[Argument],
        thrown: Mapping[str, str],
        shown: Sequence[str],
    ) -> str:
        operation = self.operation
        text = f"{operation.summary.strip().rstrip('.') or operation.id}."
        if described:
            text += f"\n\n{described}"
        tags: list[str] = []
        for each in taken:
            if each.location == "path":
                told = each.description or "As the API documents it."
                tags += tag(f"@param {each.name} -", told, 2)
        for name, when in thrown.items():
            tags += tag(f"@throws `{name}`:", when or "As the API documents it.", 2)
        if operation.deprecated:
            tags.append("@deprecated The API is going to remove it.")
        return comment(text, 2, [*tags, *code_block(shown)])


def _arguments(scope: Scope, operation: Operation) -> tuple[Argument, ...]:
    """What the methods of an operation take; the runtime resumes streams by itself."""
    pages = operation.pagination
    cursor = {pages.next[-1]: "nextCursor"} if pages and pages.next else {}
    return tuple(
        replace(each, description=renamed(each.description, cursor)) if each.parameter else each
        for each in arguments(scope, operation, sent_media(operation))
        if not (each.parameter and is_last_event_id(each.parameter))
    )


def _member(argument: Argument) -> Member:
    """A member of a method's parameters, which may also be given as undefined where optional."""
    told = argument.description
    tags = ["@deprecated"] if argument.parameter and argument.parameter.deprecated else []
    name, node = argument.name, argument.type
    if isinstance(node, str) and node.endswith("[]"):
        node = f"readonly {node}"
    if not argument.required and node != "unknown":
        listed = node.members if isinstance(node, Alternatives) else (node,)
        node = Alternatives((*listed, "undefined"))
    optional = "" if argument.required else "?"
    return Member(comment(told, 2, tags), f"{broken(of_type(name + optional, node), 2, 2, 1)};")


def _findings(api: Api, operation: Operation) -> list[Finding]:
    found = []
    media = sent_media(operation)
    listed = operation.body.media if operation.body else ()
    if media is not None and len(listed) > 1:
        message = f"The TypeScript client sends {media.type} only, of the {len(listed)} listed."
        position = operation.body.position if operation.body else operation.position
        found.append(Finding("GEN-151", position, message, severity=Severity.WARNING))
    for part in media.parts if media else ():
        for header in part.headers:
            message = f"The TypeScript client does not send {header.name} with {part.name}."
            found.append(Finding("GEN-155", header.position, message, severity=Severity.WARNING))
    for each in as_they_are(api, operation):
        message = f"The TypeScript client takes {each.type} as it is, and does not use the schema."
        found.append(Finding("GEN-156", each.position, message, severity=Severity.WARNING))
    if operation.retries is not None:
        message = f"The TypeScript client retries {operation.id} by its own policy."
        position = operation.retries.position
        found.append(Finding("GEN-154", position, message, severity=Severity.WARNING))
    return found
