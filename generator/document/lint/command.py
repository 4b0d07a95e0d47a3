"""`fourfold lint`: paths → findings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from generator.document.finding import Finding
from generator.document.lint.registry import RULES
from generator.document.lint.subject import Subject, shared_vocabulary
from generator.document.loading import load, shown
from generator.document.node import Document
from generator.document.parsing import parse
from generator.document.specification import Specification
from generator.document.text import decode
from generator.parallel import shared_out


def lint(paths: Sequence[Path]) -> list[Finding]:
    """All findings of these descriptions, each file's in the order of its text.

    Raises `UnreadableSourceError` where a path leads to no file that can be read.
    """
    found = shared_out(lambda path: lint_specification(load(path), path.parent), paths, _size)
    return [finding for findings in found for finding in findings]


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def lint_specification(specification: Specification, folder: Path) -> list[Finding]:
    """The findings of one description that has been read from a folder, without repetitions."""
    promises, promise_findings = _read(folder / "promises.yaml")
    workflows, workflow_findings = _read(folder / "workflows.yaml")
    vectors, vector_findings = _read(folder / "vectors.yaml")
    subject = Subject(
        specification,
        promises,
        promise_findings,
        vocabulary(),
        workflows=workflows,
        rules_elsewhere=_rules_elsewhere(folder) if workflows else {},
        vectors=vectors,
    )
    found = [*specification.findings, *promise_findings, *workflow_findings, *vector_findings]
    if specification.version or specification.written.is_read:
        for rule in RULES:
            found += rule.findings(subject)
    return sorted(dict.fromkeys(found), key=lambda finding: finding.sort_key)


@cache
def vocabulary() -> Mapping[str, Any]:
    """The definitions of the `x-` words, `openapi/extensions.schema.json`."""
    file = shared_vocabulary()
    data: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return data


def _rules_elsewhere(folder: Path) -> dict[str, str]:
    """The rules of the workflows beside the contracts in the folders next to this one."""
    found = {}
    for path in sorted(folder.resolve().parent.glob("*/workflows.yaml")):
        document, _ = _read(path) if path.parent != folder.resolve() else (None, ())
        listed = document.root.get("workflows") if document else None
        for workflow in listed.elements() if listed else ():
            found[workflow.text("x-rule")] = shown(path)
    return found


def _read(path: Path) -> tuple[Document | None, tuple[Finding, ...]]:
    if not path.is_file():
        return None, ()
    file = shown(path)
    text, findings = decode(path.read_bytes(), file)
    document, more = parse(text, file)
    return document, (*findings, *more)
