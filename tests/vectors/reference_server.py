"""The reference server, running, with its control plane."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2


@dataclass(frozen=True)
class Reference:
    """Where each API is, by name, and the control plane."""

    url: str
    paths: dict[str, str]
    control: str
    token: str
    http: httpx2.Client

    def base_url(self, api: str) -> str:
        """Where the operations of an API begin."""
        return self.url + self.paths[api]

    @property
    def port(self) -> int:
        """The port it listens at."""
        return urlsplit(self.url).port or 0

    def ask(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Call the control plane: POST with a body, GET without."""
        headers = {"authorization": f"Bearer {self.token}"}
        method = "GET" if body is None else "POST"
        answer = self.http.request(method, f"{self.control}/{path}", json=body, headers=headers)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def key(self, api: str, tenant: str = "acme") -> dict[str, Any]:
        """A new key: what the control plane says of it."""
        return self.ask("keys", {"api": api, "tenant": tenant})


@contextmanager
def running() -> Iterator[Reference]:
    """The reference server with all four APIs, on a free port."""
    command = [sys.executable, "-m", "generator", "serve", "--port", "0"]
    server = subprocess.Popen(  # noqa: S603  our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    try:
        ready = json.loads(server.stdout.readline())
        with httpx2.Client(timeout=60) as http:
            yield Reference(
                ready["url"], ready["apis"], ready["control"], ready["control_token"], http
            )
    finally:
        server.terminate()
        server.wait(20)
        server.stdout.close()
