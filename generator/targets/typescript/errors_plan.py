"""The error classes of a package: those of statuses, and one for each documented code."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec import Struct

from generator.model import Api, Operation, Response
from generator.published import thing
from generator.targets.naming import Naming, Wanted
from generator.targets.typescript.runtime_files import RUNTIME
from generator.targets.typescript.source import class_name, comment, quoted

_CLASS = re.compile(r"^export class (\w+)", re.MULTILINE)
_TEXT = (RUNTIME / "errors.ts").read_text("utf-8")
STANDARD = tuple(_CLASS.findall(_TEXT))
"""The classes of the runtime, from the one that all others extend on."""
SIGN_IN = tuple(_CLASS.findall((RUNTIME / "oauth-errors.ts").read_text("utf-8")))
"""The classes of what goes wrong when a user signs in."""
_STATUS_ERRORS: Mapping[int, str] = {
    int(status): name for status, name in re.findall(r"^  (\d{3}): (\w+),", _TEXT, re.MULTILINE)
}


class CodeError(Struct, frozen=True):
    """The class of one error code; `key` is its status and code."""

    name: str
    parent: str
    doc: str
    key: str
    quoted_name: str


def status_error(status: str) -> str:
    """The class for a status, a range of statuses, or `default`."""
    if status.isdigit() and int(status) in _STATUS_ERRORS:
        return _STATUS_ERRORS[int(status)]
    return "InternalServerError" if status.startswith("5") else "APIStatusError"


def code_errors(
    api: Api, naming: Naming, reserved: Collection[str]
) -> dict[tuple[str, str], CodeError]:
    """One class a documented status and code, in the order of statuses, then of the text."""
    told: dict[tuple[str, str], str] = {}
    for operation in api.operations:
        for response in operation.responses:
            if response.status.isdigit() and response.is_error:
                for code, when in response.error_codes.items():
                    told.setdefault((response.status, code), when)
    listed = sorted(told.items(), key=lambda item: item[0][0])
    listed = [(error, when) for error, when in listed if _name(*error) not in STANDARD]
    names = naming.distinct([_wanted(*error) for error, _ in listed], {*STANDARD, *reserved})
    return {
        (status, code): CodeError(
            name,
            status_error(status),
            comment(f"{status} `{code}`: {when}"),
            f"{status} {code}",
            quoted(name),
        )
        for name, ((status, code), when) in zip(names, listed, strict=True)
    }


def _wanted(status: str, code: str) -> Wanted:
    fallback = f"{_stem(code)}{status}Error"
    return Wanted(thing("error", status, code), _name(status, code), fallback)


def _name(status: str, code: str) -> str:
    """What the class of a code is called; a code that says its status alone has that of it."""
    name = f"{_stem(code)}Error"
    if name not in STANDARD or status_error(status) == name:
        return name
    return f"{_stem(code)}CodeError"


def _stem(code: str) -> str:
    return class_name(code, (), "Code").removesuffix("Error")


def thrown_errors(
    operation: Operation, errors: Mapping[tuple[str, str], CodeError]
) -> dict[str, str]:
    """What an operation throws: class → when."""
    found: dict[str, str] = {}
    for response in _error_responses(operation):
        found.setdefault(status_error(response.status), response.description)
        codes = response.error_codes if len(response.error_codes) > 1 else {}
        for code, when in codes.items():
            error = errors.get((response.status, code))
            if error is not None:
                found.setdefault(error.name, when)
    return found


def _error_responses(operation: Operation) -> list[Response]:
    found = [each for each in operation.responses if each.is_error]
    return sorted(found, key=lambda response: response.status)
