"""`fourfold serve --stub` as a process: its ready line, its stop, and what it says of wrong use."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parents[2]
SPEC = """
openapi: 3.0.3
info: {title: Tiny, version: '1'}
servers: [{url: /tiny}]
paths:
  /ping:
    get:
      operationId: ping
      responses:
        '200': {description: Pong., content: {text/plain: {schema: {type: string}, example: pong}}}
"""


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "generator", "serve", "--stub", *words]


def refused(*words: str) -> tuple[int, str]:
    run = subprocess.run(  # noqa: S603 - our own command
        command(*words), cwd=ROOT, capture_output=True, check=False, text=True, timeout=60
    )
    assert run.stdout == ""
    assert "Traceback" not in run.stderr
    return run.returncode, run.stderr


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.mark.parametrize("several", [False, True])
def test_it_says_where_it_is_answers_and_stops(spec: Path, several: bool) -> None:
    words = [str(spec), *(["haleai"] if several else [])]
    started = subprocess.Popen(  # noqa: S603 - our own command
        command(*words), cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    with started as process:
        assert process.stdout is not None
        try:
            ready = json.loads(process.stdout.readline())
            base = "/tiny/tiny" if several else "/tiny"
            apis = {"tiny": base} | ({"haleai": "/haleai/api/v1"} if several else {})
            assert ready == {"ready": True, "url": ready["url"], "control": None, "apis": apis}
            assert httpx2.get(f"{ready['url']}{base}/ping").text == "pong"
            nowhere = httpx2.get(f"{ready['url']}/elsewhere")
            assert nowhere.status_code == 404
            assert base in nowhere.json()["error"]["message"]
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_what_is_no_contract_is_wrong_use() -> None:
    status, told = refused("nowhere.yaml")
    assert status == 2
    assert "nowhere.yaml" in told


def test_a_database_is_wrong_use(spec: Path) -> None:
    assert refused(str(spec), "--database", "sqlite://")[0] == 2


def test_a_port_that_is_taken_is_wrong_use(spec: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        status, told = refused(str(spec), "--port", str(taken.getsockname()[1]))
    assert status == 2
    assert "--port 0" in told


def test_an_invalid_contract_is_told_where(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(SPEC.replace("description: Pong., ", ""), encoding="utf-8")
    status, told = refused(str(path))
    assert status == 1
    assert "bad.yaml:10:" in told
