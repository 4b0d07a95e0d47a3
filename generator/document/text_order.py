"""JSON Pointers → the order of what is there in the text, without asking where that is written."""

from __future__ import annotations

from typing import Any

from generator.document.node import split_pointer


class TextOrder:
    """The order of the values in `data`, members of which are in the order of the text."""

    def __init__(self, data: Any) -> None:
        self._known: dict[str, tuple[tuple[int, ...], Any]] = {"": ((), data)}
        self._indexes: dict[str, dict[str, int]] = {}

    def of(self, pointer: str) -> tuple[int, ...]:
        """What sorts `pointer` among others: the index of each step; of the last that is there."""
        return self._found(pointer)[0]

    def _found(self, pointer: str) -> tuple[tuple[int, ...], Any]:
        """The order of the value at `pointer`, and the value, which is None where none is."""
        found = self._known.get(pointer)
        if found is None:
            above, _, _ = pointer.rpartition("/")
            order, holder = self._found(above)
            (token,) = split_pointer(pointer[len(above) :])
            found = order, None
            if isinstance(holder, dict) and token in holder:
                index = self._index(above, holder)[token]
                found = (*order, index), holder[token]
            elif isinstance(holder, list) and token.isdecimal() and int(token) < len(holder):
                found = (*order, int(token)), holder[int(token)]
            self._known[pointer] = found
        return found

    def _index(self, pointer: str, holder: dict[str, Any]) -> dict[str, int]:
        if pointer not in self._indexes:
            self._indexes[pointer] = {name: index for index, name in enumerate(holder)}
        return self._indexes[pointer]
