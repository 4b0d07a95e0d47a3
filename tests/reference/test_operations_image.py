"""The image: what the Dockerfile copies is there and enough, and its commands do what they say."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reference.wire import PATIENCE, PROJECT

DOCKERFILE = (PROJECT / "Dockerfile").read_text()


def _words(instruction: str) -> list[str]:
    """Return the JSON form of an instruction; `  CMD` is the one of HEALTHCHECK."""
    found = re.search(rf"^{instruction} (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert found, instruction
    words: list[str] = json.loads(found[1])
    return words


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The image's working directory: what is copied, without what .dockerignore leaves out."""
    place = tmp_path_factory.mktemp("image")
    ignored = [line for line in (PROJECT / ".dockerignore").read_text().splitlines() if line]
    left_out = shutil.ignore_patterns("__pycache__", "docs", "python", "typescript")
    for source in re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE):
        name = source.rstrip("/")
        assert f"!{name}" in ignored
        if source.endswith("/"):
            kept = left_out if name == "generated" else shutil.ignore_patterns("__pycache__")
            shutil.copytree(PROJECT / name, place / name, ignore=kept)
        else:
            shutil.copy(PROJECT / name, place / name)
    return place


def _command(words: list[str], root: Path) -> list[str]:
    in_image = [word.replace("8000", "0").replace("/data", str(root)) for word in words]
    return [sys.executable, *in_image[1:]]


@pytest.fixture
def server(root: Path) -> Iterator[dict[str, object]]:
    """The ready line of the image's command, run where nothing but its files is."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root)}
    with subprocess.Popen(  # noqa: S603 - our own program
        _command(_words("ENTRYPOINT") + _words("CMD"), root),
        cwd="/",
        env=environment | {"FOURFOLD_CONTROL_TOKEN": "given"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(PATIENCE) == 0


def test_the_image_serves_all_apis_and_knows_whether_it_is_well(
    server: dict[str, str], root: Path
) -> None:
    assert {*server["apis"]} == {"haleai", "haloagents", "aloha", "leadiosa"}
    assert (root / "fourfold.db").exists()
    words = _command(_words("  CMD"), root)[:-1]
    for token, status in (("given", 0), ("wrong", 1), (None, 0)):
        environment = {"PYTHONPATH": str(root)}
        if token is not None:
            environment["FOURFOLD_CONTROL_TOKEN"] = token
        asked = subprocess.run(  # noqa: S603 - our own program
            [*words, server["url"]], cwd="/", env=environment, capture_output=True, check=False
        )
        assert asked.returncode == status, asked.stderr


def test_the_image_runs_as_nobody() -> None:
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["nobody"]
    assert "--require-hashes" in DOCKERFILE
