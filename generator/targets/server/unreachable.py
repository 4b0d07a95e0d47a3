"""Operations that the server cannot tell from another of their method and path (GEN-054)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from generator.document import Finding, Severity
from generator.model import Api, Operation

_PARAMETER = re.compile(r"\{[^}]*\}")
_END = re.compile(r"[?#]")


def unreachable(api: Api, document: Mapping[str, Any]) -> list[Finding]:
    """A finding for each operation whose requests another gets."""
    meeting: dict[tuple[str, str], list[Operation]] = {}
    for operation in api.operations:
        routed = _END.split(_PARAMETER.sub("{}", operation.path), maxsplit=1)[0]
        meeting.setdefault((operation.method, routed), []).append(operation)
    several = [operations for operations in meeting.values() if len(operations) > 1]
    return _findings(several, document) if several else []


def _findings(several: Sequence[Sequence[Operation]], document: Mapping[str, Any]) -> list[Finding]:
    # The server's own words of what tells requests apart; few documents have a use for them.
    from generator.targets.server.runtime.document import Document  # noqa: PLC0415
    from generator.targets.server.runtime.marks import marks_of  # noqa: PLC0415

    contract = Document(document)
    marks = {
        (method, path): marks_of(contract, path, item, operation)
        for path, method, item, operation in contract.operations()
    }
    found = []
    for operations in several:
        first: dict[Any, Operation] = {}
        for each in operations:
            other = first.setdefault(marks[each.method.upper(), each.path], each)
            if other is not each:
                found.append(_finding(each, other))
    return found


def _finding(operation: Operation, other: Operation) -> Finding:
    message = (
        f"The server cannot tell its requests from those of '{other.id}', which gets them all; "
        "give each a required query parameter or header with a `const` of its own, or another path."
    )
    return Finding("GEN-054", operation.position, message, "", Severity.WARNING)
