"""Bytes → text: encodings, byte order marks and characters that no YAML or JSON may hold."""

from __future__ import annotations

import codecs
import re
from typing import Final

from generator.document.finding import Finding, Position, Severity, position_at

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# YAML 1.2.2 §5.2: without a mark, the zero bytes around the first character tell the encoding.
_ZEROS: Final = (
    (re.compile(rb"\0\0\0[^\0]"), "utf-32-be"),
    (re.compile(rb"[^\0]\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0[^\0]"), "utf-16-be"),
    (re.compile(rb"[^\0]\0"), "utf-16-le"),
)
# What YAML 1.2.2 §5.1 does not call printable, and the byte order mark.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)
_PRINTABLE_ASCII: Final = bytes((*b"\t\n\r", *range(0x20, 0x7F)))


def decode(data: bytes, file: str) -> tuple[str, list[Finding]]:
    """The text of a file, and what is wrong with its bytes.

    What cannot be read is replaced by U+FFFD, so that the rest of the file can be looked at.
    """
    findings: list[Finding] = []
    encoding, mark = _encoding(data)
    if mark or encoding != "utf-8":
        found = "begins with a byte order mark" if encoding == "utf-8" else f"is {encoding.upper()}"
        findings.append(
            Finding(
                "YML-002",
                position_at(file, 1, 1),
                f"The file {found}; save it as UTF-8 without a byte order mark, "
                "which is what every tool can read.",
                severity=Severity.WARNING,
            )
        )
    body = data[mark:]
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        wrong = body[error.start : error.start + 1].hex().upper()
        findings.append(
            Finding(
                "YML-001",
                _place(before, len(before), file),
                f"The byte 0x{wrong} is not valid {encoding.upper()}; save the file as UTF-8.",
            )
        )
        text = body.decode(encoding, "replace")
    if encoding == "utf-8" and not findings and _is_printable(data):
        return text, findings
    return _without_unprintable(text, file, findings), findings


def _is_printable(data: bytes) -> bool:
    """Whether all of a text in UTF-8 is printable; only what is no ASCII is looked at closely."""
    return _UNPRINTABLE.search(data.translate(None, _PRINTABLE_ASCII).decode()) is None


def _encoding(data: bytes) -> tuple[str, int]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    for pattern, encoding in _ZEROS:
        if pattern.match(data):
            return encoding, 0
    return "utf-8", 0


def _without_unprintable(text: str, file: str, findings: list[Finding]) -> str:
    for match in _UNPRINTABLE.finditer(text):
        findings.append(
            Finding(
                "YML-003",
                _place(text, match.start(), file),
                f"The control character U+{ord(match.group()):04X} may not be written in a "
                "document; remove it, or escape it in a double-quoted string.",
            )
        )
    return _UNPRINTABLE.sub("\ufffd", text) if findings else text


def _place(text: str, offset: int, file: str) -> Position:
    line = text.count("\n", 0, offset) + 1
    return position_at(file, line, offset - text.rfind("\n", 0, offset))
