"""The docstrings of a method: summary, description, arguments, value, errors, example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from generator.model import Operation
from generator.targets.python.answers_plan import error_responses
from generator.targets.python.arguments_plan import Argument, wire_names
from generator.targets.python.errors_plan import status_error_name
from generator.targets.python.names import renamed
from generator.targets.python_source import docstring


def method_docstrings(
    operation: Operation,
    taken: Sequence[Argument],
    returned: str,
    raised: Mapping[str, str],
    examples: Mapping[bool, Iterable[str]],
) -> dict[bool, str]:
    """The docstring with each of the examples, for a body indented by eight spaces.

    `returned` may be empty; `raised` are errors by class.
    """
    parts = [f"{operation.summary.strip().rstrip('.') or operation.id}."]
    if operation.description:
        parts.append(renamed(operation.description, wire_names(taken)))
    if taken:
        told = [_entry(each.name, each.description) for each in taken]
        parts.append("\n".join(["Args:", *told]))
    if returned:
        parts.append(f"Returns:\n    {' '.join(returned.split())}")
    if raised:
        parts.append("\n".join(["Raises:", *(_entry(*each) for each in raised.items())]))
    parts.append("Example:")
    text = "\n\n".join(parts)
    return {
        awaited: docstring(text, 8, [f"    {line}" for line in example])
        for awaited, example in examples.items()
    }


def raised_errors(operation: Operation, errors: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """What an operation raises: class → when. `errors` are those of codes, by status and code."""
    found: dict[str, str] = {}
    for response in error_responses(operation):
        found.setdefault(status_error_name(response.status), response.description)
        codes = response.error_codes if len(response.error_codes) > 1 else {}
        for code, when in codes.items():
            name = errors.get((response.status, code))
            if name:
                found.setdefault(name, when)
    return found


def _entry(name: str, description: str) -> str:
    return f"    {name}: {' '.join(description.split()) or 'As the API documents it.'}"
