"""Where an error says what went wrong, whatever its shape."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any, Final

_HOLDERS: Final[Sequence[tuple[str | int, ...]]] = ((), ("error",), ("errors", 0), ("detail", 0))
_NAMES: Final = ("message", "detail", "error_description", "description", "msg", "title", "error")


def with_sentence(value: Any, sentence: str) -> Iterator[Any]:
    """Copies of an error that say `sentence` where errors usually say theirs, then the error."""
    for holder in _HOLDERS:
        for name in _NAMES:
            changed = copy.deepcopy(value)
            place = changed
            for token in holder:
                place = _member(place, token)
            if isinstance(place, dict) and isinstance(place.get(name), str):
                place[name] = sentence
                yield changed
    yield value


def _member(value: Any, token: str | int) -> Any:
    if isinstance(token, int):
        return value[token] if isinstance(value, list) and len(value) > token else None
    return value.get(token) if isinstance(value, dict) else None
