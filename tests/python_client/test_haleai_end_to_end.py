"""The HaleAI client against the reference server, over HTTP: as a user would."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from tests.python_client.packages import imported, write_package

CONTRACT = Path("openapi/haleai/openapi.yaml")

pytestmark = pytest.mark.anyio


@dataclass(frozen=True)
class Reference:
    """A running reference server: where the API is, and its control plane."""

    base_url: str
    control: str
    control_token: str

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.control_token}"}
        answer = httpx2.post(f"{self.control}/{path}", json=body, headers=headers)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

    def key(self, tenant: str = "acme") -> str:
        return str(self.ask("keys", {"api": "haleai", "tenant": tenant})["key"])


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    command = [sys.executable, "-m", "generator", "serve", "haleai", "--port", "0"]
    server = subprocess.Popen(  # noqa: S603  our own command
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert server.stdout is not None
    try:
        ready = json.loads(server.stdout.readline())
        base_url = ready["url"] + ready["apis"]["haleai"]
        yield Reference(base_url, ready["control"], ready["control_token"])
    finally:
        server.terminate()
        server.wait(20)
        server.stdout.close()


@pytest.fixture(scope="module")
def haleai(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    distribution = write_package(CONTRACT, "haleai", tmp_path_factory.mktemp("client"))
    with imported(distribution, "haleai") as module:
        yield module


def test_a_walk_gives_every_matching_contact_once(reference: Reference, haleai: ModuleType) -> None:
    with haleai.HaleAI(api_key=reference.key(), base_url=reference.base_url) as client:
        everyone = list(client.contacts.list(limit=200))
        ids = [contact.id for contact in client.contacts.list(source="zillow")]
        assert len(set(ids)) == len(ids) > 50
        assert ids == [contact.id for contact in everyone if contact.source == "zillow"]
        newest = max(contact.updated_at for contact in everyone)
        assert list(client.contacts.list(updated_since=newest)) == []
        assert client.contacts.get(ids[0]).data.id == ids[0]


async def test_a_walk_awaited(reference: Reference, haleai: ModuleType) -> None:
    async with haleai.AsyncHaleAI(api_key=reference.key(), base_url=reference.base_url) as client:
        won = [lead async for lead in client.leads.list(stage="won", limit=200)]
        assert {lead.stage for lead in won} == {"won"}
        first = await client.leads.list(stage="won", limit=1)
        rest = [lead async for lead in client.leads.list(stage="won", cursor=first.next_cursor)]
        assert [*first, *rest] == won


def test_errors_over_http(reference: Reference, haleai: ModuleType) -> None:
    key = reference.key()
    with haleai.HaleAI(api_key=key, base_url=reference.base_url) as client:
        with pytest.raises(haleai.NotFoundError, match="not_found"):
            client.contacts.get("ctk_nothing/here")
        with pytest.raises(haleai.BadRequestError) as caught:
            list(client.contacts.list(cursor="made-up"))
        assert type(caught.value).__name__ == "InvalidCursorError"
        with pytest.raises(haleai.BadRequestError, match="invalid_request"):
            client.contacts.get("ctk_AbCd", query={"expand": "all"})
        response = client.request("GET", "/deals", query={"limit": 1})
        assert len(response.json()["data"]) == 1
    with (
        haleai.HaleAI(api_key="hk_wrong", base_url=reference.base_url) as client,
        pytest.raises(haleai.AuthenticationError) as refused,
    ):
        list(client.deals.list())
    assert key not in str(refused.value)


def test_a_rate_limit_is_waited_out(reference: Reference, haleai: ModuleType) -> None:
    class ServerClock:
        """Sleeps by advancing the server's clock."""

        slept: float = 0.0

        def time(self) -> float:
            return 0.0

        def sleep(self, seconds: float) -> None:
            self.slept += seconds
            reference.ask("clock", {"advance": seconds})

    clock = ServerClock()
    reference.ask("clock", {"frozen": True})
    key = reference.key("globex")
    with haleai.HaleAI(api_key=key, base_url=reference.base_url, clock=clock) as client:
        for _ in range(65):
            client.deals.list(limit=1).first_page  # noqa: B018  fetching it is the point
    assert clock.slept >= 1
    reference.ask("clock", {"frozen": False})


def test_the_readme_runs(
    reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distribution = write_package(CONTRACT, "haleai", tmp_path)
    text = (distribution / "README.md").read_text("utf-8")
    snippets = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(snippets) >= 5
    code = "\n".join(snippets)
    monkeypatch.setenv("HALEAI_API_KEY", reference.key())
    monkeypatch.setenv("HALEAI_BASE_URL", reference.base_url)
    run = [sys.executable, "-W", "error", "-c", code]
    told = subprocess.check_output(run, cwd=distribution, text=True)  # noqa: S603  our own code
    assert "Contact(id=" in told
