"""What a user reads in an editor: a word on every public declaration."""

from __future__ import annotations

from pathlib import Path

from tests.node_tools import NODE, installed
from tests.typescript_client.packages import APIS, package, ran, write_package

PROGRAM = Path(__file__).with_name("undocumented.mjs").resolve()
ZOO = Path(__file__).with_name("zoo.yaml")


def undocumented(*folders: Path) -> list[str]:
    """The public declarations of packages that have no comment, as `<file> <path>`."""
    installed()
    done = ran([str(NODE), str(PROGRAM), *map(str, folders)], Path())
    assert done.returncode == 0, done.stderr
    assert int(done.stderr) > 100 * len(folders), "it has hardly looked at anything"
    return done.stdout.splitlines()


def test_everything_public_is_documented() -> None:
    assert undocumented(*(package(api) for api in APIS)) == []


def test_what_is_not_documented_is_found(tmp_path: Path) -> None:
    found = undocumented(write_package(ZOO.read_text(), tmp_path))
    told = {line.rpartition(" ")[2] for line in found}
    assert {"Cat.petKind", "Failure"} <= told, told
