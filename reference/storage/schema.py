"""All tables of all parts of the server, whether an API is served or not."""

from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData

from reference.storage.tables import metadata

_PACKAGE = Path(__file__).parents[1]
_DECLARED_ELSEWHERE = ("reference.jobs",)


def all_tables() -> MetaData:
    """Return the shared metadata once every module named `tables` has declared its part of it."""
    for file in sorted(_PACKAGE.rglob("tables.py")):
        parts = file.relative_to(_PACKAGE.parent).with_suffix("").parts
        import_module(".".join(parts))
    for module in _DECLARED_ELSEWHERE:
        import_module(module)
    return metadata
