"""Reading JSON strictly (RFC 8259): no NaN, no repeated names, no lone surrogates, not too deep."""

from __future__ import annotations

import json
from typing import Any

import msgspec

MAX_DEPTH = 200


class JsonError(ValueError):
    """The text is not JSON; the message says why in a few words."""


def decode_json(raw: bytes) -> Any:
    """The value of a JSON text. Raises JsonError."""
    try:
        msgspec.json.decode(raw)
        value = json.loads(raw, object_pairs_hook=_unique)
    except RecursionError:
        raise JsonError("is nested too deeply") from None
    except JsonError:
        raise
    except (msgspec.MsgspecError, ValueError):
        raise JsonError("is not valid JSON") from None
    if _is_deeper(value, MAX_DEPTH):
        raise JsonError("is nested too deeply")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise JsonError(f"has the member `{repeated[:60]}` more than once")
    return members


def _is_deeper(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [
            member
            for item in level
            if isinstance(item, dict | list)
            for member in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True
