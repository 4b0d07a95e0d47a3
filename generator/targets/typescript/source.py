"""Text of a document as TypeScript source: the only way that it gets there.

Whatever a string holds, the literal, comment or identifier made from it is valid TypeScript and
cannot end early.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable
from functools import lru_cache

from generator.model.words import pascal, words
from generator.published import Published
from generator.targets.filling import filled
from generator.targets.naming import Naming

WIDTH = 100
RESERVED_WORDS = frozenset(
    {
        *("arguments", "await", "break", "case", "catch", "class", "const", "continue"),
        *("debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends"),
        *("false", "finally", "for", "function", "if", "implements", "import", "in"),
        *("instanceof", "interface", "let", "new", "null", "package", "private", "protected"),
        *("public", "return", "static", "super", "switch", "this", "throw", "true", "try"),
        *("typeof", "undefined", "var", "void", "while", "with", "yield"),
    }
)
"""What no variable may be called (ECMA-262 §12.7.2), in a module and in strict mode."""
GLOBAL_TYPES = frozenset(
    {
        *("Array", "ArrayBuffer", "AsyncIterable", "Awaited", "BigInt", "Blob", "Boolean"),
        *("Date", "Error", "Event", "File", "FormData", "Function", "Headers", "Infinity"),
        *("JSON", "Map", "NaN", "Number", "Object", "Omit", "Partial", "Pick", "Promise"),
        *("Proxy", "Readonly", "ReadableStream", "Record", "Reflect", "RegExp", "Request"),
        *("Required", "Response", "Set", "String", "Symbol", "URL", "URLSearchParams"),
        *("Uint8Array", "WeakMap", "WeakSet"),
    }
)
"""Names that mean something everywhere; a type of that name would hide it."""

_PLUS = re.compile(r"^\+(?=\d)")
_MINUS = re.compile(r"^-(?=\d)")
_SIGN = re.compile(r"\W")
_CAMEL = re.compile(r"[a-z][A-Za-z0-9]*")
_NAME = re.compile(r"[A-Za-z_$][\w$]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SPAN = re.compile(r"(`+)[^`\n]+\1(?!`)")
_TAG = re.compile(r"(?<![^\s{])@")
_BETWEEN_BLOCKS = re.compile(r"\n\s*\n")
_LISTED = re.compile(r"\s*([-*+|>#]|\d+[.)]|```|    )")
_MARKED = re.compile(r"\s*([-*+|>#]|\d+[.)])\s")
_BROKEN = re.compile(r"[\\\n\r\t]")
_SHORT = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@lru_cache(maxsize=8192)
def quoted(text: str) -> str:
    """A string as a literal in double quotes, or single ones where those need fewer escapes."""
    mark = "'" if text.count('"') > text.count("'") else '"'
    inner = _BROKEN.sub(lambda match: _SHORT[match[0]], text).replace(mark, f"\\{mark}")
    if not inner.isprintable():
        inner = _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", inner)
    return mark + inner + mark


@lru_cache(maxsize=8192)
def key(text: str) -> str:
    """A string as the name of a member in an object literal or type."""
    if text == "__proto__":
        return '["__proto__"]'  # as it stands it would be the object's prototype
    plain = _NAME.fullmatch(text) or (text.isidentifier() and _letters(text) == text)
    return text if plain else quoted(text)


def comment(text: str, indent: int = 0, tags: Iterable[str] = ()) -> str:
    """Text as a TSDoc comment, wrapped to `WIDTH`, indented by `indent` spaces after its start.

    `tags` are lines that follow as they stand, made by `tag` and `example`. Empty where there is
    nothing to say.
    """
    margin = " " * indent
    lines = _lines_of(text, WIDTH - indent - 3)
    listed = tuple(tags)
    if len(lines) == 1 and not listed and indent + len(lines[0]) + 7 <= WIDTH:
        return f"/** {lines[0]} */"
    written = (*lines, "", *listed) if lines and listed else (*lines, *listed)
    if not written:
        return ""
    body = "\n".join(f"{margin} * {line}".rstrip() for line in written)
    return f"/**\n{body}\n{margin} */"


def tag(head: str, text: str, indent: int) -> list[str]:
    """A block tag with its text, for `comment`: `@param limit - How many.`"""
    whole = " ".join([head, *_escaped(text).split()])
    return list(filled(whole, WIDTH - indent - 3, hanging="  "))


def example(lines: Iterable[str]) -> list[str]:
    """An `@example` of code, for `comment`."""
    shown = [line.replace("*/", "*\\/") for line in lines]
    return ["@example", "```ts", *shown, "```"]


@lru_cache(maxsize=8192)
def member(text: str, fallback: str = "value") -> str:
    """A camelCase name close to `text` for a member of an object, where every word is allowed."""
    if _CAMEL.fullmatch(text):
        return text
    parts = words(_marked(text))
    joined = parts[0].lower() + "".join(part.capitalize() for part in parts[1:]) if parts else ""
    name = _letters(joined) or fallback
    return name if name[0].isidentifier() else f"{fallback}{name}"


def variable(text: str, reserved: Container[str] = (), fallback: str = "value") -> str:
    """A camelCase name close to `text`, neither a reserved word nor `reserved`."""
    name = member(text, fallback)
    return f"{name}_" if name in RESERVED_WORDS or name in reserved else name


def class_name(text: str, reserved: Container[str] = (), fallback: str = "Type") -> str:
    """A PascalCase name close to `text`; one that is `reserved` ends in `Object`."""
    name = _letters(pascal(text)) or fallback
    if not name[0].isidentifier():
        name = fallback + name
    return f"{name}Object" if name in reserved else name


def distinct(names: Iterable[str], reserved: Iterable[str] = ()) -> list[str]:
    """The names, in order, each after the first of its kind numbered from 2."""
    taken, found = set(reserved), []
    for name in names:
        candidate, number = name, 2
        while candidate in taken:
            candidate, number = f"{name}{number}", number + 1
        taken.add(candidate)
        found.append(candidate)
    return found


def typescript_naming(published: Published) -> Naming:
    """How things are named in TypeScript."""
    return Naming(published, lambda name, number: f"{name}{number}", _is_name)


def _is_name(text: str) -> bool:
    return _letters(text) == text and text.isidentifier() and text not in RESERVED_WORDS


def _marked(text: str) -> str:
    """Signs that alone tell two names apart, as words: `+1` and `-1` of a reaction."""
    return _MINUS.sub("minus_", _PLUS.sub("plus_", text))


def _letters(name: str) -> str:
    """What of a name an identifier may hold in both Python's and JavaScript's Unicode."""
    if name.isascii():
        return name if name.isidentifier() else _SIGN.sub("", name)
    normal = unicodedata.normalize("NFKC", name)
    return "".join(c for c in normal if ("a" + c).isidentifier() and ord(c) <= 0xFFFF)


def _escaped(text: str) -> str:
    """Text that ends no comment and starts no tag; what is between backticks stays code."""
    plain = text.replace("*/", "*\\/")
    plain = "\n".join(
        each if each.isprintable() else _CONTROL.sub("\N{REPLACEMENT CHARACTER}", each)
        for each in _lines(plain)
    )
    if "@" not in plain:
        return plain
    pieces, rest = [], 0
    for match in _SPAN.finditer(plain):
        pieces += [_TAG.sub(r"\\@", plain[rest : match.start()]), match[0]]
        rest = match.end()
    return "".join([*pieces, _TAG.sub(r"\\@", plain[rest:])])


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")


@lru_cache(maxsize=8192)
def _lines_of(text: str, width: int) -> tuple[str, ...]:
    """The lines of a comment, of at most `width` where no word is longer."""
    lines: list[str] = []
    for block in _BETWEEN_BLOCKS.split(_escaped(text).strip("\n")):
        if not block.strip():
            continue
        if lines:
            lines.append("")
        lines.extend(_block(block, width))
    return tuple(lines)


def _block(block: str, width: int) -> list[str]:
    written = block.split("\n")
    if not any(_LISTED.match(line) for line in written):
        return list(filled(block, width))
    found: list[str] = []
    for line in written:
        if len(line) <= width:
            found.append(line.rstrip())
            continue
        margin = line[: len(line) - len(line.lstrip())]
        hanging = "  " if _MARKED.match(line) else ""
        found += [margin + each for each in filled(line, width - len(margin), hanging=hanging)]
    return found
