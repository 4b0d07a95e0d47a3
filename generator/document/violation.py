"""JSON Schema errors → where a value is wrong, and one sentence that says why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from generator.document.node import join_pointer, split_pointer
from generator.document.suggestion import suggestion

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_TYPES: Final = {
    "array": "an array",
    "integer": "an integer",
    "object": "an object",
    "null": "null",
    "boolean": "a boolean",
    "number": "a number",
    "string": "a string",
}
_LONGEST: Final = 200
"""How long a message of the validator may be, in characters."""
_ENGINE_FAILURES: Final = ("regexEngineFailure", "backtrackLimitExceeded")


class Violation(NamedTuple):
    """`pointer` is relative to the value that was validated; `keyword` is the schema's."""

    pointer: str
    keyword: str
    message: str
    schema_path: tuple[str | int, ...]
    property: str = ""
    options: tuple[Any, ...] = ()


def violations(errors: Iterable[ValidationError]) -> Iterator[Violation]:
    """The errors of a validation, each alternative's errors in place of "none of them matches".

    Of the branches of `anyOf` and `oneOf` it is the one that the value comes nearest to.
    """
    for error in errors:
        keyword = error.kind.name
        if keyword in _ENGINE_FAILURES:
            continue
        if keyword in ("anyOf", "oneOf") and hasattr(error.kind, "context"):
            yield from _alternatives(error)
        else:
            yield _violation(error)


def _alternatives(error: ValidationError) -> Iterator[Violation]:
    here = _pointer(error)
    kind: Any = error.kind
    branches = [list(violations(branch)) for branch in kind.context]
    branches = [branch for branch in branches if branch]
    lacking = [_only_lacks(branch, here) for branch in branches]
    if len(branches) > 1 and all(lacking):
        names = " or ".join(f"'{name}'" for name in dict.fromkeys(lacking))
        yield Violation(here, "required", f"One of {names} is needed.", tuple(error.schema_path))
        return
    branches = [branch for branch in branches if _only_lacks(branch, here) != "$ref"] or branches
    tags = [_wrong_tag(branch, here) for branch in branches]
    if len(branches) > 1 and all(tag and tags[0] and tag[0] == tags[0][0] for tag in tags):
        yield _merged([tag for tag in tags if tag], error)
        return
    meant = [branch for branch, tag in zip(branches, tags, strict=True) if not tag] or branches
    if len(meant) > 1 and all(_is_type(branch, here) for branch in meant):
        expected = [branch[0].message.rpartition(" is not ")[2].rstrip(".") for branch in meant]
        message = f"{show(error.instance)} is not {' or '.join(dict.fromkeys(expected))}."
        yield Violation(here, "type", message, tuple(error.schema_path))
    elif meant:
        yield from max(meant, key=lambda branch: (_depth(branch), -len(branch)))
    else:
        yield _violation(error)


def _wrong_tag(branch: list[Violation], here: str) -> Violation | None:
    """The error of a member that says which alternative a value is, where it says another."""
    inside = (violation for violation in branch if violation.keyword in ("enum", "const"))
    return next((one for one in inside if one.pointer.rpartition("/")[0] == here), None)


def _merged(tags: list[Violation], error: ValidationError) -> Violation:
    options = tuple(dict.fromkeys(str(option) for tag in tags for option in tag.options))
    pointer = tags[0].pointer
    instance: Any = error.instance
    value = instance.get(split_pointer(pointer)[-1])
    message = f"{show(value)} is not {_one_of(list(options), value)}"
    return Violation(pointer, "enum", message, tuple(error.schema_path), options=options)


def _only_lacks(branch: list[Violation], here: str) -> str:
    if len(branch) == 1 and branch[0].keyword == "required" and branch[0].pointer == here:
        return branch[0].property
    return ""


def _is_type(branch: list[Violation], here: str) -> bool:
    return len(branch) == 1 and branch[0].keyword == "type" and branch[0].pointer == here


def _depth(branch: list[Violation]) -> int:
    return max(violation.pointer.count("/") for violation in branch)


def _pointer(error: ValidationError) -> str:
    return join_pointer("", *error.instance_path)


def _violation(error: ValidationError) -> Violation:
    kind: Any = error.kind
    keyword = kind.name
    pointer, path = _pointer(error), tuple(error.schema_path)
    name, options = "", list[Any]()
    match keyword:
        case "required":
            name = str(kind.property)
            message = f"'{name}' is missing."
        case "type":
            wanted = " or ".join(_TYPES.get(name, name) for name in kind.types)
            message = f"{show(error.instance)} is not {wanted}."
        case "enum":
            options = kind.options if isinstance(kind.options, list) else [kind.options]
            message = f"{show(error.instance)} is not {_one_of(options, error.instance)}"
        case "const":
            options = [kind.expected_value]
            message = f"{show(error.instance)} is not {show(kind.expected_value)}."
        case "unevaluatedProperties" | "additionalProperties":
            options = list(kind.unexpected)
            message = f"{', '.join(show(one) for one in options)} is not known here."
        case "not":
            message = _forbidden(kind.schema, error.instance)
        case "oneOf":
            message = f"{show(error.instance)} fits several alternatives, and may fit only one."
        case "pattern":
            message = f"{show(error.instance)} does not match the pattern {kind.pattern}"
        case "format":
            message = f"{show(error.instance)} is not a valid {kind.format}."
        case "propertyNames":
            message = _sentence(str(kind.error).splitlines()[0])
        case _:
            message = _sentence(_shortened(error.message, error.instance))
    return Violation(pointer, keyword, message, path, name, tuple(options))


def _forbidden(schema: Any, value: Any) -> str:
    names = schema.get("required") if isinstance(schema, dict) else None
    if not isinstance(names, list) or len(schema) > 1:
        return f"{show(value)} is not allowed here."
    listed = " and ".join(f"'{name}'" for name in names)
    return f"{listed} cannot be given {'together' if len(names) > 1 else 'here'}."


def _one_of(options: list[Any], value: Any) -> str:
    shown = [show(option) for option in options[:8]]
    listed = shown[0] if len(options) == 1 else f"one of {', '.join(shown)}"
    listed += f" or {len(options) - 8} more" if len(options) > 8 else ""
    if isinstance(value, str):
        return f"{listed}.{suggestion(value, [o for o in options if isinstance(o, str)])}"
    return listed + "."


def show(value: Any) -> str:
    """A value as a sentence mentions it, in at most 60 characters."""
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."


def _shortened(text: str, value: Any) -> str:
    """A long message with the value in it shown in brief, so that its reason is not cut off."""
    if len(text) <= _LONGEST:
        return text
    # As the validator writes values.
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace(written, show(value))


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        half = _LONGEST // 2
        text = f"{text[: half - 3]}...{text[-half:]}"
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."
