"""The error classes of a package: those of statuses, and one for each documented code."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from generator.model import Api
from generator.published import thing
from generator.targets.naming import Naming, Wanted
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
    told: dict[tuple[str, str], str] = {}
    for operation in api.operations:
        for response in operation.responses:
            if response.status.isdigit() and response.is_error:
                for code, when in response.error_codes.items():
                    told.setdefault((response.status, code), when)
    listed = sorted(told.items(), key=lambda item: item[0][0])
    listed = [(error, when) for error, when in listed if _name(*error) not in STANDARD]
    names = naming.distinct([_wanted(*error) for error, _ in listed], STANDARD)
    return [
        CodeError(
            name,
            status_error_name(status),
            int(status),
            code,
            docstring(f"{status} `{code}`: {when}", 4),
        )
        for name, ((status, code), when) in zip(names, listed, strict=True)
    ]


def _wanted(status: str, code: str) -> Wanted:
    fallback = f"{_stem(code)}{status}Error"
    return Wanted(thing("error", status, code), _name(status, code), fallback)


def _name(status: str, code: str) -> str:
    """What the class of a code is called; a code that says its status alone has that of it."""
    name = f"{_stem(code)}Error"
    if name not in STANDARD or status_error_name(status) == name:
        return name
    return f"{_stem(code)}CodeError"


def _stem(code: str) -> str:
    return class_name(code, fallback="Code").removesuffix("Error")


def code_names(errors: list[CodeError]) -> Mapping[tuple[str, str], str]:
    """The class names, by status and code."""
    return {(str(error.status), error.code): error.name for error in errors}
