"""Known failures: a file that says which failures a run forgives, until they are gone.

A failure that is listed does not fail the run. One that is listed and passes does, until it is
struck from the file: else it would hide the day on which it breaks again. Flaky ones are listed
apart, and are forgiven either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from conformance.results import Result
from conformance.rule import Outcome

Key = tuple[str, str]
"""Rule and operation; the operation is empty for the API as a whole."""

_HEAD = """\
# Failures that a run with --known-failures forgives. One that passes again fails the run until it
# is struck from this file. What fails now and then stands under `flaky`: it is forgiven either way.
"""
GONE = "It is listed as a known failure and passes: strike it from the file."
_SECTIONS = ("failures", "flaky")


class KnownFailuresError(Exception):
    """The file cannot be used; the message says where and why."""


class Standing(StrEnum):
    """What the file says of a result."""

    PLAIN = ""
    KNOWN = "known"
    FLAKY = "flaky"
    STALE = "stale"
    """Listed as a failure, and it passes."""


@dataclass(frozen=True, slots=True)
class KnownFailures:
    """What is listed."""

    failures: frozenset[Key] = field(default_factory=frozenset)
    flaky: frozenset[Key] = field(default_factory=frozenset)

    def standing(self, result: Result) -> Standing:
        """What is said of a result."""
        key = (result.rule, result.operation)
        if key in self.flaky:
            return Standing.FLAKY if result.outcome is Outcome.FAIL else Standing.PLAIN
        if key not in self.failures:
            return Standing.PLAIN
        if result.outcome is Outcome.FAIL:
            return Standing.KNOWN
        return Standing.STALE if result.outcome in {Outcome.PASS, Outcome.WARN} else Standing.PLAIN

    def contradicts(self, result: Result) -> bool:
        """Whether a result is not as listed: a failure that is new, or a listed one that passes."""
        key = (result.rule, result.operation)
        if key in self.flaky:
            return False
        failed = result.outcome is Outcome.FAIL
        return failed != (key in self.failures) and (failed or result.outcome is Outcome.PASS)

    def unmet(self, results: Iterable[Result]) -> tuple[Key, ...]:
        """What is listed and no result speaks of: a rule or an operation that is gone."""
        met = {(result.rule, result.operation) for result in results}
        return tuple(sorted((self.failures | self.flaky) - met))


def read(path: Path) -> KnownFailures:
    """Read a file of known failures.

    Raises KnownFailuresError where it is not one.
    """
    try:
        data = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise KnownFailuresError(f"{path}: it cannot be read: {error}") from error
    if not isinstance(data, dict) or set(data) - set(_SECTIONS):
        raise KnownFailuresError(f"{path}: write `failures` and `flaky`, each a list.")
    return KnownFailures(*(_keys(path, section, data.get(section)) for section in _SECTIONS))


def text(results: Iterable[Result], flaky: frozenset[Key] = frozenset()) -> str:
    """The text of a file that lists the failures among some results."""
    failed = [result for result in results if result.outcome is Outcome.FAIL]
    sections = {
        "failures": [_entry(r) for r in failed if (r.rule, r.operation) not in flaky],
        "flaky": [_entry(r) for r in failed if (r.rule, r.operation) in flaky],
    }
    listed = {name: entries for name, entries in sections.items() if entries}
    return _HEAD + yaml.safe_dump(listed or {"failures": []}, sort_keys=False, allow_unicode=True)


def _entry(result: Result) -> Mapping[str, str]:
    where = {"operation": result.operation} if result.operation else {}
    return {"rule": result.rule, **where, "message": result.message}


def _keys(path: Path, section: str, entries: Any) -> frozenset[Key]:
    keys = set()
    for number, entry in enumerate(entries or (), 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("rule"), str):
            raise KnownFailuresError(
                f"{path}: {section}, entry {number}: write `rule`, and its `operation` if any."
            )
        keys.add((entry["rule"], str(entry.get("operation", ""))))
    return frozenset(keys)
