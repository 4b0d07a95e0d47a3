"""The resource modules of a package: each method, ready to be written."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from generator.document import Finding, Severity
from generator.model import (
    Api,
    Constant,
    Header,
    Media,
    Operation,
    Part,
    Resource,
    Scalar,
    Schema,
)
from generator.targets.media_choice import JSON, answer_media, as_they_are, sent_media
from generator.targets.own_servers import own_server
from generator.targets.python.annotations import Scope, any_type
from generator.targets.python.answers_plan import Answer, answer
from generator.targets.python.arguments_plan import (
    Argument,
    arguments,
    flattened,
    wire_names,
)
from generator.targets.python.docstrings import method_docstrings, raised_errors
from generator.targets.python.examples import call_arguments, example_lines
from generator.targets.python.imports import Imports, symbol_order
from generator.targets.python.names import Names, renamed
from generator.targets.python.security_plan import Security, security
from generator.targets.python_source import (
    BUILTIN_TYPES,
    docstring,
    literal,
    quoted,
    tuple_of,
)
from generator.targets.resource_naming import ResourceName, walk

_OPERATION = "_runtime.operation"
_SERVERS = "_runtime.own_servers"
_RAW = "WithRawResponse"
_RETURNED = {
    "paginate": "The rows of all pages, each of which is fetched when it is reached.",
    "stream": "The events, as they come.",
}
_LOCATIONS = {"path": "Path", "query": "Query", "header": "Header", "cookie": "Cookie"}
_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}


class Flavour(Struct, frozen=True):
    """What differs between the synchronous and the asynchronous class."""

    cls: str
    caller: str
    asynchronous: bool

    @property
    def define(self) -> str:
        """How a function that waits is defined."""
        return "async def" if self.asynchronous else "def"

    @property
    def raw(self) -> str:
        """The class whose methods give whole responses."""
        return f"{self.cls}{_RAW}"

    @property
    def raw_function(self) -> str:
        """What turns a method into one that gives a response."""
        return "raw_async" if self.asynchronous else "raw"

    @property
    def wait(self) -> str:
        """What goes before a call that is waited for."""
        return "await " if self.asynchronous else ""


class Method(Struct, frozen=True):
    """One method: the constant that describes its operation, its signature, its docstrings.

    `kind` is the caller's method that it calls: `execute`, `paginate` or `stream`. `returns` and
    `docs` are those of the synchronous and the asynchronous method. `fixed` are arguments that the
    method gives itself, as expressions.
    """

    name: str
    constant: str
    operation: str
    positional: tuple[Argument, ...]
    keyword: tuple[Argument, ...]
    kind: str
    returns: Mapping[bool, str]
    docs: Mapping[bool, str]
    examples: Mapping[bool, list[str]]
    call: str
    summary: str
    description: str
    answered: str
    raised: Mapping[str, str]
    deprecated: str = ""
    fixed: Mapping[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """All arguments, in the order of the signature."""
        return (*self.positional, *self.keyword)

    @property
    def values(self) -> str:
        """The arguments by name, as a dict expression."""
        given = {each.name: each.name for each in self.arguments} | dict(self.fixed)
        return "{" + ", ".join(f'"{name}": {value}' for name, value in given.items()) + "}"

    @property
    def waits(self) -> bool:
        """Whether the asynchronous method is a coroutine function."""
        return self.kind != "paginate"


class Child(Struct, frozen=True):
    """A resource below another."""

    attribute: str
    module: str
    classes: Mapping[bool, str]
    doc: str

    @property
    def imported(self) -> str:
        """Both classes, as an import statement lists them."""
        return ", ".join(sorted(self.classes.values(), key=symbol_order))


class ResourceModule(Struct, frozen=True):
    """One file of `resources/`."""

    name: str
    about: str
    doc: str
    class_doc: str
    imports: str
    flavours: tuple[Flavour, ...]
    methods: tuple[Method, ...]
    children: tuple[Child, ...]
    runtime: Mapping[str, str]
    findings: tuple[Finding, ...] = ()


def resource_modules(
    api: Api, names: Names, errors: Mapping[tuple[str, str], str]
) -> list[ResourceModule]:
    """Every resource module. `errors` are the classes of error codes, by status and code."""
    whole = _Whole(api, names, errors, security(api))
    return [_module(whole, chain, each) for chain, each in walk(api.resources)]


class _Whole(Struct, frozen=True):
    """What all modules follow from."""

    api: Api
    names: Names
    errors: Mapping[tuple[str, str], str]
    security: Security


def _module(whole: _Whole, chain: tuple[str, ...], resource: Resource) -> ResourceModule:
    names = whole.names
    name = names.resources[chain]
    methods = [
        name for index in range(len(resource.operations)) for name in names.methods[chain, index]
    ]
    children = [names.resources[*chain, child.name] for child in resource.children]
    shadowed = BUILTIN_TYPES & {*methods, *(child.attribute for child in children)}
    constants = {f"_{method.upper()}" for method in methods}
    own = {f"{prefix}{name.cls}{suffix}" for prefix in ("", "Async") for suffix in ("", _RAW)}
    imports = Imports({*own, "builtins", *constants})
    imports.name("__future__", "annotations")
    scope = Scope(whole.api, names, imports)
    runtime = {
        "SyncCaller": scope.runtime("_runtime.sync_caller", "SyncCaller"),
        "AsyncCaller": scope.runtime("_runtime.async_caller", "AsyncCaller"),
    }
    planned, findings = [], []
    for index, operation in enumerate(resource.operations):
        for method, media in zip(names.methods[chain, index], answer_media(operation), strict=True):
            what = (chain, method, operation, media)
            planned.append(_method(replace(scope, shadowed=shadowed), scope, whole, what))
        findings.extend(_findings(whole.api, operation))
    if planned:
        runtime["Unpack"] = imports.name("typing", "Unpack")
        runtime["RequestOptions"] = scope.runtime("_runtime.options", "RequestOptions")
        for function in ("raw", "raw_async"):
            runtime[function] = scope.runtime("_runtime.raw_response", function)
        runtime["cached_property"] = imports.name("functools", "cached_property")
    if any(method.deprecated for method in planned):
        runtime["deprecated"] = scope.runtime("_runtime.deprecation", "deprecated")
    if children:
        runtime["cached_property"] = imports.name("functools", "cached_property")
        runtime["TYPE_CHECKING"] = imports.name("typing", "TYPE_CHECKING")
    about = resource.description or f"The resource {' '.join(chain).replace('_', ' ')}."
    return ResourceModule(
        name=name.module,
        about=about,
        doc=docstring(about, 0),
        class_doc=docstring(about, 4),
        imports=imports.lines(),
        flavours=(
            Flavour(name.cls, runtime["SyncCaller"], asynchronous=False),
            Flavour(f"Async{name.cls}", runtime["AsyncCaller"], asynchronous=True),
        ),
        methods=tuple(planned),
        children=tuple(
            _child(name_, child.description)
            for name_, child in zip(children, resource.children, strict=True)
        ),
        runtime=runtime,
        findings=tuple(findings),
    )


def _child(name: ResourceName, description: str) -> Child:
    doc = docstring(description or f"The resource {name.attribute}.", 8)
    classes = {False: name.cls, True: f"Async{name.cls}"}
    return Child(name.attribute, name.module, classes, doc)


def _method(
    scope: Scope,
    outside: Scope,
    whole: _Whole,
    what: tuple[tuple[str, ...], str, Operation, Media | None],
) -> Method:
    chain, name, operation, given = what
    media = sent_media(operation)
    sent = arguments(replace(scope, sending=True), operation, media)
    queries = {each.wire: each.name for each in sent if each.location == "query"}
    here = answer(scope, operation, given, queries)
    there = answer(outside, operation, given, queries)
    fixed = _switches(operation, sent, bool(here.events))
    called = wire_names(sent)
    taken = [
        replace(each, description=renamed(each.description, called))
        for each in sent
        if each.name not in fixed
    ]
    kind = "stream" if here.events else "paginate" if here.pages else "execute"
    resources = whole.names.resources
    path = ".".join(resources[chain[: n + 1]].attribute for n in range(len(chain)))
    written = call_arguments(scope, operation, taken)
    examples = {
        awaited: example_lines(operation, kind, f"client.{path}.{name}", written, awaited=awaited)
        for awaited in (False, True)
    }
    raised = raised_errors(operation, whole.errors)
    answered = operation.success.description if operation.success is not None else ""
    returned = "" if kind == "execute" and here.union == "None" else _RETURNED.get(kind, answered)
    return Method(
        name=name,
        constant=f"_{name.upper()}",
        operation=_operation(outside, operation, sent, media, there, security=whole.security),
        positional=tuple(each for each in taken if each.location == "path"),
        keyword=tuple(each for each in taken if each.location != "path"),
        kind=kind,
        returns=_returns(scope, here, kind),
        docs=method_docstrings(operation, taken, returned, raised, examples),
        examples=examples,
        call=f"client.{path}.{name}({', '.join(each.name for each in taken if each.required)})",
        summary=" ".join((operation.summary or operation.id).split()),
        description=renamed(operation.description, called),
        answered=answered,
        raised=raised,
        deprecated=quoted(f"{name} is deprecated") if operation.deprecated else "",
        fixed=fixed,
    )


def _switches(operation: Operation, sent: list[Argument], streaming: bool) -> dict[str, str]:
    """The argument `stream` of an operation that answers in both ways: the method says which."""
    if len(answer_media(operation)) == 1:
        return {}
    found = [each for each in sent if each.wire == "stream" and _is_boolean(each.schema)]
    return {each.name: str(streaming) for each in found if streaming or each.required} | {
        each.name: each.default for each in found if not streaming and not each.required
    }


def _is_boolean(schema: Schema) -> bool:
    return schema.type == Scalar("boolean") or schema.type in {Constant(True), Constant(False)}


def _returns(scope: Scope, found: Answer, kind: str) -> dict[bool, str]:
    if kind == "execute":
        return dict.fromkeys((False, True), found.union)
    module, plain = ("paging", "Paginator") if kind == "paginate" else ("streams", "EventStream")
    return {
        asynchronous: f"{scope.runtime(f'_runtime.{module}', f'{prefix}{plain}')}[{found.item}]"
        for asynchronous, prefix in ((False, ""), (True, "Async"))
    }


def _operation(
    scope: Scope,
    operation: Operation,
    taken: list[Argument],
    media: Media | None,
    found: Answer,
    *,
    security: Security,
) -> str:
    """The expression of the constant that describes an operation."""
    settings = [quoted(operation.method.upper()), quoted(operation.path)]
    server = own_server(scope.api.servers[0].url, operation)
    if server:
        settings.append(f"server={quoted(server)}")
    parameters = [_parameter(scope, each) for each in taken if each.parameter is not None]
    if parameters:
        settings.append(f"parameters={tuple_of(parameters)}")
    if media is not None:
        settings.append(f"body={_body(scope, operation, media, taken)}")
    if found.returns != "None" and not found.events:
        settings.append(f"returns={found.returns}")
    if found.media != JSON:
        settings.append(f"media={quoted(found.media)}")
    if found.statuses:
        settings.append(f"statuses={{{', '.join(found.statuses)}}}")
    if found.types:
        settings.append(f"types={{{', '.join(found.types)}}}")
    if found.pages:
        settings.append(f"pages={found.pages}")
    if found.events:
        settings.append(f"events={found.events}")
    needed = security.unusual(operation)
    if needed:
        settings.append(f"security={needed}")
    if operation.idempotent:
        settings.append("idempotent=True")
    kind = any_type(scope) if found.events else found.union
    module, cls = (_SERVERS, "OperationAt") if server else (_OPERATION, "Operation")
    return f"{scope.runtime(module, cls)}[{kind}]({', '.join(settings)})"


def _parameter(scope: Scope, argument: Argument) -> str:
    parameter = argument.parameter
    if parameter is None:
        raise ValueError(f"{argument.name} is no parameter")
    cls = scope.runtime(_OPERATION, _LOCATIONS[parameter.location])
    settings = [quoted(argument.name)]
    if argument.wire != argument.name:
        settings.append(quoted(argument.wire))
    if parameter.style != _STYLES[parameter.location] and parameter.location in {"path", "query"}:
        settings.append(f"style={quoted(parameter.style)}")
    if parameter.explode != (parameter.location in {"query", "cookie"}):
        settings.append(f"explode={parameter.explode}")
    if parameter.allow_reserved and parameter.location == "query":
        settings.append("allow_reserved=True")
    if parameter.content:
        settings.append(f"content={quoted(parameter.content)}")
    return f"{cls}({', '.join(settings)})"


def _body(scope: Scope, operation: Operation, media: Media, taken: list[Argument]) -> str:
    settings = [] if media.type == JSON else [f"media={quoted(media.type)}"]
    if flattened(scope, media) is not None:
        members = {each.name: each.wire for each in taken if each.location == "body"}
        settings.append(f"members={literal(members)}")
    parts = [f"{quoted(part.name)}: {_part(scope, part)}" for part in media.parts]
    if parts:
        settings.append(f"parts={{{', '.join(parts)}}}")
    if operation.body is not None and not operation.body.required:
        settings.append("required=False")
    return f"{scope.runtime(_OPERATION, 'Body')}({', '.join(settings)})"


def _part(scope: Scope, part: Part) -> str:
    settings = [f"media={quoted(part.content_type)}"] if part.content_type else []
    if part.style:
        settings.append(f"style={quoted(part.style)}")
    if not part.explode:
        settings.append("explode=False")
    if part.allow_reserved:
        settings.append("allow_reserved=True")
    headers = {each.name: fixed_text(each) for each in part.headers}
    sent = {name: text for name, text in headers.items() if text is not None}
    if sent:
        settings.append(f"headers={literal(sent)}")
    return f"{scope.runtime(_OPERATION, 'Part')}({', '.join(settings)})"


def fixed_text(header: Header) -> str | None:
    """What a header is always sent as, where the contract leaves no choice; else None."""
    kind = header.schema.type
    value = kind.value if isinstance(kind, Constant) else header.schema.default
    return value if isinstance(value, str) and value.isprintable() and value.isascii() else None


def _findings(api: Api, operation: Operation) -> list[Finding]:
    found = []
    media = sent_media(operation)
    listed = operation.body.media if operation.body else ()
    if media is not None and len(listed) > 1:
        message = f"The Python client sends {media.type} only, of the {len(listed)} types listed."
        position = operation.body.position if operation.body else operation.position
        found.append(Finding("GEN-101", position, message, severity=Severity.WARNING))
    for part in media.parts if media else ():
        for header in part.headers:
            if fixed_text(header) is None:
                message = f"The Python client does not send {header.name} with {part.name}."
                found.append(
                    Finding("GEN-103", header.position, message, severity=Severity.WARNING)
                )
    for each in as_they_are(api, operation):
        message = f"The Python client takes {each.type} as it is, and does not use the schema."
        found.append(Finding("GEN-107", each.position, message, severity=Severity.WARNING))
    return found
