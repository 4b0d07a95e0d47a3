"""The plan of `errors.py`: one exception a documented error code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.model import Api
from generator.targets.python_source import class_name, docstring, quoted

HOUSE_CODES = {
    "400": "invalid_request",
    "401": "unauthorized",
    "403": "forbidden",
    "404": "not_found",
    "409": "conflict",
    "422": "unprocessable",
    "429": "rate_limited",
    "500": "internal_error",
}
"""The code of a status for which a contract lists none."""

RESERVED = frozenset({"ApiError", "Mapping"})


@dataclass(frozen=True, slots=True)
class ErrorPlan:
    """An exception: `status` and `wire` as documented, `code` the latter as Python source."""

    name: str
    status: str
    wire: str
    code: str
    docstring: str


def plan_errors(api: Api) -> tuple[ErrorPlan, ...]:
    """An exception for each pair of status and code, in the order of the text."""
    found: dict[tuple[str, str], str] = {}
    for status, code, when in _documented(api):
        found.setdefault((status, code), when)
    taken: set[str] = set()
    plans = []
    for (status, code), when in sorted(found.items(), key=lambda item: item[0][0]):
        name = class_name(code.lower(), RESERVED, "Error")
        name = name if name not in taken else f"{name}{status}"
        taken.add(name)
        text = f"{status} `{code}`: {when}" if when else f"{status} `{code}`."
        plans.append(ErrorPlan(name, status, code, quoted(code), docstring(text, 4)))
    return tuple(plans)


def _documented(api: Api) -> Iterator[tuple[str, str, str]]:
    for operation in api.operations:
        for response in operation.responses:
            if not response.is_error or not response.status.isdigit():
                continue
            codes = response.error_codes or {HOUSE_CODES.get(response.status, ""): ""}
            for code, when in codes.items():
                if code:
                    yield response.status, code, when
