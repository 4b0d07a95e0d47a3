"""What a user reads in an editor: a word on every public declaration."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.node_tools import NODE, installed
from tests.typescript_client.packages import APIS, package, ran, write_package

PROGRAM = Path(__file__).with_name("undocumented.mjs").resolve()
ZOO = Path(__file__).with_name("zoo.yaml")


@pytest.fixture(scope="module")
def undocumented(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, str]]:
    """The public declarations that have no comment: of the four packages, and of the zoo's."""
    installed()
    zoo = write_package(ZOO.read_text(), tmp_path_factory.mktemp("zoo"))
    folders = [zoo, *map(package, APIS)]
    done = ran([str(NODE), str(PROGRAM), *map(str, folders)], Path())
    assert done.returncode == 0, done.stderr
    assert int(done.stderr) > 1000, "it has hardly looked at anything"
    found = [line.rsplit(" ", 1) for line in done.stdout.splitlines()]
    return [(Path(file), name) for file, name in found]


def test_everything_public_is_documented(undocumented: list[tuple[Path, str]]) -> None:
    ours = tuple(map(package, APIS))
    assert [each for each in undocumented if not set(ours).isdisjoint(each[0].parents)] == []


def test_what_is_not_documented_is_found(undocumented: list[tuple[Path, str]]) -> None:
    assert {"Cat.petKind", "Failure"} <= {name for _, name in undocumented}
