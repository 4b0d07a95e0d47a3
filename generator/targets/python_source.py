"""Text of a document as Python source: the only way that it gets there.

Whatever a string holds, the literal, docstring or identifier made from it is valid Python and
cannot end early.
"""

from __future__ import annotations

import builtins
import keyword
import math
import re
import unicodedata
from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Any

from generator.model.words import pascal, snake
from generator.published import Published
from generator.targets.filling import filled
from generator.targets.naming import Naming

WIDTH = 100
KEYWORDS = frozenset(keyword.kwlist)
BUILTIN_TYPES = frozenset(
    name for name in dir(builtins) if name.islower() and isinstance(getattr(builtins, name), type)
)

_PLUS = re.compile(r"^\+(?=\d)")
_MINUS = re.compile(r"^-(?=\d)")
_MARKED = re.compile(r"\s*([-*+|>#]|\d+[.)]|```)")
_LISTED = re.compile(r"\s*([-*+|>#]|\d+[.)]|```|    )")
_BLANK = re.compile(r"\n +\n")
_BETWEEN_BLOCKS = re.compile(r"\n\s*\n")
# Those among them that turn text around make code look like what it is not (CVE-2021-42574).
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def literal(value: Any) -> str:
    """JSON data as a Python expression."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{literal(k)}: {literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(literal, value)) + "]"
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return quoted(value) if isinstance(value, str) else repr(value)


@lru_cache(maxsize=8192)
def quoted(text: str) -> str:
    """A string as a Python literal in double quotes, all that does not print escaped."""
    inner = repr('"' + text)[2:-1].replace("\\'", "'")
    return '"' + inner.replace('"', '\\"') + '"'


def tuple_of(items: Iterable[str]) -> str:
    """Expressions as a tuple; no comma at its end but where it needs one."""
    listed = list(items)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})"


def docstring(text: str, indent: int, code: Iterable[str] = ()) -> str:
    """Text as a docstring, wrapped to `WIDTH`, for a body indented by `indent` spaces.

    Lines of `code` follow as they stand, directly after the last line of the text.
    """
    quotes = 3
    lines = _wrapped(text, WIDTH - indent - quotes) or ("…",)
    if len(lines) == 1:
        lines = _wrapped(lines[0], WIDTH - indent - 2 * quotes - 1)
    lines = (*lines, *code)
    margin = "\n" + " " * indent
    if len(lines) == 1:
        return f'"""{_ended(lines[0])}"""'
    body = margin.join(map(_escaped, lines)).replace(margin + "\n", "\n\n")
    body = _BLANK.sub("\n\n", body)
    return f'"""{body}{margin}"""'


def phrase(text: str) -> str:
    """Text as a part of a sentence in a docstring, which goes on after it."""
    return _escaped(" ".join(text.split()))


def identifier(text: str, reserved: Container[str] = (), fallback: str = "value") -> str:
    """A snake_case identifier close to `text`, neither a keyword nor `reserved`."""
    name = _snake(text) or fallback
    if name[0].isdigit():
        name = f"{fallback}_{name}"
    return name + "_" if name in KEYWORDS or name in reserved else name


def class_name(text: str, reserved: Container[str] = (), fallback: str = "Type") -> str:
    """A PascalCase identifier close to `text`, neither a keyword nor `reserved`."""
    name = _letters(pascal(text)) or fallback
    if name[0].isdigit():
        name = fallback + name
    return name + "_" if name in KEYWORDS or name in reserved else name


def python_naming(published: Published) -> Naming:
    """How things are named in Python."""
    return Naming(published, _numbered, _is_name)


def _numbered(name: str, number: int) -> str:
    return f"{name.rstrip('_')}_{number}"


def _is_name(text: str) -> bool:
    return text.isidentifier() and text not in KEYWORDS


@lru_cache(maxsize=8192)
def _snake(text: str) -> str:
    return _letters(snake(_marked(text)))


def _marked(text: str) -> str:
    """Signs that alone tell two names apart, as words: `+1` and `-1` of a reaction."""
    return _MINUS.sub("minus_", _PLUS.sub("plus_", text))


def _letters(name: str) -> str:
    if name.isascii() and name.isidentifier():
        return name.strip("_")
    normal = unicodedata.normalize("NFKC", name)
    return "".join(c for c in normal if c == "_" or ("a" + c).isidentifier()).strip("_")


@lru_cache(maxsize=8192)
def _escaped(line: str) -> str:
    plain = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    if plain.isprintable():
        return plain
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", plain)


def _ended(line: str) -> str:
    """A line that is followed by the closing quotes."""
    return _escaped(line[:-1]) + '\\"' if line.endswith('"') else _escaped(line)


@lru_cache(maxsize=8192)
def _wrapped(text: str, width: int) -> tuple[str, ...]:
    lines: list[str] = []
    for block in _BETWEEN_BLOCKS.split(text.strip().expandtabs()):
        if lines:
            lines.append("")
        lines.extend(_block(block, width))
    return tuple(lines)


def _block(block: str, width: int) -> list[str]:
    written = block.splitlines()
    if not any(_LISTED.match(line) for line in written):
        return list(filled(block, width))
    found: list[str] = []
    for line in written:
        if len(line) <= width:
            found.append(line.rstrip())
            continue
        margin = line[: len(line) - len(line.lstrip())]
        hanging = margin + ("  " if _MARKED.match(line) else "    " if margin else "")
        found.extend(filled(line, width, margin, hanging) or [""])
    return found
