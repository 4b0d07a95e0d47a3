"""Strings that a schema allows: by pattern, by format, by length."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import jsonschema_rs

from generator.stub.patterns import PatternError, matching
from generator.stub.seed import Seed

_WORDS: Final = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "iris")
_ROUNDS: Final = 48
_LONGEST_FRAME: Final = 24
"""How many characters a format adds to a word at most."""
_MAX_LENGTH: Final = 100_000
_MOMENT: Final = "2025-01-15T09:30:00"
_FIXED: Final[Mapping[str, tuple[str, ...]]] = {
    "date-time": tuple(
        f"{_MOMENT}{fraction}{zone}"
        for zone in ("Z", "+00:00", "-00:00")
        for fraction in ("", ".000", ".000000", ".0", ".00", ".000000000")
    ),
    "date": ("2025-01-15",),
    "time": ("09:30:00Z", "09:30:00.000Z", "09:30:00+00:00"),
    "duration": ("P1D", "PT1H", "P1Y", "P1W", "PT1M", "PT1S"),
    "json-pointer": ("/value",),
    "relative-json-pointer": ("0",),
    "regex": ("^[a-z]+$",),
    "uri-template": ("https://example.com/{id}",),
    "byte": ("c3R1Yg==", "c3R1YnM="),
    "base64url": ("c3R1Yg",),
    "int64": ("64",),
    "decimal": ("1.50", "1"),
    "idn-hostname": ("example.com",),
}
"""Format → texts in it, all of the same instant and the same words."""


def text(schema: Mapping[str, Any], seed: Seed) -> str | None:
    """A string that a schema without references and combinations allows, None where none is found.

    Looks at `format`, `pattern`, `contentEncoding`, `minLength` and `maxLength`.
    """
    least, most = _bounds(schema)
    if least > min(most, _MAX_LENGTH):
        return None
    wanted = {key: schema[key] for key in ("format", "pattern") if key in schema}
    check = _validator({**wanted, "type": "string", "minLength": least, "maxLength": most})
    return next((found for found in _proposals(schema, seed, least, most) if check(found)), None)


def _bounds(schema: Mapping[str, Any]) -> tuple[int, int]:
    least, most = schema.get("minLength", 0), schema.get("maxLength", _MAX_LENGTH)
    return int(least), int(min(most, _MAX_LENGTH))


def _validator(schema: Mapping[str, Any]) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator(dict(schema), validate_formats=True).is_valid
    except jsonschema_rs.ValidationError:
        return lambda _text: False


def _proposals(schema: Mapping[str, Any], seed: Seed, least: int, most: int) -> Iterator[str]:
    if "pattern" in schema:
        if "format" in schema:
            yield from _formatted(schema["format"], seed, least, most)
        yield from _matching(schema["pattern"], seed, least, most)
    elif "format" in schema:
        yield from _formatted(schema["format"], seed, least, most)
    if schema.get("contentEncoding") == "base64":
        yield from _FIXED["byte"]
    yield _sized(_word(seed), least, most)


def _matching(pattern: str, seed: Seed, least: int, most: int) -> Iterator[str]:
    lengths = dict.fromkeys((0, 1, 2, 3, 5, 8, 13, 21, 34, 64, 128, max(0, least - 1), least))
    try:
        for longer in lengths:
            found = matching(pattern, seed, longer)
            if least <= len(found) <= most:
                yield found
            elif len(found) < least:
                yield _sized(found, least, most)
        for turn in range(_ROUNDS):
            yield matching(pattern, seed.at(turn), turn % 4)
    except PatternError:
        return


def _formatted(name: str, seed: Seed, least: int, most: int) -> Iterator[str]:
    yield from _FIXED.get(name, ())
    word = _word(seed)
    yield from _shaped(name, word, seed)
    yield from _shaped(name, "a", seed)
    for length in range(max(1, least - _LONGEST_FRAME), min(least, most) + 1):
        yield from _shaped(name, _sized(word, length, length), seed)


def _shaped(name: str, stem: str, seed: Seed) -> Iterator[str]:
    match name:
        case "email" | "idn-email":
            yield f"{stem[:64]}@example.com"
            yield f"{stem[:1]}@b.co"
        case "hostname":
            yield f"{stem[:63]}.example.com"
            yield stem[:63]
        case "ipv4":
            yield f"192.0.2.{1 + seed.below(254)}"
        case "ipv6":
            yield f"2001:db8::{1 + seed.below(9998):x}"
        case "uri" | "url" | "iri":
            yield f"https://example.com/{stem}"
            yield f"u:{stem}"
        case "uri-reference" | "iri-reference":
            yield f"/{stem}"
        case "uuid":
            digits = f"{seed.below(1 << 122):032x}"
            yield f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


def _word(seed: Seed) -> str:
    return _WORDS[seed.below(len(_WORDS))]


def _sized(word: str, least: int, most: int) -> str:
    """`word`, cut or repeated to a length that is allowed."""
    grown = word if len(word) >= least else (word or "a") * (least // max(1, len(word)) + 1)
    return grown[: max(least, min(len(word), most))]
