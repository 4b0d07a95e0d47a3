"""`python -m tests.fuzz`: thousands of documents that nobody would write, on a few processes.

    python -m tests.fuzz [--documents 20000] [--seed N] [--jobs 2]

Each chunk of documents has a process and a seed of its own: a failure is shown with both, and with
its smallest document; `--seed` and `--documents 500` repeat its chunk alone.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import sys
import tempfile
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from generator.targets import TARGETS, load_target
from tests.fuzz import chunk
from tests.fuzz.seeds import seeds

CHUNK = 500
_REPORT = "outcome.json"
_TOLD = "stderr.txt"


@dataclass(frozen=True)
class Running:
    """A chunk that is being tried, in a folder of its own."""

    process: BaseProcess
    folder: Path
    seed: int


def main() -> int:
    """Try documents until there are as many as were asked for; 1 where one failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    _warm()
    total = chunk.Outcome(asked.seed)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        running: list[Running] = []
        seed = asked.seed
        last = seed + 2 * (asked.documents // CHUNK + 1)  # where most of them fail
        while (total.documents < asked.documents and seed < last) or running:
            missing = asked.documents - total.documents - CHUNK * len(running)
            if missing > 0 and seed < last and len(running) < asked.jobs:
                running.append(_started(Path(folder), seed, min(CHUNK, missing)))
                seed += 1
                continue
            ended = wait([each.process.sentinel for each in running])
            for each in [each for each in running if each.process.sentinel in ended]:
                running.remove(each)
                _add(total, _outcome(each))
    print(
        f"{total.documents:,} documents, {total.packages:,} of which became packages, "
        f"{total.cpu:,.0f} s of CPU time, {len(total.failures)} failures"
    )
    return int(bool(total.failures))


def _warm() -> None:
    """Import, once for all processes, what is imported when it is first needed."""
    seeds()
    for name in TARGETS:
        load_target(name)
    for name in ("connexion", "httpx2"):  # what generated packages import
        import_module(name)


def _started(folder: Path, seed: int, count: int) -> Running:
    home = folder / str(seed)
    home.mkdir()
    arguments = (home, seed, count)
    process = multiprocessing.get_context("fork").Process(target=_in_its_folder, args=arguments)
    process.start()
    return Running(process, home, seed)


def _in_its_folder(folder: Path, seed: int, count: int) -> None:
    os.chdir(folder)
    with (folder / _TOLD).open("w") as told:
        os.dup2(told.fileno(), sys.stdout.fileno())
        os.dup2(told.fileno(), sys.stderr.fileno())
        chunk.run(seed, count, folder / _REPORT)


def _outcome(ended: Running) -> chunk.Outcome:
    """What a process has left; where it did not end by itself, that is a failure."""
    report = ended.folder / _REPORT
    if report.exists():
        data = json.loads(report.read_text())
        return chunk.Outcome(**{**data, "failures": [chunk.Failure(**f) for f in data["failures"]]})
    documents = sorted(ended.folder.glob("openapi.*"), key=lambda path: path.stat().st_mtime)
    last = documents[-1].read_bytes().decode("latin-1") if documents else ""
    what = f"The process ended with {ended.process.exitcode}"
    told = (ended.folder / _TOLD).read_text(errors="replace")
    failure = chunk.Failure(what, f"seed {ended.seed}", last, told)
    return chunk.Outcome(ended.seed, failures=[failure])


def _add(total: chunk.Outcome, more: chunk.Outcome) -> None:
    total.documents += more.documents
    total.packages += more.packages
    total.cpu += more.cpu
    known = {failure.where for failure in total.failures}
    for failure in more.failures:
        if failure.where not in known:
            total.failures.append(failure)
            print(
                f"\n{len(total.failures)}. {failure.what} ({failure.where}, seed {more.seed})\n"
                f"{failure.told}\n{failure.document}",
                flush=True,
            )
    if sys.stderr.isatty():
        print(f"\r{total.documents:,} documents", end="", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
