"""Paths of a contract as requests have them: some end in a query, or in a fragment.

Documents write `/things?kind=a` or `/#Action=List` for operations that share a URL. Neither end is
part of what is routed; a fragment is never sent (RFC 9110 §7.1).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

_PATH = re.compile(r"(?:\{[^}]*\}|[^?#])*")


def routed_path(path: str) -> str:
    """The path alone."""
    found = _PATH.match(path)
    return found[0] if found else path


def path_query(path: str) -> list[tuple[str, str]]:
    """The query parameters that stand in the path itself, with their values."""
    query = path.removeprefix(routed_path(path)).partition("#")[0].removeprefix("?")
    return parse_qsl(query, keep_blank_values=True)
