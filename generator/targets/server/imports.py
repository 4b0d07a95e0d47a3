"""The imports of a generated module, from the names that it uses."""

from __future__ import annotations

from collections.abc import Iterable

STANDARD = {
    "ABC": "abc",
    "Any": "typing",
    "Generic": "typing",
    "Literal": "typing",
    "TypeAlias": "typing",
    "TypeVar": "typing",
    "UUID": "uuid",
    "abstractmethod": "abc",
    "dataclass": "dataclasses",
    "date": "datetime",
    "datetime": "datetime",
}
INSTALLED = {"Struct": "msgspec", "UNSET": "msgspec", "UnsetType": "msgspec"}
RUNTIME = (
    "BasicCredentials",
    "Envelope",
    "EventStream",
    "Pairs",
    "Parameter",
    "Request",
    "Result",
    "Route",
    "Timestamp",
    "UploadedFile",
)
OWN = {"models": ".", **dict.fromkeys(RUNTIME, ".runtime")}


def import_block(names: Iterable[str]) -> str:
    """The import statements for `names`, in isort's order: standard, installed, own."""
    wanted = set(names)
    blocks = (_statements(wanted, origins) for origins in (STANDARD, INSTALLED, OWN))
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _statements(wanted: set[str], origins: dict[str, str]) -> list[str]:
    modules: dict[str, list[str]] = {}
    for name in sorted(wanted & origins.keys(), key=isort_key):
        modules.setdefault(origins[name], []).append(name)
    return [f"from {module} import {', '.join(modules[module])}" for module in sorted(modules)]


def isort_key(name: str) -> tuple[int, str, str]:
    """Constants, then classes, then the rest, as ruff orders the members of an import."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name.lower(), name)
