"""Whatever a document says, it is data: findings and files come of it, and nothing else.

Some dozens of documents here; `nox -s fuzz` tries as many thousands as it is asked to.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path, PurePosixPath
from types import FrameType
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from generator.contracts import Contract
from generator.document import load
from generator.document.lint.command import lint_specification
from generator.generate.render import render
from generator.targets import TARGETS
from tests.fuzz.documents import documents

EXAMPLES = int(os.environ.get("FOURFOLD_FUZZ", "60"))
SECONDS = float(os.environ.get("FOURFOLD_FUZZ_SECONDS", "inf"))
"""When these have passed, no more documents are tried."""
MOST_CALLS = 20_000_000
"""Of functions, for one document: the unchanged one takes half a million."""
COUNTED = 20
"""Of how many documents the calls of one are counted, which takes its time."""


class Work:
    """Counts the calls of functions, and ends what makes too many of them."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise AssertionError(f"more than {MOST_CALLS:,} calls")


class Tried:
    """The documents so far, and the Python in their packages, most of which is always the same."""

    since = time.monotonic()
    documents = 0
    compiled: ClassVar[set[str]] = set()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzzed")


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize="FOURFOLD_FUZZ" not in os.environ,
    phases=(Phase.generate,) if "FOURFOLD_FUZZ" in os.environ else (Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
@given(text=documents())
def test_a_document_is_linted_and_rendered_whatever_it_says(folder: Path, text: str) -> None:
    if time.monotonic() - Tried.since > SECONDS:
        pytest.skip(f"The time is over after {Tried.documents:,} documents.")
    path = folder / "openapi.json"
    path.write_text(text, "utf-8")
    Tried.documents += 1
    sys.setprofile(Work() if Tried.documents % COUNTED == 0 else None)
    try:
        findings = lint_specification(load(path), folder)
        rendered = render(Contract("fuzzed", path), TARGETS)
    finally:
        sys.setprofile(None)

    for finding in (*findings, *rendered.findings):
        assert finding.position.line >= 1
        assert finding.message
    for files in rendered.files.values():
        for name, content in files.items():
            parts = PurePosixPath(name).parts
            assert not PurePosixPath(name).is_absolute()
            assert ".." not in parts
            assert all(len(part.encode()) < 256 and "\0" not in part for part in parts)
            content.encode()
            if name.endswith(".py") and content not in Tried.compiled:
                Tried.compiled.add(content)
                compile(content, name, "exec", dont_inherit=True)


def test_nothing_was_executed(folder: Path) -> None:
    assert not [
        *folder.rglob("pwned"),
        *Path.cwd().glob("pwned"),
        *Path(tempfile.gettempdir()).glob("pwned"),
    ]
    print(f"\n{Tried.documents:,} documents")
