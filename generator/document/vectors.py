"""The form of vectors.yaml: one schema for all, beside the contracts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema_rs

from generator.document import violation
from generator.document.violation import Violation

SCHEMA: Final = Path(__file__).resolve().parents[2] / "openapi" / "vectors.schema.json"
"""What a file of vectors may hold."""


def violations(data: Any) -> Iterator[Violation]:
    """Where a file of vectors is not of its form, and why."""
    return violation.violations(_validator().iter_errors(data))


@cache
def _validator() -> Any:
    return jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))
