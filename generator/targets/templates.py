"""The templates of a target, compiled once for all runs, as Python does with its own modules."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket


def environment(folder: Path) -> Environment:
    """Templates of a folder that render source code; strings arrive escaped for its language."""
    return Environment(
        loader=FileSystemLoader(folder),
        bytecode_cache=_Beside(folder.parent / "__pycache__"),
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  source code, not HTML
    )


class _Beside(BytecodeCache):
    """Compiled templates in the `__pycache__` of their target; none where none can be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError), self._file(bucket).open("rb") as file:
            bucket.load_bytecode(file)

    def dump_bytecode(self, bucket: Bucket) -> None:
        whole = self._file(bucket)
        part = whole.with_name(f"{whole.name}.{id(bucket)}")
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            part.write_bytes(bucket.bytecode_to_string())
            part.replace(whole)

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.jinja"
