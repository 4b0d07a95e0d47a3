"""A regular expression (ECMA-262, as JSON Schema uses it) → a text that it matches.

Look-around and word boundaries are taken for nothing and back references are refused: what is made
is a proposal, which whoever asked for it checks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from generator.stub.seed import Seed

MAX_LENGTH: Final = 10_000
_MAX_DEPTH: Final = 50
_DIGITS: Final = "0123456789"
_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
_WORD: Final = _LOWER + _LOWER.upper() + _DIGITS + "_"
_ASCII: Final = "".join(map(chr, range(0x20, 0x7F)))
_ORDER: Final = _LOWER + _DIGITS + _LOWER.upper() + "-_. "
_CLASSES: Final = {"d": _DIGITS, "w": _WORD, "s": " \t\n"}
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v", "0": "\0"}
_PROPERTIES: Final = {
    "L": _LOWER + _LOWER.upper(),
    "Letter": _LOWER + _LOWER.upper(),
    "Alphabetic": _LOWER + _LOWER.upper(),
    "Lu": _LOWER.upper(),
    "Ll": _LOWER,
    "N": _DIGITS,
    "Nd": _DIGITS,
    "P": "-.,;:!?",
    "S": "+=<>",
    "Z": " ",
    "Zs": " ",
}


class PatternError(ValueError):
    """No text is made for this expression."""


Make = Callable[[Seed, int], str]
"""The text of a part: from a seed, repeating `int` times more than must be."""


def matching(pattern: str, seed: Seed, longer: int) -> str:
    """A text that `pattern` most likely matches; each `longer` repeats what may be once more.

    Raises PatternError where the pattern cannot be read, or would take a text of more than
    `MAX_LENGTH` characters.
    """
    reader = _Reader(pattern)
    make = reader.alternatives(0)
    if reader.rest:
        raise PatternError(f"unexpected {reader.rest[0]!r}")
    return make(seed, longer)


@dataclass(slots=True)
class _Reader:
    text: str
    at: int = 0

    @property
    def rest(self) -> str:
        return self.text[self.at :]

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise PatternError("unexpected end")
        self.at += 1
        return character

    def skip(self, text: str) -> bool:
        found = self.text.startswith(text, self.at)
        self.at += len(text) * found
        return found

    def until(self, end: str) -> str:
        stop = self.text.find(end, self.at)
        if stop < 0:
            raise PatternError(f"{end!r} is missing")
        found = self.text[self.at : stop]
        self.at = stop + 1
        return found

    def alternatives(self, depth: int) -> Make:
        if depth > _MAX_DEPTH:
            raise PatternError("nested too deeply")
        choices = [self.sequence(depth)]
        while self.skip("|"):
            choices.append(self.sequence(depth))
        if len(choices) == 1:
            return choices[0]
        return lambda seed, longer: choices[seed.at("|").below(len(choices))](seed, longer)

    def sequence(self, depth: int) -> Make:
        parts: list[Make] = []
        while self.peek() and self.peek() not in "|)":
            part = self.atom(depth)
            parts.append(self.repeated(part))

        def make(seed: Seed, longer: int) -> str:
            text = ""
            for index, part in enumerate(parts):
                text += part(seed.at(index), longer)
                _bound(len(text))
            return text

        return make

    def atom(self, depth: int) -> Make:
        match self.take():
            case "(":
                return self.group(depth)
            case "[":
                return _one_of(self.character_class())
            case ".":
                return _one_of(set(_WORD))
            case "^" | "$":
                return _nothing
            case "\\":
                return self.escape()
            case "*" | "+" | "?":
                raise PatternError("nothing to repeat")
            case character:
                return lambda _seed, _longer: character

    def group(self, depth: int) -> Make:
        is_looking = any(self.skip(mark) for mark in ("?=", "?!", "?<=", "?<!"))
        if not is_looking and not self.skip("?:") and (self.skip("?P<") or self.skip("?<")):
            self.until(">")
        inner = self.alternatives(depth + 1)
        if not self.skip(")"):
            raise PatternError("')' is missing")
        return _nothing if is_looking else inner

    def escape(self) -> Make:
        if self.peek() and self.peek() in "bBAzZ":
            self.take()
            return _nothing
        if self.peek() and (self.peek() in "123456789" or self.skip("k<")):
            raise PatternError("back references are not followed")
        return _one_of(self.escaped())

    def escaped(self) -> set[str]:
        """The characters that an escape stands for, its backslash being read."""
        match self.take():
            case "d" | "w" | "s" as name:
                found = set(_CLASSES[name])
            case "D" | "W" | "S" as name:
                found = set(_ASCII) - set(_CLASSES[name.lower()])
            case "p":
                found = self.property()
            case "P":
                found = set(_ASCII) - self.property()
            case "x":
                found = {self.code_point(2)}
            case "u":
                found = {self.code_point(4)}
            case character:
                found = {_CONTROLS.get(character, character)}
        return found

    def property(self) -> set[str]:
        name = self.until("}")[1:] if self.peek() == "{" else self.take()
        name = name.rpartition("=")[2]
        if name not in _PROPERTIES:
            raise PatternError(f"the property {name!r} is not known")
        return set(_PROPERTIES[name])

    def code_point(self, digits: int) -> str:
        if self.skip("{"):
            return _character(self.until("}"))
        found = self.text[self.at : self.at + digits]
        self.at += digits
        return _character(found)

    def character_class(self) -> set[str]:
        negated = self.skip("^")
        members: set[str] = set()
        first = True
        while first or self.peek() != "]":
            if first and self.peek() == "]":
                break
            first = False
            low = self.class_member()
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.take()
                members |= _range(low, self.class_member())
            else:
                members |= low
        self.take()
        return set(_ASCII) - members if negated else members

    def class_member(self) -> set[str]:
        character = self.take()
        if character == "\\":
            return {"\b"} if self.skip("b") else self.escaped()
        return {character}

    def repeated(self, part: Make) -> Make:
        low, high = self.quantifier()
        self.skip("?")
        if (low, high) == (1, 1):
            return part

        def make(seed: Seed, longer: int) -> str:
            count = low + longer if high is None else min(low + longer, high)
            text = ""
            for index in range(count):
                text += part(seed.at(f"*{index}"), longer)
                _bound(max(len(text), index))
            return text

        return make

    def quantifier(self) -> tuple[int, int | None]:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.skip(mark):
                return bounds
        if self.peek() != "{":
            return 1, 1
        low, comma, high = self.text[self.at + 1 :].partition("}")[0].partition(",")
        if not low.isdecimal() or (high and not high.isdecimal()):
            return 1, 1
        if len(low) > 6 or len(high) > 6:
            raise PatternError("repeats too often")
        self.until("}")
        return int(low), int(high) if high else None if comma else int(low)


def _nothing(_seed: Seed, _longer: int) -> str:
    return ""


def _one_of(characters: set[str]) -> Make:
    if not characters:
        raise PatternError("a class without characters")
    ordered = sorted(characters, key=_preference)
    return lambda seed, _longer: ordered[seed.below(min(len(ordered), 26))]


def _preference(character: str) -> tuple[int, str]:
    """Letters first, then digits, then what is rarer in names."""
    rank = _ORDER.find(character)
    return (rank if rank >= 0 else len(_ORDER), character)


def _range(low: set[str], high: set[str]) -> set[str]:
    if len(low) != 1 or len(high) != 1:
        return low | high | {"-"}
    first, last = ord(next(iter(low))), ord(next(iter(high)))
    if last < first:
        raise PatternError("a range that ends before it begins")
    return {chr(code) for code in range(first, min(last, first + 200) + 1)}


def _character(digits: str) -> str:
    try:
        character = chr(int(digits, 16))
    except (ValueError, OverflowError):
        raise PatternError(f"{digits[:8]!r} is no code point") from None
    if "\ud800" <= character <= "\udfff":
        raise PatternError("half a surrogate pair")
    return character


def _bound(length: int) -> None:
    if length > MAX_LENGTH:
        raise PatternError("would take too long a text")
