"""Credentials that rotate: functions, 401s, and what the environment holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from generator.targets.python.runtime.async_client import AsyncClient
from generator.targets.python.runtime.credentials import Credential, Scheme, gather, one_of
from generator.targets.python.runtime.errors import ArgumentError, AuthenticationError
from generator.targets.python.runtime.operation import Body, Operation
from tests.python_client.conftest import MakeHarness, configuration
from tests.python_client.scripted import json_answer

pytestmark = pytest.mark.anyio

GET = Operation[Any]("GET", "/x", returns=Any)
POST = Operation[Any]("POST", "/x", body=Body(members={"a": "a"}), returns=Any)
REFUSED = json_answer({"error": {"code": "unauthorized", "message": "no"}}, 401)


def rotating(*secrets: str) -> Callable[[], str]:
    """Gives one secret after the other, the last for ever."""
    left = list(secrets)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


def bearer(secret: Any) -> dict[str, Any]:
    return {"credentials": {"key": Credential(secret, prefix="Bearer ")}}


async def test_a_secret_that_was_rotated_meanwhile_is_tried_once_more(harness: MakeHarness) -> None:
    made = harness([REFUSED, json_answer({"ok": 1})], **bearer(rotating("old", "new")))
    assert await made.call(POST, a=1) == {"ok": 1}
    sent = [(each.headers["authorization"], each.content) for each in made.script.requests]
    assert sent == [("Bearer old", b'{"a":1}'), ("Bearer new", b'{"a":1}')]
    assert made.clock.slept == []


async def test_a_secret_that_is_refused_again_is_not_tried_for_ever(harness: MakeHarness) -> None:
    made = harness([REFUSED, REFUSED], **bearer(rotating("1", "2", "3", "4")))
    with pytest.raises(AuthenticationError):
        await made.call(GET)
    assert len(made.script.requests) == 2


@pytest.mark.parametrize("secret", ["fixed", lambda: "fixed"])
async def test_a_secret_that_did_not_change_is_sent_once(harness: MakeHarness, secret: Any) -> None:
    made = harness([REFUSED], **bearer(secret))
    with pytest.raises(AuthenticationError) as caught:
        await made.call(GET)
    assert "fixed" not in repr(caught.value)


async def test_a_stream_is_opened_again_with_the_new_secret(harness: MakeHarness) -> None:
    made = harness([REFUSED, REFUSED], **bearer(rotating("old", "new")))
    with pytest.raises(AuthenticationError, match="no"):
        await made.stream(GET)
    assert len(made.script.requests) == 2


async def test_a_coroutine_function_may_rotate_too() -> None:
    left = ["old", "new"]

    async def secret() -> str:
        return left.pop(0)

    seen: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers["authorization"])
        return REFUSED if len(seen) == 1 else json_answer({})

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer))
    client = AsyncClient(configuration(**bearer(secret)), http_client=http)
    await client._caller.execute(GET, {}, {})
    assert seen == ["Bearer old", "Bearer new"]


@pytest.mark.parametrize(
    ("given", "header"),
    [({}, "Bearer from-env"), ({"token": "mine"}, "Bearer mine"), ({"key": "k"}, "Bearer k")],
)
async def test_what_was_given_comes_before_what_the_environment_holds(
    harness: MakeHarness, monkeypatch: pytest.MonkeyPatch, given: dict[str, str], header: str
) -> None:
    monkeypatch.setenv("THE_KEY", "from-env")
    schemes = {
        Scheme("key", "key", variable="THE_KEY", prefix="Bearer "): given.get("key"),
        Scheme("token", "token", prefix="Bearer "): given.get("token"),
    }
    credentials = gather("Client", schemes, required=False)
    made = harness([json_answer({})], credentials=credentials, security=(("key",), ("token",)))
    await made.call(GET)
    assert made.script.requests[0].headers["authorization"] == header


def test_a_token_and_what_gets_tokens_are_not_given_both() -> None:
    assert (one_of("a", None), one_of(None, None)) == ("a", None)
    with pytest.raises(ArgumentError, match="not both"):
        one_of("a", lambda: "b")
