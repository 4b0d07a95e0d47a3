"""The generated packages, as strict as pyright can be."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.node_tools import environment, program
from tests.python_client.distributions import APIS, distribution
from tests.python_client.packages import write_package

DOCUMENT = Path(__file__).with_name("menagerie.yaml")


@pytest.mark.xdist_group("pyright")
def test_pyright_has_nothing_to_say(tmp_path: Path) -> None:
    for api in APIS:
        shutil.copytree(distribution(api) / api, tmp_path / api)
    write_package(DOCUMENT, "menagerie", tmp_path)
    settings = {
        "include": ["."],
        "exclude": [f"**/{api}/_runtime" for api in APIS],  # that of the menagerie is the same
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "reportUnnecessaryTypeIgnoreComment": False,  # mypy needs some of them
    }
    project = tmp_path / "pyrightconfig.json"
    project.write_text(json.dumps(settings), "utf-8")
    command = program("pyright/index.js", "--outputjson", "--pythonpath", sys.executable)
    done = subprocess.run(  # noqa: S603  our own program
        [*command, "-p", str(project)],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(done.stdout)
    told = [
        f"{each['file']}:{each['range']['start']['line'] + 1}: {each['message']}"
        for each in report["generalDiagnostics"]
    ]
    assert report["summary"]["filesAnalyzed"] > 100
    assert not told, "\n".join(told)
