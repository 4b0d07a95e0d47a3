"""A value made from a schema is valid against it, and the same everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.stub.seed import Seed
from generator.stub.validity import Validity
from generator.stub.values import NoValueError, Values
from generator.targets.server.runtime.document import Document, Location


def made(schema: Any, seed: str = "seed", *, examples: bool = True) -> Any:
    document = Document({"s": schema})
    values = Values(document, Validity(document))
    return values.make(Location(schema, "/s"), Seed(seed), examples=examples)


SELF = {"$ref": "#/s"}
SCHEMAS: dict[str, Any] = {
    "anything": True,
    "nothing said": {},
    "const": {"const": {"a": [1]}},
    "enum": {"type": "string", "enum": ["x", "y"]},
    "null in front": {"type": ["null", "integer"]},
    "bounds": {"type": "integer", "minimum": 7, "exclusiveMaximum": 9},
    "negative": {"type": "integer", "maximum": -5},
    "between whole numbers": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "cents": {"type": "number", "multipleOf": 0.01, "exclusiveMinimum": 0, "maximum": 1},
    "large multiples": {"type": "integer", "multipleOf": 1e6, "minimum": 1},
    "length": {"type": "string", "minLength": 40, "maxLength": 41},
    "short email": {"type": "string", "format": "email", "maxLength": 8},
    "long uri": {"type": "string", "format": "uri", "minLength": 90, "maxLength": 95},
    "timestamp": {"type": "string", "format": "date-time", "pattern": r"^.*\.\d{3}Z$"},
    "prefixed id": {"type": "string", "pattern": "^ctk_[0-9A-Za-z]{4,}$"},
    "pattern and length": {"type": "string", "pattern": "^[a-z]+$", "minLength": 30},
    "look-ahead": {"type": "string", "pattern": "^(?!a)[a-c]{2}$"},
    "letters of any script": {"type": "string", "pattern": r"^\p{L}{3}$"},
    "named group": {"type": "string", "pattern": "^(?<year>[0-9]{4})-x$"},
    "unique": {"type": "array", "items": {"enum": [1, 2, 3]}, "minItems": 3, "uniqueItems": True},
    "unique by chance": {
        "type": "array",
        "items": {"type": "boolean"},
        "minItems": 2,
        "uniqueItems": True,
    },
    "tuple": {"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": False},
    "contains": {"type": "array", "items": {"type": "integer"}, "contains": {"const": 3}},
    "contains twice": {"type": "array", "contains": {"const": 3}, "minContains": 2, "maxItems": 2},
    "all of": {
        "allOf": [
            {"properties": {"a": {"type": "string"}}, "required": ["a", "b"]},
            {"properties": {"a": {"minLength": 30}, "b": {"type": "integer"}}},
        ]
    },
    "one of": {"oneOf": [{"type": "string", "maxLength": 0}, {"type": "integer"}]},
    "branch that another excludes": {
        "oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 5}, {"const": "x"}]
    },
    "a number that is no integer": {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    "not": {"type": "integer", "not": {"multipleOf": 2}},
    "if and then": {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"const": 1}, "b": {"type": "string"}},
        "if": {"properties": {"a": {"const": 1}}},
        "then": {"required": ["b"]},
    },
    "a list of itself": {"type": "object", "properties": {"all": {"type": "array", "items": SELF}}},
    "a tree": {
        "oneOf": [
            {"type": "object", "required": ["l"], "properties": {"l": SELF, "r": SELF}},
            {"type": "string"},
        ]
    },
    "next or null": {
        "type": "object",
        "required": ["next"],
        "properties": {"next": {"anyOf": [SELF, {"type": "null"}]}},
    },
    "all of itself": {"allOf": [SELF, {"type": "integer"}]},
    "a map": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 3},
    "patterned names": {
        "type": "object",
        "patternProperties": {"^x-[a-z]{3}$": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 2,
    },
    "names from a list": {
        "type": "object",
        "propertyNames": {"enum": ["a", "b"]},
        "minProperties": 2,
    },
    "undocumented but required": {"type": "object", "required": ["a"]},
    "dependent": {
        "type": "object",
        "properties": {"a": {"type": "integer"}},
        "dependentRequired": {"a": ["b"]},
    },
    "examples that are wrong": {
        "type": "object",
        "properties": {
            "good": {"type": "string", "examples": ["as shown"]},
            "bad": {"type": "integer", "examples": ["x"]},
        },
    },
    "payload limit": {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "x-payload-limits": [{"fields": ["a"], "maximum": 20, "unit": "characters"}],
    },
}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
@pytest.mark.parametrize("examples", [True, False])
def test_a_value_is_valid(schema: Any, examples: bool) -> None:
    value = made(schema, examples=examples)
    document = Document({"s": schema})
    assert Validity(document).faults(Location(schema, "/s"), value) == []


def test_good_examples_are_kept_beside_bad_ones() -> None:
    value = made(SCHEMAS["examples that are wrong"])
    assert value["good"] == "as shown"
    assert isinstance(value["bad"], int)


def test_the_discriminator_says_which_branch_it_is() -> None:
    schema = {
        "oneOf": [{"$ref": "#/s/$defs/Cat"}],
        "discriminator": {"propertyName": "kind", "mapping": {"miaow": "#/s/$defs/Cat"}},
        "$defs": {"Cat": {"properties": {"kind": {"type": "string"}}, "required": ["kind"]}},
    }
    assert made(schema) == {"kind": "miaow"}


@pytest.mark.parametrize(
    "schema",
    [
        False,
        {"type": "integer", "minimum": 2, "maximum": 1},
        {"type": "object", "required": ["self"], "properties": {"self": SELF}},
        {"type": "array", "items": {"type": "string"}, "minItems": 10_000_000},
        {"type": "array", "items": {"type": "boolean"}, "minItems": 3, "uniqueItems": True},
        {"type": "string", "pattern": "^(x{1000}){1000}$"},
        {"type": "string", "pattern": "^(((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9})b$"},
        {"type": "string", "minLength": 10**12},
        {"type": "string", "pattern": "^a$", "minLength": 2},
        {"type": "array", "contains": True, "minContains": 10**9},
        {"type": "object", "minProperties": 10**9},
    ],
)
def test_where_no_value_is_found_the_search_ends(schema: Any) -> None:
    with pytest.raises(NoValueError):
        made(schema)


def test_the_search_ends_where_every_branch_of_every_branch_fails() -> None:
    branches: Any = False
    definitions = {}
    for depth in range(40):
        name = f"d{depth}"
        definitions[name] = {"anyOf": [branches, {"allOf": [branches, {"type": "null"}]}]}
        branches = {"$ref": f"#/s/$defs/{name}"}
    with pytest.raises(NoValueError):
        made({"$defs": definitions, **branches})


def test_a_catastrophic_pattern_does_not_hang() -> None:
    assert made({"type": "string", "pattern": "^(a+)+(a+)+$", "minLength": 60})


def test_values_do_not_depend_on_the_process() -> None:
    program = "from tests.stub.test_values import *; print([made(s) for s in SCHEMAS.values()])"
    outputs = {
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


TYPES = st.sampled_from(["string", "integer", "number", "boolean", "object", "array", "null"])
NAMES = st.sampled_from(["a", "b", "c"])


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(NAMES, inner, max_size=3)},
        optional={
            "required": st.lists(NAMES, unique=True),
            "additionalProperties": inner,
            "minProperties": st.integers(0, 4),
        },
    )


def _arrays(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("array"), "items": inner},
        optional={
            "minItems": st.integers(0, 4),
            "maxItems": st.integers(4, 6),
            "prefixItems": st.lists(inner, min_size=1, max_size=2),
            "uniqueItems": st.booleans(),
        },
    )


def _combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    listed = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(*(st.fixed_dictionaries({word: listed}) for word in ("anyOf", "oneOf")))


LEAVES = st.one_of(
    st.builds(lambda name: {"type": name}, TYPES),
    st.builds(lambda low, span: {"type": "integer", "minimum": low, "maximum": low + span},
              st.integers(-1000, 1000), st.integers(0, 50)),
    st.builds(lambda low, step: {"type": "number", "minimum": low, "multipleOf": step},
              st.integers(-100, 100), st.sampled_from([0.01, 0.5, 3, 7])),
    st.builds(lambda low, span: {"type": "string", "minLength": low, "maxLength": low + span},
              st.integers(0, 20), st.integers(0, 5)),
    st.builds(lambda name: {"type": "string", "format": name},
              st.sampled_from(["date-time", "date", "time", "uuid", "email", "uri", "ipv4", "ipv6",
                               "hostname", "duration", "json-pointer", "regex"])),
    st.builds(lambda values: {"enum": values}, st.lists(st.integers(), min_size=1, unique=True)),
    st.builds(lambda pattern: {"type": "string", "pattern": pattern},
              st.sampled_from(["^a|b$", r"^\d{3}-[A-F]+$", "x?y*z+", r"^[^\s/]{2,}$"])),
)  # fmt: skip
ANY_SCHEMA = st.recursive(
    LEAVES, lambda inner: st.one_of(_objects(inner), _arrays(inner), _combined(inner)), max_leaves=8
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(ANY_SCHEMA)
def test_a_value_of_any_schema_is_valid_or_there_is_none(schema: Any) -> None:
    try:
        value = made(schema)
    except NoValueError:
        return
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    assert validator.is_valid(value)
    assert made(schema) == value
