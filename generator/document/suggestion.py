"""What was probably meant by a name that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

_NAMES_AT_MOST: Final = 2_000
_LENGTH_AT_MOST: Final = 100


def nearest(name: str, names: Iterable[str], cutoff: float = 0.65) -> str:
    """The known name most like this one, or an empty string.

    Long names and long lists are not compared: that takes time that grows with their product.
    """
    if len(name) > _LENGTH_AT_MOST:
        return ""
    from difflib import get_close_matches  # noqa: PLC0415  most documents need none

    short = (known for known in names if len(known) <= _LENGTH_AT_MOST)
    found = get_close_matches(name, list(islice(short, _NAMES_AT_MOST)), n=1, cutoff=cutoff)
    return found[0] if found else ""


def suggestion(name: str, names: Iterable[str]) -> str:
    """A sentence that names what was probably meant, or nothing."""
    found = nearest(name, names)
    return f" Did you mean '{found}'?" if found else ""
