"""`fourfold generate`: contracts → files on disk, or what would change there."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from generator.contracts import Contract
from generator.document import Finding, Severity
from generator.document.report import as_text
from generator.generate.formatting import formatted
from generator.generate.render import Rendered, render, understood
from generator.generate.tree import MANIFEST, Change, apply, changes, manifest, read_manifest
from generator.model.dump import dump
from generator.parallel import shared_out
from generator.targets import load_target

GENERATED = Path("generated")
_PACKAGE = '"""What follows from the contracts of openapi/: written by `fourfold generate`."""\n'
_API_PACKAGE = '"""What follows from one contract: written by `fourfold generate`."""\n'


@dataclass(frozen=True, slots=True)
class Request:
    """What to generate: contracts, targets, and where; `whole` if that is all of openapi/."""

    contracts: Sequence[Contract]
    targets: Sequence[str]
    output: Path
    whole: bool = False
    check: bool = False


def dump_model(contracts: Sequence[Contract], out: TextIO, told: TextIO) -> int:
    """Print the model of a contract as JSON, of several as an array; 1 where one is invalid."""
    models, status = [], 0
    for contract in contracts:
        _, built, findings = understood(contract)
        told.write(_told(findings))
        if built is None:
            status = 1
        else:
            models.append(dump(built.api))
    if not status:
        shown = models[0] if len(models) == 1 else models
        out.write(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
    return status


def generate(request: Request, out: TextIO = sys.stdout, told: TextIO = sys.stderr) -> int:
    """Write what follows from the contracts; with `check`, say what would be written.

    Nothing is written where a contract is invalid. Returns the exit status: 1 where there are
    errors, or where `check` finds that files differ. Raises `UnreadableSourceError`,
    `FormattingError`, `UnsafePathError` and OSError; what was there before is then still whole.
    """
    started = time.perf_counter()
    for name in request.targets:
        load_target(name)
    rendered = shared_out(
        lambda contract: render(contract, request.targets), request.contracts, _size
    )
    findings = [finding for each in rendered for finding in each.findings]
    told.write(_told(findings))
    if not all(each.files for each in rendered):
        return 1
    files, stale = _planned(request, rendered)
    found = changes(request.output, files, stale)
    status = int(any(finding.severity is Severity.ERROR for finding in findings))
    if request.check:
        for change in found:
            out.write(f"{change.kind}: {request.output / change.path}\n")
        status = status or int(bool(found))
    else:
        apply(request.output, files, found)
    out.write(_summary(request, len(files), found, time.perf_counter() - started))
    return status


def _size(contract: Contract) -> int:
    return contract.path.stat().st_size if contract.path.is_file() else 0


def _told(findings: Sequence[Finding]) -> str:
    return as_text(findings, {}) if findings else ""


def _planned(request: Request, rendered: Iterable[Rendered]) -> tuple[dict[str, bytes], list[str]]:
    """Every file below the output folder, formatted, and those of earlier runs to remove."""
    texts: dict[str, str] = {}
    stale: list[str] = []
    kept: list[str] = []
    for each in rendered:
        name = each.contract.name
        groups = _with_package(each.files)
        before = read_manifest(request.output / name)
        owned = {target: list(paths) for target, paths in groups.items()}
        others = {target: paths for target, paths in before.items() if target not in owned}
        texts |= {
            f"{name}/{path}": text for paths in groups.values() for path, text in paths.items()
        }
        texts[f"{name}/{MANIFEST}"] = manifest({**others, **owned})
        stale += [f"{name}/{path}" for target in owned for path in before.get(target, ())]
        kept.append(name)
    if request.whole:
        texts["__init__.py"] = _PACKAGE
        stale += _abandoned(request.output, kept)
    files = {path: text.encode() for path, text in sorted(formatted(texts).items())}
    return files, [path for path in stale if path not in files]


def _with_package(files: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """The same files; the folder is a package where the server in it is to be imported."""
    if "server" not in files:
        return dict(files)
    return {**files, "server": {"__init__.py": _API_PACKAGE, **files["server"]}}


def _abandoned(output: Path, kept: Iterable[str]) -> list[str]:
    """The files of APIs that openapi/ no longer has."""
    found = []
    for folder in sorted(output.iterdir()) if output.is_dir() else ():
        if folder.name not in kept:
            for paths in read_manifest(folder).values():
                found += [f"{folder.name}/{path}" for path in (*paths, MANIFEST)]
    return list(dict.fromkeys(found))


def _summary(request: Request, count: int, found: Sequence[Change], seconds: float) -> str:
    """One line: `generated/: 212 files, 3 changed, 0.74 s`."""
    changed = f"{len(found)} {'would change' if request.check else 'changed'}"
    return f"{request.output}/: {count} files, {changed}, {seconds:.2f} s\n"
