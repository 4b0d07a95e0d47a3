"""What a caller prefers to be answered: the `Prefer` header (RFC 7240)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_PREFERENCE = re.compile(rf"\s*({_NAME})\s*(?:=\s*({_QUOTED}|[^\s,;\"]*))?\s*((?:;[^,]*)?)(?:,|$)")
_CODE = re.compile(r"[1-5](?:[0-9][0-9]|XX)|default", re.IGNORECASE)
_TOKEN = re.compile(_NAME)


class PreferenceError(ValueError):
    """A preference of this server has a value that means nothing; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """Those that a stub knows.

    `code` is a status, a range (`4XX`) or `default`; `example` names an example of the answer;
    `dynamic` asks for values made from the schema; `seed` for others of them. Empty: not asked for.
    """

    code: str = ""
    example: str = ""
    dynamic: bool = False
    seed: str = ""

    @property
    def applied(self) -> str:
        """The value of `Preference-Applied`, empty where nothing was asked for."""
        asked = {
            "code": self.code,
            "example": self.example,
            "dynamic": "true" if self.dynamic else "",
            "seed": self.seed,
        }
        return ", ".join(f"{name}={_as_word(value)}" for name, value in asked.items() if value)


def read_preferences(headers: Iterable[str]) -> Preferences:
    """The preferences of all `Prefer` headers of a request; of a repeated one the first counts.

    Those that a stub does not know are ignored (RFC 7240 §2). Raises PreferenceError.
    """
    asked = _pairs(", ".join(headers))
    code = asked.get("code", "")
    if code and not _CODE.fullmatch(code):
        raise PreferenceError("`Prefer: code=…` takes a status, a range such as 4XX, or default.")
    dynamic = asked.get("dynamic", "false").lower()
    if dynamic not in {"true", "false"}:
        raise PreferenceError("`Prefer: dynamic=…` takes true or false.")
    return Preferences(
        code=code.lower() if code.lower() == "default" else code.upper(),
        example=asked.get("example", ""),
        dynamic=dynamic == "true",
        seed=asked.get("seed", ""),
    )


def _pairs(text: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for match in _PREFERENCE.finditer(text):
        value = match[2] or ""
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        found.setdefault(match[1].lower(), value)
    return found


def _as_word(value: str) -> str:
    if _TOKEN.fullmatch(value):
        return value
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return f'"{escaped}"'
