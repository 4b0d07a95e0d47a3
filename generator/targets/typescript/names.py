"""What everything is called in a generated package: decided once, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from generator.model import (
    Api,
    Enumeration,
    Object,
    Operation,
    Parameter,
    Scalar,
    Schema,
    Union,
)
from generator.published import Published, thing
from generator.targets.definitions import object_of
from generator.targets.file_names import is_device
from generator.targets.media_choice import answer_media, sent_media
from generator.targets.naming import Naming, Wanted
from generator.targets.reach import modules, reaching
from generator.targets.resource_naming import (
    Chain,
    Place,
    ResourceName,
    Words,
    attributes,
    methods,
    operation_thing,
    walk,
)
from generator.targets.typescript.errors_plan import SIGN_IN, STANDARD, CodeError, code_errors
from generator.targets.typescript.exports import TYPES, VALUES
from generator.targets.typescript.source import (
    GLOBAL_TYPES,
    class_name,
    distinct,
    member,
    typescript_naming,
)

SHARED = "shared"
WEBHOOKS = "webhook-events"

_NOTHING: Published = {}
_QUOTED = re.compile(r"`([^`\n]+)`")
_CLIENT_MEMBERS = frozenset({"constructor", "rateLimit", "request", "then", "withOptions"})
_METHOD_RESERVED = frozenset({"constructor", "then"})
_CALLERS = frozenset({"Caller", "ServersCaller"})
"""What a client's module imports and does not offer."""


class TypeName(Struct, frozen=True):
    """Where a schema's type is: `types/<module>.ts`, what it is called, and what its shape is."""

    module: str
    name: str
    shape: str


Fields = Mapping[str, Mapping[str, str]]
"""Object, by the name of its schema → wire name → property."""


class Names(Struct, frozen=True):
    """The names of one package.

    `package` is what npm calls it, `scope` the word that its environment variables start with.
    `named` are the schemas that have a type of their own; others are written where they stand.
    `renamed` are those whose values hold members with other names on the wire, `converted` those
    and the ones that hold moments.
    `methods` are two where an operation also answers with a stream. `params` are the types of the
    objects that methods take, `events` those of the events of streams. `fields` are the properties
    of each object. `naming` gives the names that are given later.
    """

    package: str
    scope: str
    client: str
    naming: Naming
    errors: Mapping[tuple[str, str], CodeError]
    types: Mapping[str, TypeName]
    fields: Fields
    named: frozenset[str]
    renamed: frozenset[str]
    converted: frozenset[str]
    resources: Mapping[Chain, ResourceName]
    methods: Mapping[Place, tuple[str, ...]]
    params: Mapping[Place, str]
    events: Mapping[Place, str]


def names_of(api: Api, published: Published = _NOTHING) -> Names:
    """Decide every name of the package for `api`; what is published keeps its own."""
    naming = typescript_naming(published)
    word = re.sub(r"[^a-z0-9]+", "-", api.name.lower()).strip("-") or "client"
    kept = _kept(api, naming)
    errors = code_errors(api, naming, kept)
    offered = {*GLOBAL_TYPES, *_offered(api), *(error.name for error in errors.values())}
    options = {name.removesuffix("Options") for name in offered if name.endswith("Options")}
    client = class_name(api.title, offered | options, "Client")
    taken = {*offered, client, f"{client}Options"}
    types = _types(api, naming, taken, kept)
    taken |= {each.name for each in types.values()}
    resources = _resources(api, naming, taken | _CALLERS, kept)
    taken |= {each.cls for each in resources.values()}
    called = methods(naming, _WORDS, api, resources)
    places = {place: operation for place, operation in _places(api) if place in called}
    words = {
        place: f"{resources[place[0]].cls}{class_name(named[0])}" for place, named in called.items()
    }
    params = [
        (place, Wanted(operation_thing("params", operation), f"{words[place]}Params", derived=True))
        for place, operation in places.items()
        if _takes_params(operation)
    ]
    events = [
        (place, Wanted(operation_thing("event", operation), f"{words[place]}Event", derived=True))
        for place, operation in places.items()
        if _answers_events(operation)
    ]
    fields = _fields(api, naming)
    return Names(
        package=f"@{word}/sdk",
        scope=word.replace("-", "_").upper(),
        client=client,
        naming=naming,
        errors=errors,
        types=types,
        fields=fields,
        named=_named(api),
        renamed=reaching(api, lambda schema: is_renamed(fields, schema)),
        converted=reaching(api, lambda schema: is_converted(fields, schema)),
        resources=resources,
        methods=called,
        params=_given(naming, params, taken),
        events=_given(naming, events, taken),
    )


def _given(
    naming: Naming, wanted: list[tuple[Place, Wanted]], taken: Collection[str]
) -> dict[Place, str]:
    names = naming.distinct([each for _, each in wanted], taken)
    return {place: name for (place, _), name in zip(wanted, names, strict=True)}


def _places(api: Api) -> Iterator[tuple[Place, Operation]]:
    for chain, resource in walk(api.resources):
        for index, operation in enumerate(resource.operations):
            yield (chain, index), operation


def _takes_params(operation: Operation) -> bool:
    return operation.body is not None or any(
        parameter.location != "path" for parameter in operation.parameters
    )


def _answers_events(operation: Operation) -> bool:
    return any(media is not None and media.stream for media in answer_media(operation))


def _kept(api: Api, naming: Naming) -> set[str]:
    """The published names of all that the package exports."""
    of_methods = [
        Wanted(operation_thing(kind, operation), "", derived=True)
        for _, operation in _places(api)
        for kind, has in (("params", _takes_params), ("event", _answers_events))
        if has(operation)
    ]
    types = [_wanted_type(schema, ()) for schema in api.schemas]
    return {*naming.kept([*types, *_wanted_classes(api, ()), *of_methods]).values()}


def _offered(api: Api) -> set[str]:
    """The names that a package offers whatever its schemas and error codes are called."""
    runtime = [name for table in (TYPES, VALUES) for found in table.values() for name in found]
    flows = [flow for scheme in api.security_schemes for flow in scheme.flows]
    sign_in = SIGN_IN if flows else ()
    return {*runtime, *STANDARD, *sign_in, "CODE_ERRORS", "WebhookEvent", "errorFrom"}


_INSTANT = Scalar("string", "date-time")


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The text, with what it quotes by wire names called as it is in TypeScript."""
    return _QUOTED.sub(lambda quoted: f"`{names.get(quoted[1], quoted[1])}`", text)


def member_names(fields: Fields, kind: Object) -> Mapping[str, str]:
    """The property that each member is, by its wire name."""
    return fields.get(kind.name) or _members(typescript_naming(_NOTHING), kind, ())


def is_renamed(fields: Fields, schema: Schema) -> bool:
    """Whether an object has a member that is not called as on the wire."""
    if not isinstance(schema.type, Object):
        return False
    return any(name != wire for wire, name in member_names(fields, schema.type).items())


def is_converted(fields: Fields, schema: Schema) -> bool:
    """Whether a value itself is not the same in TypeScript as on the wire."""
    return schema.type == _INSTANT or is_renamed(fields, schema)


def _fields(api: Api, naming: Naming) -> dict[str, dict[str, str]]:
    """The properties of every object: a body's are told apart from what is sent beside it."""
    beside: dict[str, set[str]] = {}
    for _, operation in _places(api):
        media = sent_media(operation)
        body = object_of(api, media.schema) if media else None
        if body is not None:
            given = [each for each in operation.parameters if each.location != "path"]
            wanted = [wanted_argument(operation, each) for each in given]
            beside.setdefault(body.name, set()).update(naming.kept(wanted).values())
    objects = (each.type for each in api.schemas.values() if isinstance(each.type, Object))
    return {
        kind.name: _members(naming, kind, beside.get(kind.name, frozenset())) for kind in objects
    }


def _members(naming: Naming, kind: Object, reserved: Collection[str]) -> dict[str, str]:
    wire = [prop.name for prop in kind.properties]
    wanted = [Wanted(thing("field", kind.name, name), member(name, "field")) for name in wire]
    kept = {*naming.kept(wanted).values()}
    return dict(zip(wire, naming.distinct(wanted, {*reserved} - kept), strict=True))


def wanted_argument(operation: Operation, parameter: Parameter) -> Wanted:
    """What a parameter beside a body is called: after where it goes, where its name is taken."""
    where = f"{parameter.location}_{parameter.name}"
    return Wanted(
        operation_thing("argument", operation, parameter.location, parameter.name),
        member(parameter.name),
        member(where),
    )


def _wanted_type(schema: str, taken: Collection[str]) -> Wanted:
    name = class_name(schema)
    return Wanted(thing("type", schema), name, f"{name}Object" if name in taken else "")


def _types(api: Api, naming: Naming, taken: set[str], kept: set[str]) -> dict[str, TypeName]:
    modules = _modules(api)
    wanted = [_wanted_type(schema, taken) for schema in modules]
    own = {*naming.kept(wanted).values()}
    names = naming.distinct(wanted, taken | (kept - own))
    shapes = distinct([member(f"{name}Shape") for name in names])
    return {
        schema: TypeName(module, name, shape)
        for (schema, module), name, shape in zip(modules.items(), names, shapes, strict=True)
    }


def _named(api: Api) -> frozenset[str]:
    """Objects, enumerations and unions, and whatever else refers to itself."""
    found = {
        name
        for name, schema in api.schemas.items()
        if isinstance(schema.type, Object | Enumeration | Union)
    }
    for name in api.schemas:
        waiting, seen = [name] if name not in found else [], set[str]()
        while waiting:
            for other in api.references[waiting.pop()]:
                if other == name:
                    found.add(name)
                elif other not in found | seen:
                    seen.add(other)
                    waiting.append(other)
    return frozenset(found)


def _modules(api: Api) -> dict[str, str]:
    """Each schema's module."""
    tops = [resource.name for resource in api.resources]
    labels = distinct([_file(name) for name in tops], {SHARED, WEBHOOKS})
    return modules(api, labels, SHARED, WEBHOOKS)


def _file(text: str) -> str:
    """A file name: words in lower case, joined by hyphens, of any script."""
    name = re.sub(r"(?<=[a-z0-9])([A-Z])", r"-\1", member(text, "resource")).lower()
    return f"{name}-resource" if is_device(name) else name


def _wanted_classes(api: Api, taken: Collection[str]) -> list[Wanted]:
    found = []
    for chain, _ in walk(api.resources):
        name = class_name("_".join(chain), (), "Resource")
        fallback = f"{name}Resource" if name in taken else ""
        found.append(Wanted(thing("resource", *chain), name, fallback))
    return found


def _resources(
    api: Api, naming: Naming, taken: set[str], kept: set[str]
) -> dict[Chain, ResourceName]:
    chains = [chain for chain, _ in walk(api.resources)]
    modules = distinct([_file("_".join(chain)) for chain in chains])
    wanted = _wanted_classes(api, taken)
    own = {*naming.kept(wanted).values()}
    classes = naming.distinct(wanted, taken | (kept - own))
    named = attributes(naming, _WORDS, api.resources, _CLIENT_MEMBERS)
    return {
        chain: ResourceName(named[chain], module, cls)
        for chain, module, cls in zip(chains, modules, classes, strict=True)
    }


def _method(operation: Operation) -> str:
    name = member(operation.name or operation.id, operation.method.lower())
    return _free(name, _METHOD_RESERVED)


def _free(name: str, reserved: Collection[str]) -> str:
    return f"{name}_" if name in reserved else name


def _attribute(name: str, reserved: Collection[str]) -> str:
    return _free(member(name, "resource"), reserved)


_WORDS = Words(_attribute, _method, lambda method: f"{method}Stream", _METHOD_RESERVED)
