"""Values of a schema, from the document alone: the same on every run, and proved valid.

Schemas are those of OpenAPI 3.1. Of each, the instances go from the least that it allows to all
members at once, with edges of what their types can be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import jsonschema_rs

from generator.stub.patterns import PatternError, matching
from generator.stub.seed import Seed
from tests.gauntlet.documents import at

_ADDRESS = "urn:document"
_DEEPEST, _DEEP, _ATTEMPTS = 14, 5, 4
_STRINGS = ("", "a", "Zoë 東京 🦊", 'quo"te \\ back', "line\nbreak", " ", "null", "2026-01-01")
_INTEGERS = (0, 1, -1, 7, 2**31 - 1, 2**53 + 1, -(2**63))
_NUMBERS = (0.5, 0, -1.25, 3, 1e21, 1e-7, 2**53)
_FORMATS: Mapping[str, tuple[str, ...]] = {
    "date-time": (
        "2026-02-03T04:05:06Z",
        "2024-02-29T23:59:59.123456+05:30",
        "1969-12-31T16:00:00-08:00",
        "2026-07-01T00:00:00.5Z",
    ),
    "date": ("2026-02-03", "2024-02-29", "1999-12-31"),
    "time": ("12:34:56Z", "23:59:59.5+02:00"),
    "duration": ("P1DT2H", "PT0S"),
    "uuid": ("6f1b0a2e-0d3c-4a55-9a6e-000000000001",),
    "email": ("ann@example.org",),
    "idn-email": ("ann@example.org",),
    "uri": ("https://example.org/a?b=c#d", "urn:x:y"),
    "uri-reference": ("/a/b?c", "https://example.org"),
    "iri": ("https://example.org/é",),
    "url": ("https://example.org/a",),
    "hostname": ("example.org",),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "byte": ("AAEC/w==", ""),
    "regex": ("^a+$",),
    "json-pointer": ("/a/0",),
}


class Word(str):
    """One of the strings that an enumeration lists."""


class Open(dict[str, Any]):
    """An object that may have members of which its schema says nothing."""


class _NoValueError(Exception):
    """Nothing is made for this schema."""


@dataclass(slots=True)
class Instances:
    """Makes instances for schemas of one document, which is in the form of OpenAPI 3.1."""

    document: Mapping[str, Any]
    _registry: Any = field(init=False)

    def __post_init__(self) -> None:
        kept = {key: _told_apart(value) for key, value in self.document.items()}
        self._registry = jsonschema_rs.Registry([(_ADDRESS, kept)], draft=jsonschema_rs.Draft202012)

    def of(self, pointer: str, count: int) -> list[Any]:
        """Up to `count` valid instances of the schema at `#/…`, each unlike the others."""
        try:
            valid = jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_ADDRESS}{pointer}"}, registry=self._registry, validate_formats=True
            ).is_valid
        except ValueError:
            return []
        found: dict[str, Any] = {}
        for index in range(count):
            for attempt in range(_ATTEMPTS):
                value = self._made(pointer, index, attempt)
                text = json.dumps(value)
                if value is not _NOTHING and valid(json.loads(text)):
                    found.setdefault(text, value)
                    break
        return list(found.values())

    def only_answered(self, pointer: str) -> list[str]:
        """The members of an object that are never sent (`readOnly`)."""
        maker = _Maker(self.document, Random(0), 0.0)
        try:
            members = maker.flat({"$ref": pointer}, 0)[0].get("properties") or {}
            found = {name: maker.flat(schema, 0)[0] for name, schema in members.items()}
        except (_NoValueError, RecursionError):
            return []
        return [name for name, schema in found.items() if schema.get("readOnly") is True]

    def _made(self, pointer: str, index: int, attempt: int) -> Any:
        chance = Random(f"{pointer} {index} {attempt}")
        fullness = {0: 0.0, 1: 1.0}.get(index, chance.choice((0.3, 0.6, 0.9)))
        try:
            return _Maker(self.document, chance, fullness).value({"$ref": pointer}, 0)
        except (_NoValueError, RecursionError):
            return _NOTHING


_NOTHING: Any = "\0nothing"


def surprising(value: Any, path: str = "") -> Any:
    """The same as a later version of the API might say it.

    Objects have a member, words are ones, that no document knows yet.
    """
    if isinstance(value, Word):
        return "not-known-yet"
    if isinstance(value, dict):
        told = {key: surprising(member, f"{path}/{key}") for key, member in value.items()}
        if isinstance(value, Open):
            told["unheard_of"] = {"at": path, "list": [1, None, {"deep": True}]}
        return told
    return [surprising(each, f"{path}/-") for each in value] if isinstance(value, list) else value


@dataclass(slots=True)
class _Maker:
    """Makes one instance. `fullness` is how likely an optional member is there."""

    document: Mapping[str, Any]
    chance: Random
    fullness: float

    def value(self, schema: Any, depth: int) -> Any:
        if schema is False or depth > _DEEPEST:
            raise _NoValueError
        flat, tags = self.flat(schema, depth)
        value = self._of(flat, depth)
        if isinstance(value, dict):
            for name, tag in tags.items():
                value[name] = tag
        return value

    def _of(self, flat: dict[str, Any], depth: int) -> Any:
        if "const" in flat:
            return flat["const"]
        if isinstance(flat.get("enum"), list) and flat["enum"]:
            return self._listed(flat["enum"])
        make = self._maker(flat, depth)
        return make(flat, depth)

    def _listed(self, values: list[Any]) -> Any:
        value = self.chance.choice(values)
        several = sum(isinstance(each, str) for each in values) > 1
        return Word(value) if isinstance(value, str) and several else value

    def _maker(self, flat: dict[str, Any], depth: int) -> Callable[[dict[str, Any], int], Any]:
        declared = flat.get("type")
        kinds = declared if isinstance(declared, list) else [declared or _implied(flat)]
        if "null" in kinds and (depth > _DEEP or self.chance.random() < 0.2):
            kinds = ["null"]
        kinds = [kind for kind in kinds if kind != "null"] or ["null"]
        return {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "integer": self._integer,
            "number": self._number,
            "boolean": lambda *_: self.chance.random() < 0.5,
            "null": lambda *_: None,
        }.get(self.chance.choice(kinds), self._anything)

    def _anything(self, _: dict[str, Any], __: int) -> Any:
        return self.chance.choice(("text", 1, 2.5, True, None, [1, "a"], {"k": {"n": [None]}}))

    def _object(self, flat: dict[str, Any], depth: int) -> Any:
        members = flat.get("properties") or {}
        required = list(dict.fromkeys(flat.get("required") or ()))
        others = flat.get("additionalProperties", True)
        patterns = flat.get("patternProperties") or {}
        untyped = others in (True, {}) or others is False
        value: dict[str, Any] = Open() if untyped and not patterns else {}
        fullness = self.fullness if depth <= _DEEP else 0.0
        for name, schema in members.items():
            if name in required or self.chance.random() < fullness:
                self._put(value, name, schema, depth, name in required)
        for name in required:
            if name not in members:
                value[name] = self.value(others if isinstance(others, dict) else {}, depth + 1)
        for pattern, schema in patterns.items():
            if self.chance.random() < fullness:
                self._put(value, self._matching(pattern), schema, depth, False)
        least = int(flat.get("minProperties", 0))
        for name, schema in members.items():
            if name not in value and len(value) < least:
                self._put(value, name, schema, depth, False)
        told = "additionalProperties" in flat and others is not False
        wanted = max(least - len(value), 0) if told or not members else 0
        if told and not wanted and self.chance.random() < fullness:
            wanted = 1 if members else 2
        for name in ("another", "with space", "class", "x-Y.z", "é")[:wanted]:
            if name not in members:
                self._put(value, name, others, depth, False)
        return value

    def _put(self, value: dict[str, Any], name: str, schema: Any, depth: int, needed: bool) -> None:
        try:
            value[name] = self.value(schema, depth + 1)
        except _NoValueError:
            if needed:
                raise

    def _array(self, flat: dict[str, Any], depth: int) -> Any:
        prefix = flat.get("prefixItems") or []
        least = int(flat.get("minItems", 0))
        most = int(flat.get("maxItems", least + 3))
        wanted = least if depth > _DEEP else self.chance.randint(least, min(most, least + 2))
        items = flat.get("items", {})
        found: list[Any] = []
        for index in range(max(wanted, min(len(prefix), most))):
            if index >= len(prefix) and items is False:
                break
            try:
                each = self.value(prefix[index] if index < len(prefix) else items, depth + 1)
            except _NoValueError:
                if index < least:
                    raise
                break
            if not flat.get("uniqueItems") or each not in found:
                found.append(each)
        return found

    def _string(self, flat: dict[str, Any], _: int) -> Any:
        least = int(flat.get("minLength", 0))
        most = int(flat.get("maxLength", max(least, 40)))
        if "pattern" in flat:
            return self._matching(flat["pattern"])
        known = _FORMATS.get(str(flat.get("format")))
        if known is None and flat.get("contentEncoding") == "base64":
            known = _FORMATS["byte"]
        if known is not None:
            return self.chance.choice(known)
        return self.chance.choice(_STRINGS).ljust(least, "x")[:most]

    def _matching(self, pattern: str) -> str:
        try:
            return matching(pattern, Seed(str(self.chance.random())), self.chance.randint(0, 2))
        except PatternError as error:
            raise _NoValueError from error

    def _integer(self, flat: dict[str, Any], _: int) -> Any:
        largest = 2**31 - 1 if flat.get("format") == "int32" else 2**63 - 1
        return int(self._within(flat, [n for n in _INTEGERS if abs(n) <= largest], 1))

    def _number(self, flat: dict[str, Any], _: int) -> Any:
        return self._within(flat, _NUMBERS, 0.25)

    def _within(self, flat: dict[str, Any], edges: Any, step: float) -> Any:
        low = flat.get("minimum", flat.get("exclusiveMinimum"))
        high = flat.get("maximum", flat.get("exclusiveMaximum"))
        multiple = flat.get("multipleOf")
        if multiple is not None:
            start = 0 if low is None else -(-low // multiple)
            return (start + self.chance.choice((0, 1, 2))) * multiple
        wanted = [*edges, *(n + d for n in (low, high) if n is not None for d in (0, step, -step))]
        fitting = [n for n in wanted if (low is None or n >= low) and (high is None or n <= high)]
        if not fitting:
            raise _NoValueError
        return self.chance.choice(fitting)

    def _target(self, reference: str) -> Any:
        found = at(self.document, reference) if reference.startswith("#/") else None
        if found is None:
            raise _NoValueError
        return found

    def flat(self, schema: Any, depth: int) -> tuple[dict[str, Any], dict[str, str]]:
        """One set of keywords for a schema, references followed and alternatives chosen.

        Also the members that tell which alternative it was (OpenAPI 3.1 §4.8.25).
        """
        if schema is False or depth > _DEEPEST * 4:
            raise _NoValueError
        if not isinstance(schema, dict):
            return {}, {}
        flat = {key: value for key, value in schema.items() if key not in _COMBINING}
        tags: dict[str, str] = {}
        guessed: dict[str, str] = {}
        parts: list[Any] = list(schema.get("allOf") or ())
        if isinstance(schema.get("$ref"), str):
            parts.append(self._target(schema["$ref"]))
        for keyword in ("oneOf", "anyOf"):
            if isinstance(schema.get(keyword), list) and schema[keyword]:
                chosen = self.chance.choice(schema[keyword])
                parts.append(chosen)
                told, implied = _tag(schema.get("discriminator"), chosen)
                tags.update(told)
                guessed.update(implied)
        for part in parts:
            inner, told = self.flat(part, depth + 1)
            flat = _merged(inner, flat)
            tags = {**told, **tags}
        fitting = {n: tag for n, tag in guessed.items() if self._allows(flat, n, tag)}
        return flat, {**fitting, **tags}

    def _allows(self, flat: dict[str, Any], name: str, tag: str) -> bool:
        """Whether the member that names an alternative may be called so."""
        declared = (flat.get("properties") or {}).get(name)
        listed = self.flat(declared, 0)[0] if declared is not None else {}
        return tag in listed.get("enum", [tag]) and tag == listed.get("const", tag)


_COMBINING = frozenset({"$ref", "allOf", "oneOf", "anyOf", "discriminator"})


def _tag(discriminator: Any, chosen: Any) -> tuple[dict[str, str], dict[str, str]]:
    """The member that names an alternative: as the mapping says, and as its own name implies."""
    if not isinstance(discriminator, dict) or not isinstance(chosen, dict):
        return {}, {}
    reference = chosen.get("$ref")
    name = discriminator.get("propertyName")
    if not isinstance(reference, str) or not isinstance(name, str):
        return {}, {}
    short = reference.rpartition("/")[2]
    for tag, target in (discriminator.get("mapping") or {}).items():
        if target in (reference, short):
            return {name: Word(tag)}, {}
    return {}, {name: Word(short)}


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    found = {**first, **second}
    if "properties" in first and "properties" in second:
        both = {**first["properties"], **second["properties"]}
        shared = first["properties"].keys() & second["properties"].keys()
        for name in shared:
            parts = [first["properties"][name], second["properties"][name]]
            both[name] = parts[0] if parts[0] == parts[1] else {"allOf": parts}
        found["properties"] = both
    if "required" in first and "required" in second:
        found["required"] = [*first["required"], *second["required"]]
    if "enum" in first and "enum" in second:
        found["enum"] = [value for value in first["enum"] if value in second["enum"]]
    if "type" in first and "type" in second:
        kinds = [
            kind
            for kind in _listed(first["type"])
            if kind in _listed(second["type"]) or (kind == "integer" and second["type"] == "number")
        ]
        found["type"] = kinds or second["type"]
    return found


def _told_apart(value: Any) -> Any:
    """The same, where a discriminator chooses with no word of which alternatives fit besides."""
    if isinstance(value, list):
        return [_told_apart(each) for each in value]
    if not isinstance(value, dict):
        return value
    named = {"oneOf": "anyOf"} if isinstance(value.get("discriminator"), dict) else {}
    return {named.get(key, key): _told_apart(member) for key, member in value.items()}


def _listed(kind: Any) -> list[Any]:
    return kind if isinstance(kind, list) else [kind]


def _implied(flat: Mapping[str, Any]) -> str:
    if flat.keys() & {"properties", "required", "additionalProperties", "patternProperties"}:
        return "object"
    if flat.keys() & {"items", "prefixItems", "minItems", "maxItems"}:
        return "array"
    if flat.keys() & {"format", "pattern", "minLength", "maxLength"}:
        return "string"
    return "number" if flat.keys() & {"minimum", "maximum", "multipleOf"} else ""
