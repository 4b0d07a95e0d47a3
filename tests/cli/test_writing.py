"""What was generated before is whole at any time: after a crash, a kill, or a full disk."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Fourfold
from tests.cli.test_generate import ROOT, edit, tree

KILLED = """
import os, signal, sys
from pathlib import Path
from generator.cli import main

real, left = {method}, [{after}]

def killed(*arguments, **options):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.{signal})
    return real(*arguments, **options)

{method} = killed
sys.argv = ["fourfold", "generate"]
main()
"""


def killed(project: Path, method: str, after: int, by: str) -> int:
    """Generate, and get a signal instead of call number `after` of a method."""
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", KILLED.format(method=method, after=after, signal=by)],
        cwd=project,
        env={"PYTHONPATH": str(ROOT), "FOURFOLD_CACHE": ""},
        capture_output=True,
        check=False,
    )
    return done.returncode


def generated(project: Path) -> Mapping[str, bytes]:
    found = tree(project / "generated")
    return {path: data for path, data in found.items() if not path.startswith(".fourfold-")}


@pytest.fixture
def changed(project: Path, fourfold: Fourfold) -> Mapping[str, bytes]:
    """What is in generated/ before the contract was changed."""
    fourfold("generate")
    before = generated(project)
    edit(project / "openapi/zoo/openapi.yaml", "title: Zoo", "title: Park")
    return before


@pytest.mark.parametrize("after", [0, 3])
def test_a_run_that_is_killed_while_it_prepares_changes_nothing(
    project: Path, fourfold: Fourfold, changed: Mapping[str, bytes], after: int
) -> None:
    assert killed(project, "Path.write_bytes", after, "SIGKILL") == -signal.SIGKILL
    assert generated(project) == changed
    assert fourfold("generate").status == 0
    assert generated(project) != changed
    assert not list((project / "generated").glob(".fourfold-*")), "what was prepared is removed"


def test_the_next_run_completes_one_that_was_killed_while_it_renamed(
    project: Path, fourfold: Fourfold, changed: Mapping[str, bytes]
) -> None:
    assert killed(project, "Path.replace", 4, "SIGKILL") == -signal.SIGKILL
    assert changed != generated(project), "it was killed in the middle"
    edit(project / "openapi/zoo/openapi.yaml", "Who lives here.", "Who lives there.")
    fourfold("generate")
    after = generated(project)
    fourfold("generate", "--output", "other")
    assert tree(project / "other/zoo") == tree(project / "generated/zoo")
    assert after == generated(project)


def test_a_run_that_is_told_to_end_while_it_renames_renames_all(
    project: Path, fourfold: Fourfold, changed: Mapping[str, bytes]
) -> None:
    assert killed(project, "Path.replace", 4, "SIGTERM") == -signal.SIGTERM
    assert fourfold("generate", "--check").status == 0
    assert generated(project) != changed


@pytest.mark.parametrize("call", [("write_bytes", 2), ("replace", 1), ("replace", 9)])
def test_a_disk_that_is_full_changes_nothing(
    project: Path,
    fourfold: Fourfold,
    changed: Mapping[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    call: tuple[str, int],
) -> None:
    method, number = call
    real, left = getattr(Path, method), [number]

    def full(*arguments: object) -> object:
        left[0] -= 1
        if left[0] == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(Path, method, full)
        ran = fourfold("generate")
    assert (ran.status, "No space left" in ran.err) == (2, True)
    assert tree(project / "generated") == changed
    assert fourfold("generate").status == 0
    assert generated(project) != changed


def test_what_stands_in_the_way_is_told_and_all_stays(
    project: Path, fourfold: Fourfold, changed: Mapping[str, bytes]
) -> None:
    blocked = project / "generated/zoo/server/runtime"
    shutil.rmtree(blocked)
    blocked.write_text("mine")
    before = tree(project / "generated")
    ran = fourfold("generate")
    assert (ran.status, "server/runtime" in ran.err) == (2, True)
    assert tree(project / "generated") == before
    blocked.unlink()
    assert fourfold("generate").status == 0
    assert generated(project).keys() == changed.keys()


def test_the_staging_of_a_run_that_goes_on_is_left_alone(project: Path, fourfold: Fourfold) -> None:
    mine = project / f"generated/.fourfold-{os.getpid()}-x"
    mine.mkdir(parents=True)
    fourfold("generate")
    assert mine.is_dir()


def test_a_journal_leads_to_nothing_outside(project: Path, fourfold: Fourfold) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    staging = project / f"generated/.fourfold-{ended.pid}-x"
    staging.mkdir(parents=True)
    (staging / "journal.json").write_text(json.dumps([["", "../openapi/zoo/openapi.yaml"]]))
    assert fourfold("generate").status == 2
    assert (project / "openapi/zoo/openapi.yaml").exists()


def test_nothing_is_read_anew_that_has_not_changed(
    project: Path, fourfold: Fourfold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURFOLD_CACHE", str(project / "cache"))
    contract = project / "openapi/zoo/openapi.yaml"
    os.utime(contract, (1, 1))
    fourfold("generate")
    (held,) = (project / "cache").iterdir()
    marked = held.read_text().replace("Who lives here.", "From the cache.")
    held.write_text(marked)
    assert fourfold("generate", "--check").status == 1, "what is remembered is what is compared"
    edit(contract, "Animals.", "All animals.")
    os.utime(contract, (2, 2))
    assert fourfold("generate").status == 0
    assert "From the cache." not in held.read_text(), "what has changed is made anew"
    assert len(list((project / "cache").iterdir())) == 1, "and takes the place of what it was"


@pytest.mark.parametrize("spoilt", [b"", b"[]", b"\xff", b'{"generator": 1}'])
def test_a_spoilt_cache_is_no_cache(
    project: Path, fourfold: Fourfold, monkeypatch: pytest.MonkeyPatch, spoilt: bytes
) -> None:
    monkeypatch.setenv("FOURFOLD_CACHE", str(project / "cache"))
    os.utime(project / "openapi/zoo/openapi.yaml", (1, 1))
    fourfold("generate")
    for file in (project / "cache").iterdir():
        file.write_bytes(spoilt)
    assert fourfold("generate", "--check").status == 0


def test_a_file_that_was_referred_to_is_looked_at_too(
    project: Path, fourfold: Fourfold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURFOLD_CACHE", str(project / "cache"))
    contract, other = project / "openapi/zoo/openapi.yaml", project / "openapi/zoo/animal.yaml"
    edit(
        contract,
        "$ref: '#/components/schemas/Animal'}}}\n        '404'",
        "$ref: animal.yaml}}}\n        '404'",
    )
    other.write_text("{type: object, properties: {wings: {type: integer}}}")
    for file in (contract, other):
        os.utime(file, (1, 1))
    fourfold("generate")
    assert fourfold("generate", "--check").status == 0
    edit(other, "wings", "fins")
    assert fourfold("generate", "--check").status == 1


def test_one_contract_that_cannot_be_read_does_not_keep_others_from_theirs(
    project: Path, fourfold: Fourfold
) -> None:
    for name in ("bad", "ugly"):
        (project / f"openapi/{name}").mkdir()
    (project / "openapi/bad/openapi.yaml").write_text("openapi: 3.1.0\npaths: [")
    (project / "openapi/ugly/openapi.yaml").symlink_to("openapi.yaml")
    ran = fourfold("generate")
    assert ran.status == 1
    assert "generated/: 2 APIs, 1 not generated; " in ran.out
    assert (project / "generated/zoo/server").is_dir()
    assert not (project / "generated/bad").exists()


def test_without_room_in_memory_the_same_is_written(
    project: Path, fourfold: Fourfold, monkeypatch: pytest.MonkeyPatch
) -> None:
    fourfold("generate")
    before = generated(project)
    shutil.rmtree(project / "generated")
    monkeypatch.setenv("FOURFOLD_CACHE", "")
    monkeypatch.setattr(shutil, "disk_usage", _full)
    assert fourfold("generate").status == 0
    assert generated(project) == before


def _full(path: str) -> None:
    raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), path)
