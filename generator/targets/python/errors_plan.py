"""The error classes of a package: those of statuses, and one for each documented code."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from generator.model import Api
from generator.targets.error_codes import ErrorWords, error_codes
from generator.targets.naming import Naming
from generator.targets.python.runtime import errors as runtime_errors
from generator.targets.python.runtime.errors import STATUS_ERRORS
from generator.targets.python_source import class_name, docstring, quoted

STANDARD = tuple(
    name
    for name, value in vars(runtime_errors).items()
    if isinstance(value, type) and issubclass(value, runtime_errors.APIError)
)


class CodeError(Struct, frozen=True):
    """The class of one error code."""

    name: str
    parent: str
    status: int
    code: str
    doc: str

    @property
    def key(self) -> str:
        """The status and the code, as an expression."""
        return f"({self.status}, {quoted(self.code)})"


def status_error_name(status: str) -> str:
    """The class for a status, a range of statuses, or `default`."""
    if status.isdigit():
        known = STATUS_ERRORS.get(int(status))
        if known is not None:
            return known.__name__
    return "InternalServerError" if status.startswith("5") else "APIStatusError"


def code_errors(api: Api, naming: Naming) -> list[CodeError]:
    """One class a documented code and status, in the order of statuses, then of the text."""
    words = ErrorWords(lambda code: class_name(code, fallback="Code"), status_error_name, STANDARD)
    return [
        CodeError(
            each.name,
            status_error_name(each.status),
            int(each.status),
            each.code,
            docstring(f"{each.status} `{each.code}`: {each.when}", 4),
        )
        for each in error_codes(api, naming, words)
    ]


def code_names(errors: list[CodeError]) -> Mapping[tuple[str, str], str]:
    """The class names, by status and code."""
    return {(str(error.status), error.code): error.name for error in errors}
