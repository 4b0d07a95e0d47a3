"""Query strings and forms as pairs (WHATWG URL §5, `application/x-www-form-urlencoded`)."""

from __future__ import annotations

from urllib.parse import parse_qsl

Pairs = tuple[tuple[str, str], ...]
MAX_FIELDS = 1_000


class PairsError(ValueError):
    """The text is not UTF-8, or has more fields than anybody needs."""


def parse_pairs(raw: bytes) -> Pairs:
    """The decoded pairs of a query string or form body, in their order."""
    if not raw:
        return ()
    try:
        return tuple(
            parse_qsl(
                raw.decode("utf-8"),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MAX_FIELDS,
            )
        )
    except ValueError as error:
        raise PairsError from error


def grouped(pairs: Pairs) -> dict[str, list[str]]:
    """Name → values, in their order."""
    groups: dict[str, list[str]] = {}
    for name, value in pairs:
        groups.setdefault(name, []).append(value)
    return groups
