"""The plan of `handlers.py`, `security.py` and `routes.py`: what is implemented, by which names."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from generator.model import Media, Operation, Parameter, Resource, Response, Scalar, SecurityScheme
from generator.model.words import singular
from generator.published import thing
from generator.targets.filling import filled
from generator.targets.naming import Naming, Wanted
from generator.targets.python_source import (
    class_name,
    docstring,
    identifier,
    quoted,
)
from generator.targets.server.errors import ErrorPlan
from generator.targets.server.models import default_of
from generator.targets.server.shared_paths import marks_of
from generator.targets.server.type_expressions import Types

EVENT_STREAM = "text/event-stream"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
ARGUMENT_RESERVED = frozenset({"self", "request", "body", "models"})
METHOD_RESERVED = frozenset(
    {"abstractmethod", "bool", "bytes", "date", "datetime", "dict", "float", "int", "list", "str"}
    | {"models"}
)
"""What a class of handlers says in its own body: a method of that name would hide it."""


class ArgumentPlan(Struct, frozen=True):
    """A parameter of the contract as an argument; `converted` is the type of what is sent."""

    location: str
    wire: str
    name: str
    expression: str
    converted: str
    default: str | None

    @property
    def declaration(self) -> str:
        """`limit: int = 50`."""
        equals = "" if self.default is None else f" = {self.default}"
        return f"{self.name}: {self.expression}{equals}"


class MethodPlan(Struct, frozen=True):
    """One operation as a method. `bodies` is media type → type, as Python source.

    An endpoint of an OAuth flow gets its parameters as they came: what is wrong with them is told
    as RFC 6749 has it, some of it to the redirect URI, and unknown ones are ignored.
    """

    operation_id: str
    http_method: str
    path: str
    name: str
    docstring: str
    principal: str
    positional: tuple[ArgumentPlan, ...]
    keywords: tuple[ArgumentPlan, ...]
    body: str
    result: str
    bodies: tuple[tuple[str, str], ...]
    is_oauth: bool
    marks: tuple[str, ...]


class HandlerPlan(Struct, frozen=True):
    """One resource as an abstract class."""

    name: str
    class_name: str
    docstring: str
    methods: tuple[MethodPlan, ...]


class SchemePlan(Struct, frozen=True):
    """One security scheme as a method."""

    wire: str
    name: str
    argument: str
    docstring: str


def plan_handlers(
    types: Types, conversions: Types, errors: tuple[ErrorPlan, ...]
) -> tuple[HandlerPlan, ...]:
    """A class for each resource that has operations, in the order of the text.

    `types` are those of `handlers.py`, `conversions` those of `routes.py`.
    """
    resources = [(chain, r) for root in types.api.resources for chain, r in _walk(root, ())]
    chains = ["_".join((*map(singular, chain[:-1]), chain[-1])) for chain, _ in resources]
    naming = types.naming
    things = [chain for chain, _ in resources]
    names = naming.distinct(
        [
            Wanted(thing("attribute", *chain), identifier(text, fallback="resource"))
            for chain, text in zip(things, chains, strict=True)
        ]
    )
    classes = naming.distinct(
        [
            Wanted(thing("resource", *chain), class_name(f"{name}_handler"))
            for chain, name in zip(things, names, strict=True)
        ]
    )
    planner = _Methods(types, conversions, errors)
    return tuple(
        HandlerPlan(
            name=name,
            class_name=class_,
            docstring=docstring(resource.description or f"The operations on {name}.", 4),
            methods=planner.methods(resource),
        )
        for name, class_, (_, resource) in zip(names, classes, resources, strict=True)
    )


def plan_schemes(schemes: tuple[SecurityScheme, ...], naming: Naming) -> tuple[SchemePlan, ...]:
    """A method for each security scheme whose credential a request carries."""
    carried = [scheme for scheme in schemes if scheme.kind != "mutualTLS"]
    names = naming.distinct(
        [
            Wanted(thing("credential", each.name), identifier(each.name, METHOD_RESERVED, "scheme"))
            for each in carried
        ],
        METHOD_RESERVED,
    )
    return tuple(
        SchemePlan(
            wire=quoted(scheme.name),
            name=name,
            argument=_credential(scheme),
            docstring=docstring(scheme.description or f"Who the caller of `{name}` is.", 8),
        )
        for name, scheme in zip(names, carried, strict=True)
    )


def _thing(kind: str, operation: Operation, *words: str) -> str:
    return thing(kind, operation.method.upper(), operation.path, *words)


def _walk(
    resource: Resource, parents: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Resource]]:
    chain = (*parents, resource.name)
    if resource.operations:
        yield chain, resource
    for child in resource.children:
        yield from _walk(child, chain)


def _credential(scheme: SecurityScheme) -> str:
    if scheme.kind == "http" and scheme.scheme == "basic":
        return "credentials: BasicCredentials"
    return "key: str" if scheme.kind == "apiKey" else "token: str"


class _Methods:
    def __init__(self, types: Types, conversions: Types, errors: tuple[ErrorPlan, ...]) -> None:
        self._types = types
        self._conversions = conversions
        self._errors = {(error.status, error.wire): error for error in errors}
        self._marks = marks_of(types.api)
        self._oauth = tuple(
            url.partition("?")[0].rstrip("/")
            for scheme in types.api.security_schemes
            for flow in scheme.flows
            for url in (flow.token_url, flow.authorization_url)
            if url
        )

    def methods(self, resource: Resource) -> tuple[MethodPlan, ...]:
        names = self._types.naming.distinct(
            [
                Wanted(_thing("method", each), identifier(each.id, METHOD_RESERVED, "operation"))
                for each in resource.operations
            ],
            METHOD_RESERVED,
        )
        return tuple(
            self._method(name, operation)
            for name, operation in zip(names, resource.operations, strict=True)
        )

    def _method(self, name: str, operation: Operation) -> MethodPlan:
        is_oauth = any(url.endswith(operation.path) for url in self._oauth)
        parameters = [p for p in operation.parameters if not _is_ignored(p)]
        if is_oauth:
            parameters = [p for p in parameters if p.location == "path"]
        wanted = [
            Wanted(
                _thing("argument", operation, p.location, p.name),
                identifier(p.name, ARGUMENT_RESERVED, "parameter"),
            )
            for p in parameters
        ]
        names = self._types.naming.distinct(wanted, ARGUMENT_RESERVED)
        arguments = [self._argument(n, p) for n, p in zip(names, parameters, strict=True)]
        return MethodPlan(
            operation_id=quoted(operation.id),
            http_method=quoted(operation.method.upper()),
            path=quoted(operation.path),
            name=name,
            docstring=docstring(self._describe(operation), 8),
            principal=_principal(operation),
            positional=tuple(a for a in arguments if a.location == "path"),
            keywords=tuple(a for a in arguments if a.location != "path"),
            body=self._body(operation, is_oauth),
            result=self._result(operation),
            bodies=self._bodies(operation, is_oauth),
            is_oauth=is_oauth,
            marks=tuple(", ".join(map(quoted, mark)) for mark in self._marks.get(operation.id, ())),
        )

    def _argument(self, name: str, parameter: Parameter) -> ArgumentPlan:
        expression = self._types.expression(parameter.schema, is_decoded=True)
        default = None if parameter.required else default_of(self._types, parameter.schema)
        if not parameter.required and default is None:
            default, expression = "None", _optional(expression)
        return ArgumentPlan(
            location=parameter.location,
            wire=quoted(parameter.name),
            name=name,
            expression=expression,
            converted=self._conversions.expression(parameter.schema, is_decoded=True),
            default=default,
        )

    def _bodies(self, operation: Operation, is_oauth: bool) -> tuple[tuple[str, str], ...]:
        media = operation.body.media if operation.body else ()
        return tuple((quoted(m.type), _body_type(self._conversions, m, is_oauth)) for m in media)

    def _body(self, operation: Operation, is_oauth: bool) -> str:
        """The declaration of `body`, empty where the operation takes none."""
        if operation.body is None or not operation.body.media:
            return ""
        alternatives = dict.fromkeys(
            _body_type(self._types, m, is_oauth) for m in operation.body.media
        )
        expression = "Any" if "Any" in alternatives else " | ".join(alternatives)
        if operation.body.required:
            return f"body: {expression}"
        return f"body: {_optional(expression)} = None"

    def _result(self, operation: Operation) -> str:
        responses = [r for r in operation.responses if r.status.startswith("2")]
        kinds = [kind for response in responses for kind in self._results(response)]
        if "Any" in kinds:
            return "Result[Any]"
        return f"Result[{' | '.join(dict.fromkeys(kinds)) or 'None'}]"

    def _results(self, response: Response) -> Iterator[str]:
        if not response.media:
            yield "None"
        for media in response.media:
            if media.type.startswith(EVENT_STREAM):
                yield self._stream(media)
            elif _is_json(media.type):
                yield (
                    self._types.expression(media.schema) if media.schema else self._types.anything()
                )
            else:
                yield "str" if media.type.startswith("text/") else "bytes"

    def _stream(self, media: Media) -> str:
        schemas = list(media.stream.events.values()) if media.stream else []
        kinds = dict.fromkeys(self._types.expression(schema) for schema in schemas)
        if not kinds or "Any" in kinds:
            return f"EventStream[{self._types.anything()}]"
        return f"EventStream[{' | '.join(kinds)}]"

    def _describe(self, operation: Operation) -> str:
        sentences = [operation.summary.rstrip(".") + "." if operation.summary else ""]
        sentences.append(operation.description)
        raised = [line for response in operation.responses for line in self._raised(response)]
        if raised:
            sentences.append("Raises:\n" + "\n".join(raised))
        return "\n\n".join(part.strip("\n") for part in sentences if part.strip()) or operation.id

    def _raised(self, response: Response) -> Iterator[str]:
        for code, when in response.error_codes.items():
            error = self._errors.get((response.status, code))
            if error is not None:
                for line in filled(f"errors.{error.name}: {when}", 84, hanging="    "):
                    yield f"    {line}"


def _principal(operation: Operation) -> str:
    """The type of the caller: nobody, somebody, or either."""
    if not operation.security:
        return "None"
    is_optional = any(not requirement.schemes for requirement in operation.security)
    return "P | None" if is_optional else "P"


def _is_ignored(parameter: Parameter) -> bool:
    """Header parameters that OpenAPI 3.1 §4.8.12.2 tells to ignore."""
    ignored = {"accept", "content-type", "authorization"}
    return parameter.location == "header" and parameter.name.lower() in ignored


def _optional(expression: str) -> str:
    if expression == "Any" or expression.endswith("| None"):
        return expression
    return f"{expression} | None"


def _body_type(types: Types, media: Media, is_oauth: bool) -> str:
    if is_oauth and media.type in FORMS:
        return "Pairs"
    if media.type in FORMS and media.schema and isinstance(media.schema.type, Scalar):
        return "bytes" if media.type.startswith("multipart/") else "str"
    if _is_json(media.type) or media.type in FORMS:
        return types.expression(media.schema, is_decoded=True) if media.schema else types.anything()
    return "str" if media.type.startswith("text/") else "bytes"


def _is_json(media_type: str) -> bool:
    essence = media_type.partition(";")[0].strip().lower()
    return essence == "application/json" or essence.endswith("+json")


def used_by_handlers(handlers: tuple[HandlerPlan, ...]) -> set[str]:
    """What `handlers.py` imports besides the types in its signatures."""
    methods = [method for handler in handlers for method in handler.methods]
    used = {"dataclass", "Generic", "TypeVar"}
    if methods:
        used |= {"ABC", "abstractmethod", "Request", "Result"}
    if any("EventStream[" in method.result for method in methods):
        used.add("EventStream")
    if _takes_pairs(handlers):
        used.add("Pairs")
    if any("models." in method.result for method in methods) or _names_models(handlers):
        used.add("models")
    return used


def used_by_schemes(schemes: tuple[SchemePlan, ...]) -> set[str]:
    """What `security.py` imports."""
    used = {"ABC", "abstractmethod", "Generic", "TypeVar", "Request"}
    if any("BasicCredentials" in scheme.argument for scheme in schemes):
        used.add("BasicCredentials")
    return used


def used_by_routes(handlers: tuple[HandlerPlan, ...]) -> set[str]:
    """What `routes.py` imports besides the types in it."""
    methods = [method for handler in handlers for method in handler.methods]
    used = {"Route"}
    if any(method.positional or method.keywords for method in methods):
        used.add("Parameter")
    if any(method.is_oauth for method in methods):
        used.add("Envelope")
    if _takes_pairs(handlers):
        used.add("Pairs")
    if _names_models(handlers):
        used.add("models")
    return used


def _takes_pairs(handlers: tuple[HandlerPlan, ...]) -> bool:
    """Whether a form is passed on as it came."""
    methods = (method for handler in handlers for method in handler.methods)
    return any(expression == "Pairs" for method in methods for _, expression in method.bodies)


def _names_models(handlers: tuple[HandlerPlan, ...]) -> bool:
    """Whether a parameter's or body's type is a model."""
    return any(
        "models." in expression
        for handler in handlers
        for method in handler.methods
        for expression in (
            *(argument.converted for argument in method.positional + method.keywords),
            *(expression for _, expression in method.bodies),
        )
    )
