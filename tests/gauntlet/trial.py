"""One document through everything: lint, model, the targets, the checks of what came of it."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.gauntlet import pages, programs
from tests.gauntlet.cases import cases_of
from tests.gauntlet.documents import WrittenDocument
from tests.gauntlet.matching import Found, codes, findings, missing, unmatched
from tests.gauntlet.report import FAILED, Row
from tests.gauntlet.twins import twins

_FINDINGS = 1
"""The status of a command that has found something; a higher one is a failure."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Where documents are tried, one at a time, and whether types are checked.

    The place is the same for all: what mypy learned of one package's runtime is so of the next's.
    """

    folder: Path
    types: bool


def trial(document: WrittenDocument, place: Trial) -> Row:
    """What becomes of one document."""
    started = time.monotonic()
    output, again = place.folder / "one", place.folder / "two"
    for each in output, again:
        shutil.rmtree(each, ignore_errors=True)
    path, api = str(document.path), output / "it"
    linted = programs.fourfold("lint", path)
    made = programs.fourfold("generate", path, "--output", str(output), "--name", "it")
    programs.fourfold("generate", path, "--output", str(again), "--name", "it", seed="7")
    same = _tree(output) == _tree(again)
    found = [*findings(linted.out), *findings(made.err)]
    cases = cases_of(document)
    python = programs.probe_python(api, cases) if (api / "python").is_dir() else {}
    typescript = programs.probe_typescript(api, cases) if (api / "typescript").is_dir() else {}
    faults: list[str] = []
    broken = _failure(linted, made)
    methods = {
        "python": _keys(python),
        "server": [(method, path) for method, path in programs.routes(api)],
        "typescript": _keys(typescript),
        "docs": pages.operations(api / "docs"),
    }
    return Row(
        document=document.path.name,
        operations=str(len(document.operations)),
        methods=_methods(document, methods, found, faults),
        lint=broken or codes(findings(linted.out)),
        generated=broken or codes(findings(made.err)),
        same_bytes="✓" if same else FAILED,
        modules=programs.imports(api),
        pages=pages.judged(api / "docs", faults),
        mypy=programs.mypy(api, place.folder / "mypy") if place.types else "not run",
        tsc=programs.tsc(api / "typescript") if place.types else "not run",
        twins=_twins(document, place.folder, faults),
        survival=_survival(python, typescript, faults),
        round_trip=_round_trip(python, faults),
        seconds=f"{time.monotonic() - started:.0f}",
        faults=tuple(faults),
    )


def _failure(*ran: programs.Ran) -> str:
    for each in ran:
        if "Traceback" in each.err or each.status > _FINDINGS:
            return f"{FAILED} {programs.last(each.err)}"
    return ""


def _methods(
    document: WrittenDocument,
    methods: dict[str, list[tuple[str, str]]],
    found: list[Found],
    faults: list[str],
) -> str:
    """How many there are in each target; a server that is not made for a reason has none."""
    told = unmatched(document, methods, found)
    if not methods["server"] and any(each.code == "GEN-053" for each in found):
        told = [fault for fault in told if not fault.endswith(" in server")]
    faults += told[:5]
    wanted = len(document.operations)
    counts = " / ".join(
        str(wanted - len(missing(document, target, keys))) for target, keys in methods.items()
    )
    return f"{FAILED} {len(told)} differ" if told else counts


def _keys(probed: Any) -> list[tuple[str, str]]:
    if not isinstance(probed, dict):
        return []
    listed = probed.get("methods", [])
    pairs = (each if isinstance(each, list) else each.split(" ", 1) for each in listed)
    return [(method, path) for method, path in pairs]


def _twins(document: WrittenDocument, folder: Path, faults: list[str]) -> str:
    compared = twins(document, folder)
    faults += [f"its twin in {name} differs: {told}" for name, told in compared.items() if told]
    names = ", ".join(compared)
    return f"{FAILED} {names}" if any(compared.values()) else f"✓ {names}"


def _survival(python: Any, typescript: Any, faults: list[str]) -> str:
    parts = [_tried("Python", python, ("survival",), faults)]
    parts.append(_tried("TypeScript", typescript, ("answers", "survival"), faults))
    return _joined(parts)


def _round_trip(python: Any, faults: list[str]) -> str:
    told = _tried("Python", python, ("schemas", "bodies", "answers"), faults)
    if not isinstance(python, dict) or not python or FAILED in told:
        return told
    schemas, calls = python["schemas"], ("bodies", "answers")
    return (
        f"{schemas['tried']} of {schemas['cases']} schemas, "
        f"{sum(python[each]['tried'] for each in calls)} of "
        f"{sum(python[each]['cases'] for each in calls)} bodies and answers"
    )


def _tried(name: str, probed: Any, kinds: tuple[str, ...], faults: list[str]) -> str:
    if not isinstance(probed, dict):
        faults.append(f"{name}: {probed}")
        return f"{FAILED} {name}"
    if not probed:
        return f"no {name}"
    wrong = [fault for kind in kinds for fault in probed[kind]["faults"]]
    faults += [f"{name}: {fault}" for fault in wrong[:5]]
    tried = sum(probed[kind]["tried"] for kind in kinds)
    return f"{FAILED} {name} {len(wrong)} faults" if wrong else f"{name} {tried}"


def _joined(parts: list[str]) -> str:
    failed = any(part.startswith(FAILED) for part in parts)
    return (f"{FAILED} " if failed else "") + ", ".join(part.lstrip(f"{FAILED} ") for part in parts)


def _tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
