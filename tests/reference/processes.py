"""`fourfold serve` as a process of its own, and speaking to it over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

TOKEN = "control-token"  # noqa: S105 - of servers that live for some tests
ROOT = Path(__file__).parents[2]
_PROGRAM = "from generator.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Served:
    """A process that is ready."""

    process: "subprocess.Popen[str]"
    client: httpx2.Client

    def get(self, path: str, key: str, /, **query: Any) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {key}"}
        return self.client.get(f"/haleai/api/v1{path}", headers=headers, params=query)

    def call(self, call: str, body: object = None) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        if body is None:
            return self.client.get(f"/_control/{call}", headers=headers)
        return self.client.post(f"/_control/{call}", headers=headers, json=body)

    def control(self, call: str, body: object = None) -> Any:
        response = self.call(call, body)
        assert response.status_code == 200, response.text
        return response.json()

    def key(self, tenant: str = "acme") -> str:
        return str(self.control("keys", {"api": "haleai", "tenant": tenant})["key"])


def start(database: str, **environment: str) -> "subprocess.Popen[str]":
    """Start a process that serves HaleAI; it is not yet ready."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, "serve", "haleai", "--database", database],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "FOURFOLD_CONTROL_TOKEN": TOKEN, **environment},
    )


@contextmanager
def ready(process: "subprocess.Popen[str]") -> Iterator[Served]:
    """Wait until a process is ready; it ends with the block."""
    with process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            url = json.loads(line)["url"]
            # Servers close what was idle for five seconds, when nothing may be on its way to them.
            idle = httpx2.Limits(keepalive_expiry=1)
            with httpx2.Client(base_url=url, timeout=60, limits=idle) as client:
                yield Served(process, client)
        finally:
            process.kill()
