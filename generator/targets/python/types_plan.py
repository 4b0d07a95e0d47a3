"""The types modules of a package: what each holds, ready to be written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from generator.model import Api, Object, Property, Reference, Schema, Union, references
from generator.targets.python.annotations import (
    OPEN_OBJECTS,
    UNIONS,
    VALUES,
    Scope,
    annotation,
    is_named,
    is_open_union,
    or_unset,
)
from generator.targets.python.imports import Imports
from generator.targets.python.names import SHARED, WEBHOOKS, Names, member_names, renamed
from generator.targets.python_source import (
    docstring,
    literal,
    quoted,
    tuple_of,
)

_PLAIN_WORDS = re.compile(r"[a-z]+(_[a-z]+)*")


class Field(Struct, frozen=True):
    """A member of a model."""

    name: str
    annotation: str
    optional: bool
    doc: str


class Model(Struct, frozen=True):
    """A class. `rename` is what `msgspec.Struct` takes, empty where names are those of the wire.

    `others` holds the members that the class does not declare, where they have a type.
    """

    name: str
    doc: str
    rename: str
    fields: tuple[Field, ...]
    others: Field | None = None


class Alias(Struct, frozen=True):
    """A name for a type expression; `variants` are set where decoding has to choose among them.

    `tag` names the member that chooses by `mapping`, save for the words that are `shared`.
    """

    name: str
    doc: str
    expression: str
    variants: str = ""
    tag: str = ""
    mapping: str = ""
    shared: str = ""


class TypesModule(Struct, frozen=True):
    """One file of `types/`: aliases that stand alone, models, and aliases made of models."""

    name: str
    doc: str
    imports: str
    enumerations: tuple[Alias, ...]
    models: tuple[Model, ...]
    unions: tuple[Alias, ...]
    runtime: Mapping[str, str]

    @property
    def exported(self) -> list[str]:
        """The names that the module defines, in order."""
        aliases = [each.name for each in (*self.enumerations, *self.unions)]
        return [*aliases, *(model.name for model in self.models)]


def types_modules(api: Api, names: Names) -> list[TypesModule]:
    """Every types module, those of resources first."""
    modules: dict[str, list[str]] = {}
    for schema, place in names.types.items():
        if is_named(api.schemas[schema]):
            modules.setdefault(place.module, []).append(schema)
    order = sorted(modules, key=lambda module: module == SHARED)
    return [_module(api, names, module, modules[module]) for module in order]


def _module(api: Api, names: Names, module: str, schemas: list[str]) -> TypesModule:
    local = [names.types[schema].name for schema in schemas]
    imports = Imports(local)
    imports.name("__future__", "annotations")
    scope = Scope(api, names, imports, module)
    models = tuple(
        _model(scope, names.types[name].name, api.schemas[name], kind)
        for name in schemas
        if isinstance(kind := api.schemas[name].type, Object)
    )
    plain, made = _aliases(scope, schemas)
    optional = any(field.optional for model in models for field in model.fields)
    runtime = {
        name: imports.name("typing", name)
        for name in ("TYPE_CHECKING", "TypeAlias")
        if (plain or made if name == "TypeAlias" else any(each.variants for each in made))
    }
    if any(each.variants for each in made):
        runtime["OpenUnion"] = scope.runtime(UNIONS, "OpenUnion")
    if optional:
        runtime["UNSET"] = scope.runtime(VALUES, "UNSET")
    if any(model.others is None for model in models):
        runtime["Model"] = scope.runtime(VALUES, "Model")
    if any(model.others is not None for model in models):
        runtime["OpenObject"] = scope.runtime(OPEN_OBJECTS, "OpenObject")
        runtime["others"] = scope.runtime(OPEN_OBJECTS, "others")
    return TypesModule(
        name=module,
        doc=docstring(_about(module), 0),
        imports=imports.lines(),
        enumerations=plain,
        models=models,
        unions=made,
        runtime=runtime,
    )


def _about(module: str) -> str:
    if module == SHARED:
        return "Types that several resources have in common."
    if module == WEBHOOKS:
        return "What the webhooks carry."
    return f"Types of the resource {module.replace('_', ' ')}."


def _model(scope: Scope, name: str, schema: Schema, kind: Object) -> Model:
    named = member_names(scope.names, kind)
    fields = tuple(_field(scope, prop, named) for prop in kind.properties)
    doc = docstring(renamed(schema.description or schema.title, named), 4)
    return Model(name, doc, _rename(named), fields, _others(scope, kind))


def _others(scope: Scope, kind: Object) -> Field | None:
    if kind.additional is None or not kind.extensible:
        return None
    values = annotation(scope, kind.additional)
    written = f"{scope.builtin('dict')}[{scope.builtin('str')}, {values}]"
    told = described(scope.api, kind.additional) or "The members that are not declared."
    return Field("additional_properties", written, True, docstring(told, 4))


def _field(scope: Scope, prop: Property, names: Mapping[str, str]) -> Field:
    written = annotation(scope, prop.schema)
    if not prop.always_read:
        written = or_unset(written, scope.runtime(VALUES, "Unset"))
    told = renamed(described(scope.api, prop.schema), names)
    doc = docstring(told, 4) if told else ""
    return Field(names[prop.name], written, not prop.always_read, doc)


def described(api: Api, schema: Schema) -> str:
    """What the document says of a value: there, or where its schema is defined."""
    if schema.deprecated:
        return f"Deprecated. {described(api, replace(schema, deprecated=False))}".strip()
    if schema.description or not isinstance(schema.type, Reference):
        return schema.description
    target = api.schemas[schema.type.name]
    return "" if is_named(target) else described(api, target)


def _rename(named: Mapping[str, str]) -> str:
    changed = {name: wire for wire, name in named.items() if name != wire}
    if not changed:
        return ""
    if all(_PLAIN_WORDS.fullmatch(name) and _camel(name) == wire for wire, name in named.items()):
        return '"camel"'
    return literal(changed)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _aliases(scope: Scope, schemas: Iterable[str]) -> tuple[tuple[Alias, ...], tuple[Alias, ...]]:
    """Enumerations and unions of plain values; then unions of models, each after what it needs."""
    pending = [n for n in schemas if not isinstance(scope.api.schemas[n].type, Object)]
    classes = {n for n in schemas if isinstance(scope.api.schemas[n].type, Object)}
    plain: list[Alias] = []
    made: list[Alias] = []
    needs_models: set[str] = set()
    while pending:
        name = _next(scope.api, pending)
        pending.remove(name)
        needed = set(_needed(scope.api, scope.api.schemas[name]))
        here = replace(scope, undefined=frozenset(pending) | {name})
        late = bool(needed & (classes | needs_models)) or is_open_union(
            scope.api, scope.api.schemas[name]
        )
        if late:
            needs_models.add(name)
        (made if late else plain).append(_alias(here, name))
    return tuple(plain), tuple(made)


def _next(api: Api, pending: list[str]) -> str:
    """The first that needs none of the others; the first of all where they go in circles."""
    for name in pending:
        if not set(_needed(api, api.schemas[name])) & set(pending):
            return name
    return pending[0]


def _needed(api: Api, schema: Schema, seen: frozenset[str] = frozenset()) -> Iterable[str]:
    """The named types that the expression of a schema mentions."""
    for name in references(schema):
        if name in seen:
            continue
        if is_named(api.schemas[name]):
            yield name
        else:
            yield from _needed(api, api.schemas[name], seen | {name})


def _alias(scope: Scope, name: str) -> Alias:
    schema = scope.api.schemas[name]
    doc = docstring(schema.description, 0) if schema.description else ""
    local = scope.names.types[name].name
    if not isinstance(schema.type, Union) or not is_open_union(scope.api, schema):
        inner = replace(schema, nullable=False)
        return Alias(local, doc, annotation(scope, inner))
    variants = schema.type.variants
    written = [annotation(scope, replace(variant, nullable=False)) for variant in variants]
    unknown = scope.runtime(UNIONS, "Unknown")
    told = schema.type.discriminator
    shared = told.shared if told else ()
    pairs = [pair for pair in told.mapping.items() if pair[0] not in shared] if told else []
    mapping = ", ".join(f"{quoted(value)}: {written[index]}" for value, index in pairs)
    return Alias(
        name=local,
        doc=doc,
        expression=" | ".join(dict.fromkeys([*written, unknown])),
        variants=tuple_of(dict.fromkeys(written)),
        tag=quoted(told.property) if told else "",
        mapping=f"{{{mapping}}}" if mapping else "",
        shared=tuple_of(map(quoted, shared)) if shared else "",
    )
