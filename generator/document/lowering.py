"""The normal form → OpenAPI 3.0.3, for Connexion, which loads nothing newer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct, field

from generator.document.bundling import Bundle, bundled, unused_name
from generator.document.finding import Finding, Severity
from generator.document.grammar import Place, children
from generator.document.lowered_schema import SchemaLowering
from generator.document.node import join_pointer, split_pointer
from generator.document.specification import Specification

_METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_MAX_HOPS: Final = 32

# The fields of OpenAPI 3.0.3 §4.7, less those that no server reads.
_FIELDS: Final = {
    "openapi": "openapi info servers paths components security tags externalDocs",
    "info": "title description termsOfService contact license version",
    "contact": "name url email",
    "license": "name url",
    "server": "url description variables",
    "tag": "name description externalDocs",
    "components": ("schemas responses parameters examples requestBodies headers securitySchemes"),
    "pathItem": f"summary description servers parameters {' '.join(_METHODS)}",
    "operation": (
        "tags summary description externalDocs operationId parameters requestBody responses "
        "deprecated security servers"
    ),
    "parameter": (
        "name in description required deprecated allowEmptyValue style explode allowReserved "
        "schema example examples content"
    ),
    "header": (
        "description required deprecated allowEmptyValue style explode allowReserved schema "
        "example examples content"
    ),
    "requestBody": "description content required",
    "mediaType": "schema example examples encoding",
    "encoding": "contentType headers style explode allowReserved",
    "response": "description headers content",
    "example": "summary description value externalValue",
    "securityScheme": ("type description name in scheme bearerFormat flows openIdConnectUrl"),
    "flows": "implicit password clientCredentials authorizationCode",
}
_KNOWN: Final = {kind: frozenset(names.split()) for kind, names in _FIELDS.items()}


class Lowered(Struct, frozen=True):
    """A document of OpenAPI 3.0.3, and what of the original it cannot carry."""

    document: dict[str, Any]
    findings: tuple[Finding, ...]

    def outline(self) -> Lowered:
        """The same with empty operations: which there are, and no more."""
        paths = self.document["paths"]
        items = list(paths.items()) if isinstance(paths, dict) else []
        empty: dict[str, Any] = {
            path: {key: {} for key in item} for path, item in items if isinstance(item, dict)
        }
        document = {"openapi": self.document["openapi"], "paths": empty}
        return Lowered(document, self.findings)


def lower(specification: Specification) -> Lowered:
    """One self-contained document in OpenAPI 3.0.3 that says the same of routing, security and
    parameters.

    Bodies and answers are validated by their original schemas, not by these, so what 3.0 cannot
    say of a body is left out without a word: `const` becomes `enum` and `type: [x, "null"]`
    becomes `nullable`, but `if`, `prefixItems`, `patternProperties`, `contains`,
    `unevaluatedProperties`, `itemSchema` and their like are gone. So are webhooks, callbacks and
    links, which no server routes, and the fields that only newer versions have.

    What would be lost of routing, security and parameters is a finding: LOW-001 for a parameter
    (it is then read in another way), LOW-002 for an operation (it is not served), LOW-003, an
    error, for a security scheme.
    """
    lowering = _Lowering(specification, bundled(specification, specification.documents))
    return Lowered(lowering.document(), tuple(lowering.findings))


class _Lowering(Struct):
    specification: Specification
    bundle: Bundle
    findings: list[Finding] = field(default_factory=list)
    hoisted: dict[str, str] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def document(self) -> dict[str, Any]:
        source = self.bundle.document
        schemas = self._at("/components/schemas")
        self.names = set(schemas) if isinstance(schemas, dict) else set()
        lowered = self._object(Place("openapi", "", source))
        lowered["openapi"] = "3.0.3"
        info = source.get("info")
        lowered["info"] = _info(info if isinstance(info, dict) else {})
        lowered.setdefault("paths", {})
        if "components" in lowered:
            _mapping(lowered, "components")
        for plural, kind in (("servers", "server"), ("tags", "tag")):
            if isinstance(lowered.get(plural), list):
                lowered[plural] = [_known(kind, one) for one in lowered[plural]]
        while self.pending:
            pointer = self.pending.pop(0)
            held = _mapping(_mapping(lowered, "components"), "schemas")
            held[self.hoisted[pointer]] = self._schema(self._at(pointer), pointer)
        return lowered

    def _at(self, pointer: str) -> Any:
        value: Any = self.bundle.document
        for token in split_pointer(pointer):
            if isinstance(value, dict):
                value = value.get(token)
            elif isinstance(value, list) and token.isdecimal() and int(token) < len(value):
                value = value[int(token)]
            else:
                return None
        return value

    def _object(self, place: Place) -> dict[str, Any]:
        """An object with its fields of 3.0 only, everything below it lowered."""
        place = self._inlined(place)
        if isinstance(place.value.get("$ref"), str):
            return {"$ref": place.value["$ref"]}
        prepared = Place(place.kind, place.pointer, self._prepared(place))
        lowered: dict[str, Any] = _known(place.kind, prepared.value)
        own: set[tuple[str, ...]] = set()
        for child in children(prepared):
            if child.kind != "schema" and not isinstance(child.value, dict):
                continue
            token = split_pointer(child.pointer[len(place.pointer) :])
            if token[0] in lowered or place.kind == "callback":
                _put(lowered, token, self._child(child), own)
        return lowered

    def _inlined(self, place: Place) -> Place:
        """A path item or media type in place of the reference to it, which 3.0 does not have."""
        value, pointer = place.value, place.pointer
        for _ in range(_MAX_HOPS):
            ref = value.get("$ref")
            inlines = place.kind in ("pathItem", "mediaType")
            if not (inlines and isinstance(ref, str) and ref.startswith("#/")):
                break
            target = self._at(ref[1:])
            if not isinstance(target, dict):
                break
            siblings = {key: member for key, member in value.items() if key != "$ref"}
            value, pointer = {**target, **siblings}, ref[1:]
        return Place(place.kind, pointer, value)

    def _child(self, place: Place) -> Any:
        if place.kind == "schema":
            return self._schema(place.value, place.pointer)
        return self._object(place)

    def _schema(self, value: Any, pointer: str) -> Any:
        return SchemaLowering(self._hoist, []).lower(value, pointer)

    def _hoist(self, ref: str) -> str:
        """The address of a schema in the lowered document: always that of a component."""
        pointer = ref[1:] if ref.startswith("#/") or ref == "#" else self._anchored(ref)
        if not pointer:
            return ref
        match split_pointer(pointer):
            case ["components", "schemas", _]:
                return f"#{pointer}"
        if pointer not in self.hoisted:
            name = unused_name("".join(_words(pointer)) or "Schema", self.names)
            self.names.add(name)
            self.hoisted[pointer] = name
            self.pending.append(pointer)
        return f"#/components/schemas/{self.hoisted[pointer]}"

    def _anchored(self, ref: str) -> str:
        target = self.specification.target(self.specification.entry, ref)
        is_here = target is not None and target.document.file == self.specification.entry.file
        return target.pointer if target is not None and is_here else ""

    def _prepared(self, place: Place) -> Any:
        match place.kind:
            case "pathItem":
                return self._path_item(place)
            case "operation":
                return {**place.value, "responses": place.value.get("responses") or _ANY_ANSWER}
            case "response":
                return {"description": "", **place.value}
            case "parameter" | "header":
                return self._parameter(place)
            case "securityScheme":
                return self._security_scheme(place)
        return _example(place.value) if place.kind == "example" else place.value

    def _path_item(self, place: Place) -> Any:
        additional = place.value.get("additionalOperations")
        unroutable = ["query"] if "query" in place.value else []
        unroutable += list(additional) if isinstance(additional, dict) else []
        for method in unroutable:
            inside = "" if method == "query" else "/additionalOperations"
            self._report(
                "LOW-002",
                join_pointer(place.pointer + inside, method),
                f"The server cannot route the method {method.upper()}; the operation is left out.",
                Severity.WARNING,
            )
        return place.value

    def _parameter(self, place: Place) -> dict[str, Any]:
        value = place.value
        if value.get("in") == "querystring":
            self._report_parameter(
                place,
                "takes the whole query string, which OpenAPI 3.0 cannot say; the server takes it "
                "as text.",
            )
        elif "content" in value:
            content = value["content"]
            media_type = next(iter(content), "") if isinstance(content, dict) else ""
            if not _is_json(media_type) and not _is_text(media_type):
                self._report_parameter(
                    place,
                    f"is written in {media_type or 'no media type'}, which the server does not "
                    "read there; it takes the parameter as JSON.",
                )
        else:
            lost = ", ".join(f"`{word}`" for word in self._lost(value.get("schema")))
            if lost:
                self._report_parameter(
                    place,
                    f"uses {lost}, which OpenAPI 3.0 cannot say; the server checks it only in "
                    "part.",
                )
            return {"schema": {}, **value}
        kept = {key: member for key, member in value.items() if key != "content"}
        located = {"in": "query"} if value.get("in") == "querystring" else {}
        return {**kept, **located, "schema": {"type": "string"}}

    def _lost(self, schema: Any) -> list[str]:
        """The keywords of a parameter's schema that 3.0 does not have."""
        for _ in range(_MAX_HOPS):
            ref = schema.get("$ref") if isinstance(schema, dict) else None
            if not isinstance(ref, str) or not ref.startswith("#/"):
                break
            schema = self._at(ref[1:])
        lost: list[str] = []
        SchemaLowering(lambda ref: ref, lost).lower(schema, "")
        return list(dict.fromkeys(lost))

    def _report_parameter(self, place: Place, what: str) -> None:
        if place.kind == "parameter":
            name = place.value.get("name")
            called = f"'{name}'" if name else f"at {self.bundle.origin(place.pointer)[1]}"
            message = f"The parameter {called} {what}"
            self._report("LOW-001", place.pointer, message, Severity.WARNING)

    def _security_scheme(self, place: Place) -> Any:
        value = place.value
        if value.get("type") == "mutualTLS":
            self._report(
                "LOW-003",
                place.pointer,
                "OpenAPI 3.0 has no mutual TLS, so the server cannot check it; end it in front of "
                "the server and describe what that passes on.",
                Severity.ERROR,
            )
            return {"type": "http", "scheme": "mutual"}
        if isinstance(value.get("scheme"), str):
            value = {**value, "scheme": value["scheme"].lower()}
        flows = value.get("flows")
        if isinstance(flows, dict):
            value = {**value, "flows": _known("flows", flows)}
        return value

    def _report(self, code: str, pointer: str, message: str, severity: Severity) -> None:
        file, pointer = self.bundle.origin(pointer)
        document = self.specification.documents[file]
        position = document.position(pointer)
        finding = Finding(code, position, message, pointer, severity)
        if finding not in self.findings:
            self.findings.append(finding)


_ANY_ANSWER: Final = {"default": {"description": ""}}


def _known(kind: str, value: Any) -> Any:
    if not isinstance(value, dict) or kind not in _KNOWN:
        return dict(value) if isinstance(value, dict) else value
    known = _KNOWN[kind]
    return {key: member for key, member in value.items() if key in known or key.startswith("x-")}


def _mapping(holder: dict[str, Any], name: str) -> dict[str, Any]:
    """What a member holds, an empty object in its place where that is none."""
    found = holder.get(name)
    holder[name] = held = found if isinstance(found, dict) else {}
    return held


def _is_text(media_type: str) -> bool:
    return media_type.strip().lower().startswith("text/")


def _is_json(media_type: str) -> bool:
    plain = media_type.partition(";")[0].strip().lower()
    return plain == "application/json" or plain.endswith("+json")


def _info(info: dict[str, Any]) -> dict[str, Any]:
    lowered: dict[str, Any] = {"title": "", "version": "", **_known("info", info)}
    for kind in ("contact", "license"):
        if kind in lowered:
            lowered[kind] = _known(kind, lowered[kind])
    return lowered


def _example(value: dict[str, Any]) -> dict[str, Any]:
    if "dataValue" in value and "value" not in value:
        return {**value, "value": value["dataValue"]}
    return value


def _put(holder: dict[str, Any], tokens: list[str], value: Any, own: set[tuple[str, ...]]) -> None:
    """Replace a descendant by another; the maps and lists between are copied, each once.

    `own` are those that have been.
    """
    at: Any = holder
    for depth, token in enumerate(tokens[:-1], 1):
        key = int(token) if isinstance(at, list) else token
        step = tuple(tokens[:depth])
        if step not in own:
            own.add(step)
            at[key] = at[key].copy()
        at = at[key]
    at[int(tokens[-1]) if isinstance(at, list) else tokens[-1]] = value


def _words(pointer: str) -> Iterator[str]:
    """The parts of a pointer that make a name for what it points at."""
    for token in split_pointer(pointer):
        word = "".join(character for character in token if character.isalnum())
        if word and word not in ("components", "schemas", "properties", "defs"):
            yield word[:1].upper() + word[1:]
