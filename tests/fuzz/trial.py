"""One document tried: whatever it says, it is linted and rendered, and nothing else happens."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from generator.contracts import Contract
from generator.document import Finding, load
from generator.document.lint.command import lint_specification
from generator.document.report import as_text
from generator.generate.render import render
from generator.targets import TARGETS
from tests.docs.checking import faults
from tests.fuzz.documents import Written
from tests.fuzz.effects import effects

Files = dict[str, str]
"""What is in each file of a package, by its path."""

_HIDDEN = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, among them those that turn text around (CVE-2021-42574)."""
_LONGEST_NAME = 255
_fine: set[tuple[str, str]] = set()
"""Files that were looked at before: most of a package is always the same."""


def tried(folder: Path, document: Written) -> dict[str, Files]:
    """The packages made of a document, by target; raises AssertionError where one is not right."""
    path = folder / document.name
    path.write_bytes(document.content)
    with effects(folder) as found:
        findings = lint_specification(load(path), folder)
        rendered = render(Contract("fuzzed", path), TARGETS, {})
    assert not found, found
    _check_findings((*findings, *rendered.findings))
    for files in rendered.files.values():
        _check_files(files)
    wrong = faults(rendered.files.get("docs", {}))
    assert not wrong, wrong[:3]
    return rendered.files


def _check_findings(findings: Iterable[Finding]) -> None:
    for finding in findings:
        assert finding.position.line >= 1
        assert finding.message
    assert not _HIDDEN.search(as_text(tuple(findings), {}).replace("\n", ""))


def _check_files(files: Mapping[str, str]) -> None:
    for file in files.items() - _fine:
        _check_name(file[0])
        _check_content(*file)
        _fine.add(file)


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    assert not path.is_absolute(), name
    assert ".." not in path.parts, name
    assert all(len(part.encode()) <= _LONGEST_NAME for part in path.parts), name
    assert not _HIDDEN.search(name), ascii(name)


def _check_content(name: str, content: str) -> None:
    content.encode()
    if name.endswith(".json"):
        json.loads(content)
        return
    hidden = _HIDDEN.search(content)
    assert hidden is None, f"{name}: {hidden and content[max(0, hidden.start() - 60) :][:120]!a}"
    if name.endswith(".toml"):
        tomllib.loads(content)
    elif name.endswith(".py"):
        compile(content, name, "exec", dont_inherit=True)
