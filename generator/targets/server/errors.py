"""The plan of `errors.py`: one exception a documented error code."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from generator.model import Api
from generator.published import thing
from generator.targets.naming import Naming, Wanted
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


class ErrorPlan(Struct, frozen=True):
    """An exception: `status` and `wire` as documented, `code` the latter as Python source."""

    name: str
    status: str
    wire: str
    code: str
    docstring: str


def plan_errors(api: Api, naming: Naming) -> tuple[ErrorPlan, ...]:
    """An exception for each pair of status and code, in the order of the text."""
    found: dict[tuple[str, str], str] = {}
    for status, code, when in _documented(api):
        found.setdefault((status, code), when)
    listed = sorted(found.items(), key=lambda item: item[0][0])
    names = naming.distinct([_wanted(*error) for error, _ in listed], RESERVED)
    return tuple(
        ErrorPlan(name, status, code, quoted(code), docstring(_told(status, code, when), 4))
        for name, ((status, code), when) in zip(names, listed, strict=True)
    )


def _wanted(status: str, code: str) -> Wanted:
    name = class_name(code.lower(), RESERVED, "Error")
    return Wanted(thing("error", status, code), name, f"{name}{status}")


def _told(status: str, code: str, when: str) -> str:
    return f"{status} `{code}`: {when}" if when else f"{status} `{code}`."


def _documented(api: Api) -> Iterator[tuple[str, str, str]]:
    for operation in api.operations:
        for response in operation.responses:
            if not response.is_error or not response.status.isdigit():
                continue
            codes = response.error_codes or {HOUSE_CODES.get(response.status, ""): ""}
            for code, when in codes.items():
                if code:
                    yield response.status, code, when
