"""Trying again: when, after how long, and when not."""

from __future__ import annotations

from email.utils import formatdate
from typing import Any

import httpx2
import pytest

from generator.targets.python.runtime.errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    RateLimitError,
)
from generator.targets.python.runtime.operation import Operation
from generator.targets.python.runtime.retries import RetryPolicy
from tests.python_client.conftest import MakeHarness
from tests.python_client.scripted import Answer, FakeClock, json_answer

pytestmark = pytest.mark.anyio

GET = Operation[Any]("GET", "/x", returns=Any)
POST = Operation[Any]("POST", "/x", returns=Any)
PUT_LIKE_POST = Operation[Any]("POST", "/x", returns=Any, idempotent=True)


def failing(status: int, **headers: str) -> httpx2.Response:
    return json_answer({"error": {"code": "no", "message": "No."}}, status, **headers)


RETRIED: list[tuple[Operation[Any], Any]] = [
    (GET, 408),
    (GET, 429),
    (GET, 500),
    (GET, 503),
    (GET, 529),
    (POST, 429),
    (PUT_LIKE_POST, 503),
    (GET, httpx2.ReadError("reset")),
    (GET, httpx2.ReadTimeout("slow")),
    (POST, httpx2.ConnectError("refused")),
    (POST, httpx2.PoolTimeout("busy")),
    (PUT_LIKE_POST, httpx2.ReadError("reset")),
]
NOT_RETRIED: list[tuple[Operation[Any], Any]] = [
    (GET, 400),
    (GET, 401),
    (GET, 404),
    (GET, 409),
    (POST, 408),
    (POST, 503),
    (POST, httpx2.ReadError("reset")),
    (POST, httpx2.ReadTimeout("slow")),
]


def answer(trouble: int | Exception) -> Answer:
    return failing(trouble) if isinstance(trouble, int) else trouble


@pytest.mark.parametrize(("operation", "trouble"), RETRIED)
async def test_what_may_be_repeated_is(
    harness: MakeHarness, operation: Operation[Any], trouble: Any
) -> None:
    made = harness([answer(trouble), answer(trouble), json_answer({"ok": True})])
    assert await made.call(operation) == {"ok": True}
    assert made.clock.slept == [0.5, 1.0]


@pytest.mark.parametrize(("operation", "trouble"), NOT_RETRIED)
async def test_what_must_not_be_repeated_is_not(
    harness: MakeHarness, operation: Operation[Any], trouble: Any
) -> None:
    made = harness([answer(trouble)])
    with pytest.raises(APIStatusError if isinstance(trouble, int) else APIConnectionError):
        await made.call(operation)
    assert made.clock.slept == []


async def test_it_gives_up_with_the_last_error(harness: MakeHarness) -> None:
    made = harness([failing(500), httpx2.ReadTimeout("slow"), failing(503)])
    with pytest.raises(APIStatusError) as caught:
        await made.call(GET)
    assert caught.value.status_code == 503
    assert len(made.script.requests) == 3


async def test_a_timeout_is_a_timeout_error(harness: MakeHarness) -> None:
    made = harness([httpx2.ConnectTimeout("slow")])
    with pytest.raises(APITimeoutError):
        await made.call(GET, {"max_retries": 0})


@pytest.mark.parametrize(
    ("header", "waits"),
    [
        ("3", [3.0]),
        ("0", [0.0]),
        ("1.5", [1.5]),
        (formatdate(FakeClock().now + 7, usegmt=True), [7.0]),
        (formatdate(FakeClock().now - 7, usegmt=True), [0.0]),
        ("soon", [0.5]),
        ("-1", [0.5]),
        ("nan", [0.5]),
        ("", [0.5]),
    ],
)
async def test_it_waits_as_long_as_the_server_asks(
    harness: MakeHarness, header: str, waits: list[float]
) -> None:
    made = harness([failing(429, retry_after=header), json_answer({})])
    await made.call(GET)
    assert made.clock.slept == waits


async def test_a_wait_that_is_too_long_is_the_callers_to_decide(harness: MakeHarness) -> None:
    made = harness([failing(429, retry_after="61")])
    with pytest.raises(RateLimitError) as caught:
        await made.call(GET)
    assert caught.value.retry_after == 61.0
    assert made.clock.slept == []


async def test_backoff_is_capped_and_jittered(harness: MakeHarness) -> None:
    policy = RetryPolicy(max_retries=7, jitter=lambda: 0.5)
    made = harness([failing(500)] * 7 + [json_answer({})], retries=policy)
    await made.call(GET)
    assert made.clock.slept == [0.25, 0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


async def test_retries_can_be_set_for_a_call_and_for_a_client(harness: MakeHarness) -> None:
    made = harness([failing(500), failing(500), json_answer({})])
    with pytest.raises(APIStatusError):
        await made.call(GET, {"max_retries": 0})
    made.client = made.client.with_options(max_retries=1)
    assert await made.call(GET) == {}
