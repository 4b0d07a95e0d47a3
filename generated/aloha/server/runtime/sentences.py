"""What is wrong with a value, in one sentence that names the field and tells no framework."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema_rs import ValidationError

LONGEST_SHOWN = 60
"""Characters of a value that is repeated to the sender; a longer one is not shown."""

FAILURES = {
    "type": "{shown} is not {kinds}",
    "maximum": "{shown} is greater than the maximum of {limit}",
    "minimum": "{shown} is less than the minimum of {limit}",
    "exclusiveMaximum": "{shown} is not less than {limit}",
    "exclusiveMinimum": "{shown} is not greater than {limit}",
    "multipleOf": "{shown} is not a multiple of {multiple_of}",
    "maxLength": "the text is longer than {limit} characters",
    "minLength": "the text is shorter than {limit} characters",
    "maxItems": "there are more than {limit} items",
    "minItems": "there are fewer than {limit} items",
    "uniqueItems": "an item is repeated",
    "maxProperties": "there are more than {limit} members",
    "minProperties": "there are fewer than {limit} members",
    "enum": "{shown} is not one of {choices}",
    "const": "{shown} is not {choices}",
    "format": "{shown} is not a valid {format}",
    "pattern": "{shown} does not match the pattern {pattern}",
}
"""JSON Schema keyword → what its failure is called."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a value is called: `Subject("Query parameter", "limit")`, `Subject("Body field")`."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return self.member([])

    def member(self, path: Sequence[str | int]) -> str:
        """What the member at `path` is called: "Body field `items[0].name`"."""
        if not path and not self.name:
            return "The body"
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        return f"{self.kind} `{(self.name + steps).removeprefix('.')}`"


BODY = Subject("Body field")


def describe(error: ValidationError, subject: Subject) -> str:
    """One sentence for a failed keyword of the value called `subject`."""
    path = list(error.instance_path)
    details = error.kind.as_dict()
    keyword = error.kind.name
    if keyword == "required":
        return f"{subject.member([*path, details['property']])} is required."
    if keyword in {"additionalProperties", "unevaluatedProperties"}:
        unknown = details["unexpected"][0][:LONGEST_SHOWN]
        return f"{subject.member([*path, unknown])} is not known here."
    if keyword == "falseSchema":
        return f"{subject.member(path)} must not be sent."
    if keyword == "propertyNames":
        return f"{subject.member(path)} has a key that is not allowed."
    return f"{subject.member(path)}: {_failure(keyword, details, error.instance)}."


def _failure(keyword: str, details: dict[str, Any], value: Any) -> str:
    facts = {**details, "shown": _shown(value)}
    if keyword == "type":
        facts["kinds"] = _kinds(details["types"])
    elif keyword == "enum":
        facts["choices"] = ", ".join(json.dumps(option) for option in details["options"])
    elif keyword == "const":
        facts["choices"] = json.dumps(details["expected_value"])
    fallback = "{message}" if "message" in details else "{shown} does not fit what is documented"
    return FAILURES.get(keyword, fallback).format_map(facts)


def _kinds(types: list[str]) -> str:
    articles = {"array": "an array", "integer": "an integer", "object": "an object", "null": "null"}
    return " or ".join(articles.get(name, f"a {name}") for name in types)


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "the value"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else "the value"
