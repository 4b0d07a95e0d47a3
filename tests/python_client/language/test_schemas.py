"""Schemas: what JSON becomes in Python, and that it goes back as it came."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx2
import msgspec
import pytest
import yaml

from tests.python_client.language.conftest import Client, MakeClient

ANSWER = """
paths:
  /values:
    post:
      operationId: swapValue
      tags: [values]
      requestBody: {required: true, content: {application/json: {schema: <Value>}}}
      responses: {'200': {description: OK, content: {application/json: {schema: <Value>}}}}
components:
  schemas:
"""
CAT = {"type": "object", "required": ["meows"], "properties": {"meows": {"type": "boolean"}}}
DOG = {"type": "object", "required": ["barks"], "properties": {"barks": {"type": "boolean"}}}
KIND = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
REF = {name: {"$ref": f"#/components/schemas/{name}"} for name in ("Value", "Cat", "Dog", "Other")}
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}

CASES: dict[str, tuple[dict[str, Any], list[Any]]] = {
    "several types": ({"type": ["string", "integer", "null"]}, ["a", 3, None]),
    "const": ({"const": "on"}, ["on"]),
    "const of a number": ({"const": 3}, [3]),
    "mixed enum": ({"enum": ["a", 1, True, None]}, ["a", 1, True, None]),
    "enum in two cases": ({"type": "string", "enum": ["add", "Add", "ADD"]}, ["add", "Add"]),
    "enum of the odd": ({"enum": ["", " ", "1", "é", 'a"b', "class"]}, ["", 'a"b', "unheard"]),
    "free-form": ({"type": "object"}, [{}, {"a": [1, {"b": None}]}]),
    "anything": ({}, [1, "a", None, [{}], {"a": 1}]),
    "true": ({"anyOf": [True, {"type": "string"}]}, [1, "a"]),
    "map": ({"type": "object", "additionalProperties": {"type": "integer"}}, [{}, {"a": 1}]),
    "map of maps": (
        {"additionalProperties": {"additionalProperties": DAY}},
        [{"a": {"b": "2026-01-02"}}],
    ),
    "pattern members": (
        {"type": "object", "patternProperties": {"^x-": {"type": "integer"}}},
        [{"x-a": 1}],
    ),
    "pattern members beside declared ones": (
        {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}},
            "patternProperties": {"^at-": MOMENT},
            "additionalProperties": False,
        },
        [{"id": "1", "at-start": "2026-01-02T03:04:05Z"}],
    ),
    "tuple": (
        {"type": "array", "prefixItems": [DAY, {"type": "integer"}], "items": False},
        [["2026-01-02", 1]],
    ),
    "tuple and more": (
        {"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
        [["a", 1, 2], ["a"]],
    ),
    "open tuple": ({"prefixItems": [{"type": "string"}]}, [["a", {"b": 1}]]),
    "list of lists": (
        {"type": "array", "items": {"type": "array", "items": MOMENT}},
        [[["2026-01-02T03:04:05Z"]]],
    ),
    "allOf": (
        {"allOf": [REF["Cat"], {"type": "object", "properties": {"since": DAY}}]},
        [{"meows": True, "since": "2026-01-02"}, {"meows": False}],
    ),
    "allOf of one and a description": (
        {"allOf": [REF["Cat"]], "description": "A cat.", "nullable": True},
        [{"meows": True}],
    ),
    "oneOf": ({"oneOf": [REF["Cat"], REF["Dog"]]}, [{"meows": True}, {"barks": False}]),
    "anyOf with null": ({"anyOf": [REF["Cat"], {"type": "null"}]}, [{"meows": True}, None]),
    "oneOf of plain kinds": (
        {"oneOf": [{"type": "string"}, {"type": "array", "items": REF["Cat"]}]},
        ["a", [{"meows": True}]],
    ),
    "oneOf of texts": ({"oneOf": [MOMENT, {"type": "string"}]}, ["2026-01-02T03:04:05Z", "soon"]),
    "discriminator": (
        {
            "oneOf": [
                {
                    "allOf": [
                        KIND,
                        {"properties": {"kind": {"const": "cat"}, "lives": {"type": "integer"}}},
                    ]
                },
                {"allOf": [KIND, {"properties": {"kind": {"const": "dog"}, "born": DAY}}]},
            ],
            "discriminator": {"propertyName": "kind"},
        },
        [{"kind": "cat", "lives": 9}, {"kind": "dog", "born": "2026-01-02"}],
    ),
    "recursive": (
        {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "inner": {"type": "array", "items": REF["Value"]},
            },
        },
        [{"name": "a", "inner": [{"name": "b", "inner": []}, {}]}],
    ),
    "mutually recursive": (
        {"type": "object", "properties": {"other": REF["Other"]}},
        [{"other": {"value": {"other": {}}}}],
    ),
    "recursive map": ({"type": "object", "additionalProperties": REF["Value"]}, [{"a": {"b": {}}}]),
    "own definitions": (
        {
            "type": "object",
            "properties": {"at": {"$ref": "#/components/schemas/Value/$defs/Day"}},
            "$defs": {"Day": DAY},
        },
        [{"at": "2026-01-02"}],
    ),
    "an anchor": (
        {
            "type": "object",
            "properties": {"at": {"$ref": "#day"}},
            "$defs": {"d": {"$anchor": "day", **DAY}},
        },
        [{"at": "2026-01-02"}],
    ),
    "names": (
        {
            "type": "object",
            "required": ["class", "1st", "größe", "a-b", "a_b", "self", "None", "__init__", ""],
            "properties": {
                name: {"type": "integer"}
                for name in (
                    "class",
                    "1st",
                    "größe",
                    "a-b",
                    "a_b",
                    "self",
                    "None",
                    "__init__",
                    "",
                    "日本",
                    "$x",
                )
            },
        },
        [
            {
                "class": 1,
                "1st": 2,
                "größe": 3,
                "a-b": 4,
                "a_b": 5,
                "self": 6,
                "None": 7,
                "__init__": 8,
                "": 9,
                "日本": 10,
                "$x": 11,
            }
        ],
    ),
    "members that are types": (
        {
            "type": "object",
            "properties": {
                n: {"type": "string"} for n in ("str", "list", "dict", "int", "dt", "Any")
            },
        },
        [{"str": "a", "list": "b", "dict": "c", "int": "d", "dt": "e", "Any": "f"}],
    ),
}


def client(sample: MakeClient, schema: dict[str, Any], openapi: str = "3.1.0") -> Client:
    other = {"type": "object", "properties": {"value": REF["Value"]}}
    schemas = {"Value": schema, "Cat": CAT, "Dog": DOG, "Other": other}
    written = yaml.safe_dump(schemas, allow_unicode=True, sort_keys=False)
    return sample(ANSWER + "".join(f"    {line}\n" for line in written.splitlines()), openapi)


@pytest.mark.parametrize("case", CASES)
def test_values_go_back_as_they_came(sample: MakeClient, case: str) -> None:
    schema, values = CASES[case]
    made = client(sample, schema)
    for wire in values:
        got = made.answers(answer(wire)).values.with_raw_response.swap(**_given(made, wire))
        value = got.parse()
        assert not isinstance(value, made.package.Unknown)
        made.answers(answer(wire)).values.swap(**_again(made, value))
        assert msgspec.json.decode(made.sent.content) == wire


def answer(wire: Any) -> httpx2.Response:
    return httpx2.Response(200, content=msgspec.json.encode(wire))


def _given(made: Client, wire: Any) -> dict[str, Any]:
    """Arguments of a first call, which sends anything that may be sent."""
    names = _arguments(made)
    return {"body": wire} if names == ["body"] else dict.fromkeys(names, made.package.UNSET)


def _again(made: Client, value: Any) -> dict[str, Any]:
    if _arguments(made) == ["body"]:
        return {"body": value}
    fields = {each.encode_name: each.name for each in msgspec.structs.fields(value)}
    members = made.package.resources.values._SWAP.body.members
    return {name: getattr(value, fields[wire]) for name, wire in members.items()}


def _arguments(made: Client) -> list[str]:
    found = made.package.resources.values.Values.swap.__annotations__
    return [name for name in found if name not in {"options", "return"}]


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        ({"type": "string", "nullable": True}, ["a", None]),
        ({"nullable": True, "allOf": [REF["Cat"]]}, [{"meows": True}, None]),
        ({"type": "integer", "exclusiveMinimum": True, "minimum": 3, "nullable": True}, [4, None]),
        ({"type": "string", "enum": ["a", None], "nullable": True}, ["a", None]),
    ],
)
def test_what_3_0_says_may_be_null(
    sample: MakeClient, schema: dict[str, Any], values: list[Any]
) -> None:
    made = client(sample, schema, openapi="3.0.3")
    for wire in values:
        value = (
            made.answers(answer(wire)).values.with_raw_response.swap(**_given(made, wire)).parse()
        )
        assert (value is None) == (wire is None)
        made.answers(answer(wire)).values.swap(**_again(made, value))
        assert msgspec.json.decode(made.sent.content) == wire


def test_what_is_typed_is_more_than_json(sample: MakeClient) -> None:
    days = client(sample, CASES["tuple"][0])
    first, second = days.answers(answer(["2026-01-02", 1])).values.swap(body=[])
    assert (first, second) == (dt.date(2026, 1, 2), 1)
