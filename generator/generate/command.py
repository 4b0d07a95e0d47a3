"""`fourfold generate`: contracts → files on disk, or what would change there."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from msgspec import Struct, field

from generator.contracts import Contract
from generator.generate.cache import cache
from generator.generate.lock import LOCK, ApiNames, Lock, lock_text, read_lock
from generator.generate.production import Production
from generator.generate.tree import MANIFEST, Change, Staging, changes, manifest, read_manifest
from generator.published import MODEL

GENERATED = Path("generated")
_PACKAGE = '"""What follows from the contracts of openapi/: written by `fourfold generate`."""\n'
_API_PACKAGE = '"""What follows from one contract: written by `fourfold generate`."""\n'
_BATCH = 16
"""How many contracts are in memory at once."""


class Request(Struct, frozen=True):
    """What to generate: contracts, targets, and where; `whole` if that is all of openapi/."""

    contracts: Sequence[Contract]
    targets: Sequence[str]
    output: Path
    whole: bool = False
    check: bool = False


class _Tally(Struct):
    """What a run has come to so far."""

    apis: int = 0
    files: int = 0
    wrong: int = 0
    failed: int = 0
    nothing: int = 0
    changes: list[Change] = field(default_factory=list)

    @property
    def status(self) -> int:
        return 2 if self.failed else int(bool(self.wrong or self.nothing))


def dump_model(contracts: Sequence[Contract], output: Path, out: TextIO, told: TextIO) -> int:
    """Print the model of a contract as JSON, of several as an array; 1 where one is invalid.

    Names are those that `output` was generated with. Raises `UnreadableLockError`.
    """
    from generator.document import Severity  # noqa: PLC0415  not needed where all is cached
    from generator.document.report import as_text  # noqa: PLC0415  as above
    from generator.generate.render import understood  # noqa: PLC0415  as above
    from generator.model.dump import dump  # noqa: PLC0415  as above

    published = read_lock(output).apis
    models, status = [], 0
    for contract in contracts:
        names = published.get(contract.name, {}).get(MODEL, {})
        known = understood(contract, names)
        told.write(as_text(known.findings, {}) if known.findings else "")
        if known.built is not None:
            models.append(dump(known.built.api))
        wrong = any(finding.severity is Severity.ERROR for finding in known.findings)
        if known.built is None or wrong:
            status = 1
    if models:
        shown = models[0] if len(contracts) == 1 else models
        out.write(json.dumps(shown, indent=2, ensure_ascii=False) + "\n")
    return status


def generate(request: Request, out: TextIO = sys.stdout, told: TextIO = sys.stderr) -> int:
    """Write what follows from the contracts; with `check`, say what would be written.

    Of a contract that is no OpenAPI document nothing is written, and what was there stays.
    Returns the exit status: 1 where there are errors, or where `check` finds that files differ; 2
    where a contract cannot be read. Raises `UnsafePathError`, `UnreadableLockError` and OSError;
    what was there before is then still whole.
    """
    started = time.perf_counter()
    lock = _lock(request, told)
    published = lock.apis
    names: dict[str, ApiNames] = {}
    tally = _Tally()
    with Staging(request.output) as staging, _progress(request, told) as (advance, said):
        if request.whole:
            _add(request, staging, tally, *_around(request))
        for production in _productions(request, published):
            _tell(production, said, tally)
            if production.files:
                _add(request, staging, tally, *_planned(request.output, production))
                before = published.get(production.name, {})
                names[production.name] = {**before, **production.names}
            advance(1)
        if names:
            _add(request, staging, tally, {LOCK: _locked(request, lock, names)}, ())
        if not request.check:
            staging.commit()
    if request.check:
        for change in sorted(tally.changes, key=lambda change: change.path):
            out.write(f"{change.kind}: {request.output / change.path}\n")
    out.write(_summary(request, tally, time.perf_counter() - started))
    return tally.status or int(request.check and bool(tally.changes))


@contextmanager
def _progress(request: Request, told: TextIO) -> Iterator[tuple[Callable[[int], None], TextIO]]:
    """A bar on a terminal, where there is enough to do that somebody waits.

    Gives what advances it, and where findings go meanwhile: they are told when the bar is done.
    """
    if not told.isatty() or len(request.contracts) <= _BATCH:
        yield lambda _: None, told
        return
    later = io.StringIO()
    try:
        with click.progressbar(length=len(request.contracts), file=told) as bar:
            yield bar.update, later
    finally:
        told.write(later.getvalue())


def _lock(request: Request, told: TextIO) -> Lock:
    """The names that are kept. Says so where there should be some, and are none."""
    found = read_lock(request.output)
    if found.text is None and any(
        (request.output / each.name / MANIFEST).is_file() for each in request.contracts
    ):
        told.write(
            f"{found.path} is not there: names are given afresh, and where two things "
            "want the same one, it may not be as before. Commit it.\n"
        )
    return found


def _locked(request: Request, lock: Lock, names: Mapping[str, ApiNames]) -> str:
    """The lock with the names of these APIs; those of others as another run may just have left."""
    before = lock.read_again().apis
    asked = {contract.name for contract in request.contracts}
    kept = {api: told for api, told in before.items() if api in asked or not request.whole}
    return lock_text({**kept, **names})


def _productions(request: Request, published: Mapping[str, ApiNames]) -> Iterator[Production]:
    """What is made of each contract, in order: remembered, or made now and remembered."""
    memory = cache()
    for start in range(0, len(request.contracts), _BATCH):
        batch = request.contracts[start : start + _BATCH]
        kept = [published.get(each.name, {}) for each in batch]
        found = [
            memory.get(each, request.targets, names) if memory else None
            for each, names in zip(batch, kept, strict=True)
        ]
        missing = [each for each, made in zip(batch, found, strict=True) if made is None]
        since = time.time()
        fresh = iter(_made(missing, request.targets, published) if missing else ())
        for contract, names, made in zip(batch, kept, found, strict=True):
            production = made or next(fresh)
            if made is None and memory is not None:
                memory.put(contract, request.targets, names, production, since)
            yield production


def _made(
    contracts: Sequence[Contract], targets: Sequence[str], published: Mapping[str, ApiNames]
) -> list[Production]:
    from generator.generate.pipeline import produce  # noqa: PLC0415  not needed for what is cached

    return produce(contracts, targets, published)


def _tell(production: Production, told: TextIO, tally: _Tally) -> None:
    told.write(production.told)
    if production.failure:
        told.write(f"Error: {production.failure}\n")
    tally.apis += 1
    tally.failed += bool(production.failure)
    tally.nothing += not production.files
    tally.wrong += production.errors and bool(production.files)


def _add(
    request: Request,
    staging: Staging,
    tally: _Tally,
    texts: Mapping[str, str],
    stale: Iterable[str],
) -> None:
    files = {path: text.encode() for path, text in sorted(texts.items())}
    found = changes(request.output, files, [path for path in stale if path not in files])
    tally.files += len(files)
    tally.changes += found
    if not request.check:
        staging.add(files, found)


def _planned(output: Path, production: Production) -> tuple[dict[str, str], list[str]]:
    """Every file of one API below the output folder, and those of earlier runs."""
    name = production.name
    groups = _with_package(production.files)
    before = read_manifest(output / name)
    owned = {target: list(paths) for target, paths in groups.items()}
    others = {target: paths for target, paths in before.items() if target not in owned}
    texts = {f"{name}/{path}": text for paths in groups.values() for path, text in paths.items()}
    texts[f"{name}/{MANIFEST}"] = manifest({**others, **owned})
    return texts, [f"{name}/{path}" for target in owned for path in before.get(target, ())]


def _around(request: Request) -> tuple[dict[str, str], list[str]]:
    """What stands beside all APIs, and the files of those that openapi/ no longer has."""
    kept = {contract.name for contract in request.contracts}
    abandoned = []
    for folder in sorted(request.output.iterdir()) if request.output.is_dir() else ():
        if folder.name not in kept:
            for paths in read_manifest(folder).values():
                abandoned += [f"{folder.name}/{path}" for path in (*paths, MANIFEST)]
    return {"__init__.py": _PACKAGE}, list(dict.fromkeys(abandoned))


def _with_package(files: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """The same files; the folder is a package where the server in it is to be imported."""
    if "server" not in files:
        return dict(files)
    return {**files, "server": {"__init__.py": _API_PACKAGE, **files["server"]}}


def _summary(request: Request, tally: _Tally, seconds: float) -> str:
    """One line: `generated/: 212 files, 3 changed, 0.74 s`; of many APIs, how they fared too."""
    found = len(tally.changes)
    apis = ""
    if tally.apis > 1:
        told = {"with errors": tally.wrong, "not generated": tally.nothing}
        apis = ", ".join([f"{tally.apis} APIs", *(f"{n} {what}" for what, n in told.items() if n)])
        apis += "; "
    changed = f"{found} {'would change' if request.check else 'changed'}"
    return f"{request.output}/: {apis}{tally.files} files, {changed}, {seconds:.2f} s\n"
