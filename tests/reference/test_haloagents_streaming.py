"""HaloAgents as a process, over sockets: streams as they are written, and clients that hang up."""

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.reference.haloagents import events

PROGRAM = "from generator.cli import main; main()"
TOKEN = "control-token"  # noqa: S105 - of a server that lives for one module
QUESTION = {"message": "Hi"}
_NUMBERS = itertools.count()
_PATIENCE = 10.0


class Process:
    """A `fourfold serve haloagents`, and one organization of it a test."""

    def __init__(self, url: str) -> None:
        self._control = httpx2.Client(
            base_url=f"{url}/_control/",
            headers={"Authorization": f"Bearer {TOKEN}"},
            trust_env=False,
        )
        self._base = f"{url}/haloagents/api/sdk"

    def control(self, call: str, body: object = None) -> Any:
        response = self._control.get(call) if body is None else self._control.post(call, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    def client(self) -> tuple[str, httpx2.Client]:
        """Return the id of a new organization, and a client with a key of it."""
        tenant = f"org-{next(_NUMBERS)}"
        minted = self.control("keys", {"api": "haloagents", "tenant": tenant})
        headers = {"Authorization": f"Bearer {minted['key']}"}
        client = httpx2.Client(base_url=self._base, headers=headers, trust_env=False, timeout=60)
        return minted["org_id"], client

    def outcome(self, org_id: str) -> tuple[str, int]:
        """Return how the one reply of an organization stands, and its pieces."""
        replies = self.control("replies")["replies"]
        (reply,) = [reply for reply in replies if reply["org_id"] == org_id]
        return reply["outcome"], reply["pieces"]

    def close(self) -> None:
        self._control.close()


def _eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def process() -> Iterator[Process]:
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", PROGRAM, "serve", "haloagents", "--port", "0"],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "FOURFOLD_CONTROL_TOKEN": TOKEN},
    ) as running:
        assert running.stdout is not None
        try:
            served = Process(json.loads(running.stdout.readline())["url"])
            yield served
            served.close()
        finally:
            running.terminate()


def test_the_first_byte_comes_before_the_reply_is_complete(process: Process) -> None:
    """HALO-11: the rest of this reply would take minutes."""
    org_id, client = process.client()
    process.control("agents", {"org": org_id, "pause": 60})
    with client, client.stream("POST", "/chat/stream", json=QUESTION) as response:
        assert response.status_code == 200
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Content-Length" not in response.headers
        text = response.iter_text()
        assert events(next(text))[0][0] == "delta"
        assert process.outcome(org_id) == ("working", 1)


def test_a_client_that_hangs_up_stops_the_work(process: Process) -> None:
    """HALO-11"""
    org_id, client = process.client()
    process.control("agents", {"org": org_id, "pause": 60})
    with client, client.stream("POST", "/chat/stream", json=QUESTION) as response:
        next(response.iter_text())
    _eventually(lambda: process.outcome(org_id) == ("cancelled", 1))


def test_a_stream_that_is_read_to_its_end_is_whole(process: Process) -> None:
    """HALO-11, on a connection that is used again."""
    org_id, client = process.client()
    with client:
        reply = client.post("/chat", json=QUESTION).json()["reply"]
        for _ in range(2):
            response = client.post("/chat/stream", json=QUESTION)
            *deltas, done = events(response.text)
            assert done == ("done", {"reply": reply})
            assert "".join(data["text"] for _, data in deltas) == reply
        process.control("agents", {"org": org_id, "fails_after": 1})
        assert events(client.post("/chat/stream", json=QUESTION).text)[-1][0] == "error"
        process.control("agents", {"org": org_id, "fails_after": 0})
        response = client.post("/chat/stream", json=QUESTION)
        assert response.status_code == 500
        assert response.json() == {"error": "Something went wrong on our side."}


def test_one_slow_reply_keeps_nobody_waiting(process: Process) -> None:
    """HALO-11"""
    org_id, slow = process.client()
    process.control("agents", {"org": org_id, "pause": 60})
    other_id, quick = process.client()
    with slow, quick, slow.stream("POST", "/chat/stream", json=QUESTION) as response:
        text = response.iter_text()
        next(text)
        assert quick.post("/chat/stream", json=QUESTION).status_code == 200
        assert process.outcome(other_id)[0] == "finished"
        assert process.outcome(org_id) == ("working", 1)
