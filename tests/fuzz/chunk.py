"""Some hundred documents, tried one after the other in a process that ends where one takes long."""

from __future__ import annotations

import faulthandler
import json
import os
import resource
import signal
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from generator.generate.formatting import FormattingError
from tests.fuzz.documents import Written, documents
from tests.fuzz.packages import check_imports, check_sources
from tests.fuzz.trial import Files, tried

CPU_SECONDS = 20.0
"""For one document; most take a fiftieth of one."""
_MEMORY = 4 << 30
"""How much of an address space a process may have."""
_EVERY = 50
"""Of how many documents the packages of one are also parsed, imported and used."""


_Made = tuple[Written, list[Files]]
"""A document, and its packages."""


@dataclass(slots=True)
class Failure:
    """What went wrong, in which line, and the smallest document found that makes it go wrong."""

    what: str
    where: str
    document: str
    told: str


@dataclass(slots=True)
class Outcome:
    """What came of a chunk: documents tried, those that became packages, CPU time, failures."""

    seed: int
    documents: int = 0
    packages: int = 0
    cpu: float = 0.0
    failures: list[Failure] = field(default_factory=list)


def run(number: int, count: int, report: Path) -> None:
    """Try as many documents, drawn from this seed, and leave the outcome as JSON in a file.

    The process ends with SIGPROF where one of them takes too long; it is then in the current
    folder.
    """
    faulthandler.register(signal.SIGPROF, chain=True)
    outcome, looked_into, found = Outcome(number), list[_Made](), dict[str, Failure]()

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(documents())
    def each(document: Written) -> None:
        outcome.documents += not found  # from then on it is made smaller
        with _failures(found, document), _limited():
            packages = tried(Path.cwd(), document)
            outcome.packages += bool(packages) and not found
            if outcome.documents % _EVERY == 0:
                check_imports(packages, Path.cwd())
                looked_into.append((document, list(packages.values())))

    with suppress(Exception, BaseExceptionGroup):  # they are in `found`
        each()
    _check_all(looked_into, found)
    outcome.failures = list(found.values())
    outcome.cpu = sum(os.times()[:4])
    report.write_text(json.dumps(asdict(outcome)))


def _check_all(looked_into: list[_Made], found: dict[str, Failure]) -> None:
    """Parse the sources of packages: all at once, and one by one only where that fails."""
    try:
        check_sources(files for _, packages in looked_into for files in packages)
    except (AssertionError, FormattingError):
        for document, packages in looked_into:
            with suppress(AssertionError, FormattingError), _failures(found, document):
                check_sources(packages)


@contextmanager
def _failures(found: dict[str, Failure], document: Written) -> Iterator[None]:
    """Remember what goes wrong, each thing once with its smallest document, and raise it again."""
    try:
        yield
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        last = frames[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        what = f"{type(error).__name__}: {str(error)[:500]}"
        told = "".join(traceback.format_list(frames[-8:]))
        failure = Failure(what, where, document.content.decode("latin-1"), told)
        before = found.get(where)
        if before is None or len(failure.document) <= len(before.document):
            found[where] = failure
        raise


@contextmanager
def _limited() -> Iterator[None]:
    """Limits of CPU time and memory for one document."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, before[1]))
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)
