"""`x-payload-limits`: sizes of members that no JSON Schema keyword can state, as a keyword."""

from __future__ import annotations

import json
from typing import Any

KEYWORD = "x-payload-limits"


class PayloadLimits:
    """The keyword, for jsonschema-rs: the sizes of some members of an object together."""

    def __init__(
        self, _schema: dict[str, Any], value: list[dict[str, Any]], _path: list[str | int]
    ) -> None:
        self._limits = value

    def validate(self, instance: Any) -> None:
        """Raise ValueError where the members named by a limit are larger than it."""
        if not isinstance(instance, dict):
            return
        for limit in self._limits:
            present = [instance[name] for name in limit["fields"] if name in instance]
            size = sum(_size(value, limit["unit"]) for value in present)
            if size > limit["maximum"]:
                names = " and ".join(f"`{name}`" for name in limit["fields"])
                raise ValueError(f"{names} exceed {limit['maximum']} {limit['unit']}")


def _size(value: Any, unit: str) -> int:
    if unit == "characters" and isinstance(value, str):
        return len(value)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return len(text) if unit == "characters" else len(text.encode())
