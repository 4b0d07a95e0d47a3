"""The contract as the suite reads it: the model, and the schemas that answers are held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from conformance.validator import Validator, Validators
from generator.document import Node, Severity, Specification
from generator.document.loading import UnreadableSourceError
from generator.document.loading import load as load_document
from generator.document.workflows import Workflow
from generator.document.workflows import read as read_workflows
from generator.model import (
    Api,
    Array,
    Enumeration,
    Object,
    Operation,
    Parameter,
    Reference,
    Scalar,
    Schema,
    WirePath,
)
from generator.model.builder import build


@dataclass(frozen=True, slots=True)
class Promise:
    """A documented promise, in the contract's words: the document and heading that make it."""

    text: str
    document: str
    heading: str


@dataclass(frozen=True, slots=True)
class Contract:
    """An API, its document, and where its promises are documented.

    `file` is the entry document; `proofs` maps a promise to globs of the rules that prove it,
    where `promises.yaml` names them.
    """

    api: Api
    specification: Specification
    file: Path
    validators: Validators = field(repr=False)
    documented: Mapping[str, Promise] = field(default_factory=dict)
    proofs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    workflows: tuple[Workflow, ...] = ()

    @property
    def promises(self) -> tuple[str, ...]:
        """Every promise that the contract cites or `promises.yaml` numbers, sorted."""
        cited = {*self.api.promises, *self.documented}
        for operation in self.api.operations:
            cited.update(operation.promises)
        for scheme in self.api.security_schemes:
            cited.update(scheme.promises)
        for webhook in self.api.webhooks:
            cited.update(webhook.promises)
        return tuple(sorted(cited))

    def promises_of(self, operation: Operation | None) -> frozenset[str]:
        """The promises that an answer of this operation can prove.

        Its own, those of its security schemes, and the API's.
        """
        if operation is None:
            return frozenset(self.promises)
        elsewhere = {id_ for other in self.api.operations for id_ in other.promises}
        schemes = {name for requirement in operation.security for name in requirement.schemes}
        secured = {
            id_
            for scheme in self.api.security_schemes
            if scheme.name in schemes
            for id_ in scheme.promises
        }
        return frozenset({*operation.promises, *secured, *(set(self.promises) - elsewhere)})

    def operation(self, id_: str) -> Operation | None:
        """The operation with this operationId."""
        return next((op for op in self.api.operations if op.id == id_), None)

    def resolve(self, schema: Schema) -> Schema:
        """The schema that a chain of references ends at."""
        seen: set[str] = set()
        while isinstance(schema.type, Reference) and schema.type.name not in seen:
            seen.add(schema.type.name)
            schema = self.api.schemas[schema.type.name]
        return schema

    def row_schema(self, operation: Operation) -> Mapping[str, Schema]:
        """The members of one row of a paginated list, by name; empty where it has none."""
        media = operation.success.media if operation.success else ()
        paging = operation.pagination
        if not media or media[0].schema is None or paging is None:
            return {}
        found = self._dig(media[0].schema, paging.results)
        if found is None or not isinstance(found.type, Array):
            return {}
        return self.members(found.type.items)

    def members(self, schema: Schema) -> Mapping[str, Schema]:
        """The declared members of an object schema, resolved; empty for anything else."""
        type_ = self.resolve(schema).type
        if not isinstance(type_, Object):
            return {}
        return {member.name: self.resolve(member.schema) for member in type_.properties}

    def _dig(self, schema: Schema, path: WirePath) -> Schema | None:
        found: Schema | None = self.resolve(schema)
        for name in path:
            found = self.members(found).get(name) if found else None
        return found

    def values(self, parameter: Parameter) -> tuple[Any, ...]:
        """The documented values of a parameter whose list is closed; else none."""
        type_ = self.resolve(parameter.schema).type
        return type_.values if isinstance(type_, Enumeration) else ()

    def kind(self, parameter: Parameter) -> str:
        """What a parameter's value is: `integer`, `date-time`, `enum`, `string`…"""
        type_ = self.resolve(parameter.schema).type
        if isinstance(type_, Enumeration):
            return "enum"
        if isinstance(type_, Scalar):
            return type_.format if type_.format and type_.kind == "string" else type_.kind
        return type(type_).__name__.lower()

    def validator(self, operation: Operation, status: int, media_type: str) -> Validator | None:
        """What an answer of this operation, status and media type is held to."""
        response = self._response_node(operation, status)
        content = response.get("content") if response else None
        schema = _by_media_type(content, media_type)
        return self.validators.at(schema) if schema else None

    def header_validator(self, operation: Operation, status: int, name: str) -> Validator | None:
        """What a declared header of an answer is held to."""
        response = self._response_node(operation, status)
        headers = response.get("headers") if response else None
        for key, header in headers.items() if headers else ():
            resolved = self._resolved(header)
            if key.lower() == name.lower() and resolved and (schema := resolved.get("schema")):
                return self.validators.at(schema)
        return None

    def event_validator(self, operation: Operation, name: str) -> Validator | None:
        """What the data of an event of a stream is held to."""
        response = self._response_node(operation, 200)
        content = response.get("content") if response else None
        for _, media in content.items() if content else ():
            schema = media.get("x-event-schema", "events", name)
            if schema is not None:
                return self.validators.at(schema)
        return None

    def envelope_validator(self) -> Validator | None:
        """What every error is held to."""
        if self.api.envelope is None:
            return None
        root = self.specification.entry.root
        schema = root.get("components", "schemas", self.api.envelope.schema)
        return self.validators.at(schema) if schema else None

    def _response_node(self, operation: Operation, status: int) -> Node | None:
        node, documented = self._operation_node(operation), operation.response(status)
        if node is None or documented is None:
            return None
        return self._resolved(node.get("responses", documented.status))

    def _operation_node(self, operation: Operation) -> Node | None:
        path = self._resolved(self.specification.entry.root.get("paths", operation.path))
        return path.get(operation.method.lower()) if path else None

    def _resolved(self, node: Node | None) -> Node | None:
        return self.specification.resolve(node) if node else None


def load(source: str, root: Path) -> Contract:
    """Read the contract of an API by its name (a folder of `openapi/`) or by its path.

    Raises FileNotFoundError where there is neither, ValueError where it is not a contract.
    """
    file = _file(source, root)
    try:
        specification = load_document(file)
    except UnreadableSourceError as error:
        raise FileNotFoundError(str(error)) from error
    broken = [f for f in specification.findings if f.severity is Severity.ERROR]
    if broken:
        raise ValueError(f"{broken[0].position}: {broken[0].code} {broken[0].message}")
    name = file.resolve().parent.name if file.stem == "openapi" else file.stem
    api = build(specification, name.lower()).api
    if not api.operations:
        raise ValueError(f"{file}: there is no operation in it.")
    document, promises = _promises(file.with_name("promises.yaml"))
    return Contract(
        api=api,
        specification=specification,
        file=file,
        validators=Validators(specification),
        documented={
            id_: Promise(str(each.get("promise", "")), document, str(each.get("heading", "")))
            for id_, each in promises.items()
        },
        proofs={id_: tuple(each.get("rules", ())) for id_, each in promises.items()},
        workflows=read_workflows(file.with_name("workflows.yaml")),
    )


def _file(source: str, root: Path) -> Path:
    path = Path(source)
    if path.is_file():
        return path
    beside = Path(__file__).parent.parent
    for folder in (path, root / "openapi" / source, beside / "openapi" / source):
        for name in ("openapi.yaml", "openapi.yml", "openapi.json"):
            if (folder / name).is_file():
                return folder / name
    raise FileNotFoundError(f"{source!r} is neither a file nor a folder of openapi/.")


def _promises(file: Path) -> tuple[str, Mapping[str, Mapping[str, Any]]]:
    """The title of the API's own document, and its promises."""
    if not file.is_file():
        return "", {}
    try:
        data = yaml.safe_load(file.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{file}: this is not YAML; `fourfold lint` says where.") from error
    if not isinstance(data, dict) or not isinstance(data.get("promises"), dict):
        return "", {}
    promises = {id_: each for id_, each in data["promises"].items() if isinstance(each, dict)}
    return str(data.get("document", "")), promises


def _by_media_type(content: Node | None, media_type: str) -> Node | None:
    for key, media in content.items() if content else ():
        if key.partition(";")[0].strip().lower() == media_type:
            return media.get("schema")
    return None
