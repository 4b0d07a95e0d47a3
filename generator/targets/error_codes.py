"""The error codes that a contract documents, and what the class of each is called."""

from __future__ import annotations

from collections.abc import Callable, Collection

from msgspec import Struct

from generator.model import Api
from generator.published import thing
from generator.targets.naming import Naming, Wanted


class ErrorCode(Struct, frozen=True):
    """A code that answers of one status have, when they do, and the name of its class."""

    status: str
    code: str
    when: str
    name: str


class ErrorWords(Struct, frozen=True):
    """The names of one language: a class's from text, that of a status, and its runtime's own."""

    class_name: Callable[[str], str]
    status_error: Callable[[str], str]
    standard: Collection[str]


def error_codes(
    api: Api, naming: Naming, words: ErrorWords, reserved: Collection[str] = ()
) -> list[ErrorCode]:
    """Every documented status and code that needs a class, by status, then as in the document.

    A code that says its status alone has the class of that.
    """
    told: dict[tuple[str, str], str] = {}
    for operation in api.operations:
        for response in operation.responses:
            if response.status.isdigit() and response.is_error:
                for code, when in response.error_codes.items():
                    told.setdefault((response.status, code), when)
    listed = [
        (status, code, when, name)
        for (status, code), when in sorted(told.items(), key=lambda item: item[0][0])
        if (name := _name(words, status, code)) not in words.standard
    ]
    wanted = [
        Wanted(thing("error", status, code), name, f"{_stem(words, code)}{status}Error")
        for status, code, _, name in listed
    ]
    names = naming.distinct(wanted, {*words.standard, *reserved})
    return [
        ErrorCode(status, code, when, name)
        for name, (status, code, when, _) in zip(names, listed, strict=True)
    ]


def _name(words: ErrorWords, status: str, code: str) -> str:
    name = f"{_stem(words, code)}Error"
    if name not in words.standard or words.status_error(status) == name:
        return name
    return f"{_stem(words, code)}CodeError"


def _stem(words: ErrorWords, code: str) -> str:
    return words.class_name(code).removesuffix("Error")
