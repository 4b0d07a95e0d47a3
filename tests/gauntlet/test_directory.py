"""Which documents of the public directory are drawn, and what is said where it cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import public_directory
from tests.gauntlet.__main__ import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A directory of twenty documents, each ten bytes larger than the one before."""
    for number in range(20):
        document = public_directory.place(tmp_path) / f"provider{number % 3}" / f"{number}.json"
        document.parent.mkdir(parents=True, exist_ok=True)
        document.write_text("0" * 10 * number)
    return tmp_path


def test_a_seed_draws_the_same_documents_and_none_that_is_too_large(folder: Path) -> None:
    drawn = public_directory.sample(folder, 5, 7, largest=150)
    assert drawn == public_directory.sample(folder, 5, 7, largest=150)
    assert drawn != public_directory.sample(folder, 5, 8, largest=150)
    assert len(set(drawn)) == 5
    assert all(path.stat().st_size < 150 for path in drawn)
    assert len(public_directory.sample(folder, 99, 7, largest=150)) == 15


def test_a_directory_that_cannot_be_installed_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(public_directory, "installing", lambda _: ["/no-such-npm"])
    monkeypatch.setattr("sys.argv", ["gauntlet", "--directory", "1"])
    assert main() == 2
    assert capsys.readouterr().err.startswith("The directory cannot be installed: ")
