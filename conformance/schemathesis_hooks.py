"""Our checks and our knowledge of a contract for plain `schemathesis run` and its pytest plugin.

    SCHEMATHESIS_HOOKS=conformance.schemathesis_hooks FOURFOLD_API=haleai \\
        schemathesis run openapi/haleai/openapi.yaml --url URL -H "Authorization: Bearer $KEY"

The checks are registered whatever is run. `FOURFOLD_API`, a folder of `openapi/` or the path of a
contract, says what is promised: then no cursor is made up where a valid one is meant, the events of
streams are left to the rules of SSE, and each operation has the statuses that it documents.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import schemathesis

from conformance import contract as contracts
from conformance.fuzzing.checks import REGISTERED
from conformance.fuzzing.preparation import expected, keep_to_what_is_promised, without_pretence

CHECKS = REGISTERED
NAME = os.environ.get("FOURFOLD_API", "")
CONTRACT = contracts.load(NAME, Path.cwd()) if NAME else None

if CONTRACT is not None:
    schemathesis.hook(keep_to_what_is_promised(CONTRACT))


@schemathesis.hook
def before_load_schema(_: Any, raw_schema: dict[str, Any]) -> None:
    """Leave out what Schemathesis would take for more than it is."""
    if CONTRACT is not None:
        plain = without_pretence(raw_schema, CONTRACT)
        raw_schema.clear()
        raw_schema.update(plain)


@schemathesis.hook
def after_load_schema(_: Any, schema: Any) -> None:
    """Expect of each operation the statuses that it documents."""
    if CONTRACT is not None:
        rules = [expected(CONTRACT, operation) for operation in CONTRACT.api.operations]
        read = schemathesis.Config.from_dict({"operations": rules})
        schema.config.operations = read.projects.default.operations
