"""The error classes of a package: those of statuses, and one for each documented code."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec import Struct

from generator.model import Api, Operation, Response
from generator.targets.error_codes import ErrorWords, error_codes
from generator.targets.naming import Naming
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
    words = ErrorWords(lambda code: class_name(code, (), "Code"), status_error, STANDARD)
    return {
        (each.status, each.code): CodeError(
            each.name,
            status_error(each.status),
            comment(f"{each.status} `{each.code}`: {each.when}"),
            f"{each.status} {each.code}",
            quoted(each.name),
        )
        for each in error_codes(api, naming, words, reserved)
    }


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
