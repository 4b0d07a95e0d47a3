"""Text of any characters in PostgreSQL, whose own text cannot hold U+0000.

That character is kept as two others, of which the first is one that is no character (U+FDD0), and
that one is kept as two as well: what is read is what was written, and what is searched is found.
"""

from typing import Any

from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown, TextLoader

_MARK = "\ufdd0"
_NUL, _MARK_ITSELF = f"{_MARK}0", f"{_MARK}1"


class _Dumper(StrDumperUnknown):
    def dump(self, obj: str) -> Buffer | None:
        if "\0" in obj or _MARK in obj:
            obj = obj.replace(_MARK, _MARK_ITSELF).replace("\0", _NUL)
        return super().dump(obj)


class _Loader(TextLoader):
    def load(self, data: Buffer) -> bytes | str:
        text = super().load(data)
        if isinstance(text, str) and _MARK in text:
            return text.replace(_NUL, "\0").replace(_MARK_ITSELF, _MARK)
        return text


def hold_any_text(connection: Any, _record: object) -> None:
    """Have a new connection write and read text like that."""
    connection.adapters.register_dumper(str, _Dumper)
    for name in "text", "varchar":
        connection.adapters.register_loader(name, _Loader)
