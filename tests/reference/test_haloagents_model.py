"""HaloAgents with a model behind its agent, whose server does well or badly."""

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx2
import pytest

from reference.haloagents.model_settings import ModelSettingsError, model_settings
from tests.reference.conftest import serving
from tests.reference.haloagents import Organization, organization
from tests.reference.model_server import PIECES, ModelServer
from tests.server.parcels import served

KEY = "sk-test-0123456789"
REPLY = "".join(PIECES)
BROKEN = "Something went wrong on our side."
ROOT = Path(__file__).parents[2]
_PATIENCE = 10.0

Asking = Callable[[str], Organization]


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    server = ModelServer()
    with served(server.app) as server.url:
        yield server


@pytest.fixture
def asking(model: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    """Start a server whose agents ask a model; return an organization of it."""
    with ExitStack() as servers:

        def start(name: str) -> Organization:
            for setting, value in _settings(model, name).items():
                monkeypatch.setenv(setting, value)
            return organization(servers.enter_context(serving("haloagents")), "acme")

        yield start


def _settings(model: ModelServer, name: str) -> dict[str, str]:
    return {
        "FOURFOLD_AGENT_URL": f"{model.url}/v1/",
        "FOURFOLD_AGENT_MODEL": name,
        "FOURFOLD_AGENT_KEY": KEY,
        "FOURFOLD_AGENT_TIMEOUT": "1.5",
    }


def test_the_model_is_asked_and_its_pieces_are_passed_on(
    model: ModelServer, asking: Asking
) -> None:
    org = asking("ok")
    history = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hello to you"},
    ]
    question = {
        "message": "Refund?",
        "history": history,
        "behavior_context": "Was at the till.",
        "custom_fields": {"order": "A-1009"},
    }
    assert org.accepted("/chat", question) == {"reply": REPLY}
    *deltas, done = org.accepted("/chat/stream", question)
    assert deltas == [("delta", {"text": piece}) for piece in PIECES]
    assert done == ("done", {"reply": REPLY})
    asked = model.asked[-1]
    assert (asked["model"], asked["stream"]) == ("ok", True)
    system, *rest = asked["messages"]
    assert system["role"] == "system"
    assert "Was at the till." in system["content"]
    assert "A-1009" in system["content"]
    assert rest == [*history, {"role": "user", "content": "Refund?"}]
    assert model.headers[-1]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    "name",
    [
        "failing",
        "unauthorized",
        "redirecting",
        "no stream",
        "silent",
        "saying nothing",
        "endless line",
    ],
)
def test_a_model_that_fails_before_its_first_word_is_500(asking: Asking, name: str) -> None:
    """HALO-11"""
    org = asking(name)
    for path in ("/chat", "/chat/stream"):
        assert org.refused(500, path, {"message": "Hi"}) == BROKEN


@pytest.mark.parametrize(
    "name", ["without an end", "torn", "garbage", "another shape", "falling silent", "endless"]
)
def test_a_model_that_fails_later_is_an_error_event(asking: Asking, name: str) -> None:
    """HALO-11"""
    org = asking(name)
    first, *_, last = org.accepted("/chat/stream", {"message": "Hi"})
    assert first[0] == "delta"
    assert last == ("error", {"error": BROKEN})
    assert org.refused(500, "/chat", {"message": "Hi"}) == BROKEN


def test_a_model_that_is_not_there_is_500(monkeypatch: pytest.MonkeyPatch) -> None:
    """HALO-11"""
    monkeypatch.setenv("FOURFOLD_AGENT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("FOURFOLD_AGENT_MODEL", "ok")
    with serving("haloagents") as server:
        org = organization(server, "acme")
        assert org.refused(500, "/chat/stream", {"message": "Hi"}) == BROKEN


def test_the_key_is_never_logged(asking: Asking, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for name in ("ok", "failing", "garbage", "silent"):
            asking(name).post("/chat/stream", {"message": "Hi"})
    assert caplog.records
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "settings",
    [
        {"URL": "ftp://127.0.0.1", "MODEL": "m"},
        {"URL": "127.0.0.1:8080", "MODEL": "m"},
        {"URL": "http://user:secret@127.0.0.1", "MODEL": "m"},
        {"URL": "http://127.0.0.1"},
        {"URL": "http://127.0.0.1", "MODEL": "m", "TIMEOUT": "0"},
        {"URL": "http://127.0.0.1", "MODEL": "m", "TIMEOUT": "nan"},
        {"URL": "http://127.0.0.1", "MODEL": "m", "TIMEOUT": "soon"},
    ],
)
def test_wrong_settings_are_told_in_a_sentence(settings: dict[str, str]) -> None:
    environment = {f"FOURFOLD_AGENT_{name}": value for name, value in settings.items()}
    with pytest.raises(ModelSettingsError, match=r"^FOURFOLD_AGENT_.*\.$") as refused:
        model_settings(environment)
    assert "secret" not in str(refused.value)


def test_a_server_with_wrong_settings_does_not_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from generator.cli import main; main()", "serve", "haloagents"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "FOURFOLD_AGENT_URL": "http://127.0.0.1"},
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "FOURFOLD_AGENT_MODEL, the name of the model, is not set.\n"


@pytest.mark.parametrize("name", ["silent", "falling silent"])
def test_a_client_that_hangs_up_stops_the_model(model: ModelServer, name: str) -> None:
    """HALO-11: before the first byte, and after it."""
    environment = {**os.environ, **_settings(model, name), "FOURFOLD_AGENT_TIMEOUT": "60"}
    with subprocess.Popen(
        [sys.executable, "-c", "from generator.cli import main; main()", "serve", "haloagents"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=environment | {"FOURFOLD_CONTROL_TOKEN": "control-token"},
    ) as process:
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            asyncio.run(_ask_and_hang_up(url, model))
        finally:
            process.terminate()


async def _ask_and_hang_up(url: str, model: ModelServer) -> None:
    async with httpx2.AsyncClient(base_url=url, trust_env=False, timeout=60) as client:
        minted = await client.post(
            "/_control/keys",
            headers={"Authorization": "Bearer control-token"},
            json={"api": "haloagents", "tenant": "acme"},
        )
        asking = asyncio.create_task(
            client.post(
                "/haloagents/api/sdk/chat/stream",
                headers={"Authorization": f"Bearer {minted.json()['key']}"},
                json={"message": "Hi"},
            )
        )
        async with asyncio.timeout(_PATIENCE):
            while not model.working:
                await asyncio.sleep(0.02)
        asking.cancel()
        async with asyncio.timeout(_PATIENCE):
            while model.working:
                await asyncio.sleep(0.02)
