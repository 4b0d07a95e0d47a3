"""Every Python snippet of every README, run from top to bottom against the reference server."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.python_client.distributions import APIS, distribution

BLOCK = re.compile(r"^(`{3,})(\w*)\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)
VARIABLES = {
    "haleai": "HALEAI_API_KEY",
    "haloagents": "HALOAGENTS_API_KEY",
    "aloha": "ALOHA_KEY",
    "leadiosa": "LEADIOSA_TOKEN",
}


@pytest.fixture(scope="module")
def ready() -> Iterator[dict[str, Any]]:
    command = [sys.executable, "-m", "generator", "serve", "--port", "0"]
    server = subprocess.Popen(  # noqa: S603  our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    try:
        yield json.loads(server.stdout.readline())
    finally:
        server.terminate()
        server.wait(20)
        server.stdout.close()


def blocks(text: str) -> list[tuple[str, str]]:
    """The language and the code of each block."""
    return [(match[2], match[3]) for match in BLOCK.finditer(text)]


@pytest.mark.parametrize("api", APIS)
def test_every_snippet_runs(api: str, ready: dict[str, Any]) -> None:
    told = blocks((distribution(api) / "README.md").read_text("utf-8"))
    assert {language for language, _ in told} == {"sh", "python"}
    snippets = [code for language, code in told if language == "python"]
    assert len(snippets) >= 5
    assert any("asyncio.run" in code for code in snippets)
    headers = {"authorization": f"Bearer {ready['control_token']}"}
    asked = {"api": api, "tenant": "acme"}
    key = httpx2.post(f"{ready['control']}/keys", json=asked, headers=headers).json()["key"]
    environment = {
        **os.environ,
        VARIABLES[api]: key,
        f"{api.upper()}_BASE_URL": ready["url"] + ready["apis"][api],
        "PYTHONPATH": str(distribution(api)),
        "PYTHONWARNINGS": "error",
    }
    program = "\n".join([*snippets, f"print({len(snippets)}, 'snippets')"])
    done = subprocess.run(  # noqa: S603  our own snippets
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"{len(snippets)} snippets"
