"""What is generated from minimal documents, one concern each: a change of it is seen in review.

The trees hold what follows from each document; what other APIs have too is left out. They are
written anew by `UPDATE_GOLDENS=1 pytest tests/upgrades`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from generator.contracts import Contract
from generator.generate.lock import lock_text
from generator.generate.pipeline import produce
from generator.targets import TARGETS

ROOT = Path(__file__).parents[2]
GOLDENS = ROOT / "tests/goldens"
TREES = ("tests/goldens", ":!*/openapi.yaml")
CONCERNS = sorted(path.parent.name for path in GOLDENS.glob("*/openapi.yaml"))
SPECIFIC = re.compile(
    r"server/(errors|handlers|models|routes|security)\.py"
    r"|python/\w+/(resources/(?!__init__)\w+|types/(?!__init__)\w+|errors|oauth|webhooks)\.py"
    r"|typescript/src/(resources/.+|types/.+|errors|oauth|webhooks)\.ts"
    r"|docs/(?!index).+\.html"
)


@pytest.fixture(scope="module")
def generated() -> Mapping[str, Mapping[str, str]]:
    """What each document leads to now: path → text."""
    contracts = [Contract(name, GOLDENS / name / "openapi.yaml") for name in CONCERNS]
    productions = produce(contracts, TARGETS, {})
    assert {made.name: made.failure for made in productions if not made.files} == {}
    texts = Counter(
        text for made in productions for files in made.files.values() for text in files.values()
    )
    found: dict[str, dict[str, str]] = {}
    for made in productions:
        files = {path: text for each in made.files.values() for path, text in each.items()}
        own = {path: text for path, text in files.items() if texts[text] == 1}
        found[made.name] = {path: own[path] for path in own if SPECIFIC.fullmatch(path)}
        found[made.name]["fourfold.lock"] = lock_text({made.name: made.names})
        found[made.name]["findings.txt"] = re.sub(r"\S*tests/goldens/", "", made.told)
    return found


@pytest.mark.parametrize("concern", CONCERNS)
def test_what_is_generated_is_as_it_was(
    generated: Mapping[str, Mapping[str, str]], concern: str
) -> None:
    folder = GOLDENS / concern
    if os.environ.get("UPDATE_GOLDENS"):
        write(folder, generated[concern])
    known = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file() and path.name != "openapi.yaml"
    }
    assert known == generated[concern], "UPDATE_GOLDENS=1 writes it anew; CHANGELOG.md names it"


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Replace a tree."""
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


def test_a_change_of_them_is_named_in_the_changelog() -> None:
    changed = git("log", "-1", "--format=%H", "--diff-filter=DMR", "--", *TREES)
    if not changed:
        return
    named = git("show", "--format=", "--name-only", changed, "--", "CHANGELOG.md")
    after = git("log", "-1", "--format=%H", f"{changed}..HEAD", "--", "CHANGELOG.md")
    assert named or after, f"Say in CHANGELOG.md what {changed[:7]} changes of what is generated."


def git(*words: str) -> str:
    """What git says of this checkout; skips where there is none."""
    found = shutil.which("git")
    if found is None:
        pytest.skip("git is not installed")
    done = subprocess.run(  # noqa: S603  our own words
        [found, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"this is no checkout: {done.stderr.strip()}")
    return done.stdout.strip()
