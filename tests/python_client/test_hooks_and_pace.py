"""What a client does around its requests: hooks, budgets, waiting before it is told to, logs."""

from __future__ import annotations

import logging
from typing import Any

import httpx2
import pytest

from generator.targets.python.runtime.errors import APIConnectionError, APIStatusError
from generator.targets.python.runtime.hooks import Hooks, Retry
from generator.targets.python.runtime.operation import Operation, Path
from generator.targets.python.runtime.pace import Bucket, Pace
from generator.targets.python.runtime.request import Request
from generator.targets.python.runtime.response import Response
from generator.targets.python.runtime.retries import RetryPolicy
from tests.python_client.conftest import KEY, MakeHarness
from tests.python_client.scripted import FakeClock, json_answer

pytestmark = pytest.mark.anyio

GET = Operation[Any]("GET", "/rows/{id}", parameters=(Path("id"),), returns=Any)


def failing(status: int, **headers: str) -> httpx2.Response:
    return json_answer({"error": {"code": "no", "message": "No."}}, status, **headers)


async def test_hooks_see_every_attempt(harness: MakeHarness) -> None:
    seen: list[Any] = []

    def before_request(request: Request) -> Request:
        seen.append((request.method, request.template, request.attempt))
        assert KEY not in repr(request)
        return request.with_headers({"X-Trace": str(len(seen))})

    def after_response(response: Response[Any]) -> None:
        seen.append(response.status_code)

    def before_retry(retry: Retry) -> None:
        cause = retry.cause
        why = cause.status_code if isinstance(cause, Response) else type(cause)
        seen.append((retry.request.path, retry.attempt, retry.wait, why))

    hooks = Hooks(before_request, after_response, before_retry)
    answers = [failing(503), httpx2.ReadError("reset"), json_answer({"ok": 1})]
    made = harness(answers, hooks=hooks)
    assert await made.call(GET, id="1") == {"ok": 1}
    assert seen == [
        ("GET", "/rows/{id}", 0),
        503,
        ("/v1/rows/1", 1, 0.5, 503),
        ("GET", "/rows/{id}", 1),
        ("/v1/rows/1", 2, 1.0, APIConnectionError),
        ("GET", "/rows/{id}", 2),
        200,
    ]
    assert [request.headers["x-trace"] for request in made.script.requests] == ["1", "4", "6"]


async def test_hooks_of_a_copy(harness: MakeHarness) -> None:
    seen: list[int] = []
    made = harness([json_answer({}), json_answer({})])
    await made.call(GET, id="1")
    hooks = Hooks(after_response=lambda response: seen.append(response.status_code))
    made.client = made.client.with_options(hooks=hooks)
    await made.call(GET, id="1")
    assert seen == [200]


async def test_what_a_hook_raises_ends_the_call(harness: MakeHarness) -> None:
    def refuse(request: Request) -> Request:
        raise PermissionError(request.info.path)

    made = harness([], hooks=Hooks(before_request=refuse))
    with pytest.raises(PermissionError):
        await made.call(GET, id="1")


async def test_no_retry_begins_after_the_budget(harness: MakeHarness) -> None:
    policy = RetryPolicy(max_retries=9, jitter=lambda: 1.0, budget=4.0)
    made = harness([failing(503)] * 9, retries=policy)
    with pytest.raises(APIStatusError):
        await made.call(GET, id="1")
    assert made.clock.slept == [0.5, 1.0, 2.0]


async def test_no_attempt_has_more_time_than_the_budget_leaves(harness: MakeHarness) -> None:
    policy = RetryPolicy(jitter=lambda: 1.0, budget=4.0)
    for timeout, given in [(30.0, [4.0, 3.5]), (1.0, [1.0, 1.0]), (None, [4.0, 3.5])]:
        made = harness([httpx2.ReadTimeout("slow"), json_answer({})], retries=policy)
        await made.call(GET, {"timeout": timeout}, id="1")
        sent = [request.extensions["timeout"]["read"] for request in made.script.requests]
        assert sent == pytest.approx(given)


async def test_a_wait_that_the_server_asks_for_counts(harness: MakeHarness) -> None:
    made = harness([failing(429, retry_after="5")], retries=RetryPolicy(budget=4.0))
    with pytest.raises(APIStatusError):
        await made.call(GET, id="1")
    assert made.clock.slept == []


def paced(made: Any, bucket: Bucket | None) -> None:
    made.client._caller.observation.pace = Pace(bucket)


def limited(remaining: int, limit: int = 60, reset: float = 0.0) -> httpx2.Response:
    return json_answer(
        {},
        x_ratelimit_limit=str(limit),
        x_ratelimit_remaining=str(remaining),
        x_ratelimit_reset=str(reset),
    )


async def test_a_paced_client_waits_for_a_token(harness: MakeHarness) -> None:
    made = harness([json_answer({})] * 5)
    paced(made, Bucket(limit=60, window=60, burst=3))
    for _ in range(5):
        await made.call(GET, id="1")
    assert [wait for wait in made.clock.slept if wait] == pytest.approx([1.0, 1.0])


async def test_a_paced_client_believes_the_server(harness: MakeHarness) -> None:
    made = harness([limited(0), limited(0), json_answer({})])
    paced(made, Bucket(limit=60, window=60, burst=60))
    for _ in range(3):
        await made.call(GET, id="1")
    assert [wait for wait in made.clock.slept if wait] == pytest.approx([1.0, 1.0])


async def test_a_paced_client_learns_its_plan(harness: MakeHarness) -> None:
    made = harness([limited(0, limit=600), json_answer({})])
    paced(made, Bucket(limit=60, window=60, burst=60))
    await made.call(GET, id="1")
    await made.call(GET, id="1")
    assert [wait for wait in made.clock.slept if wait] == pytest.approx([0.1])


async def test_a_paced_client_of_an_undocumented_limit_waits_for_its_reset(
    harness: MakeHarness,
) -> None:
    made = harness([limited(1, reset=FakeClock().now + 9), limited(0, reset=FakeClock().now + 9)])
    made.script.answers.append(json_answer({}))
    paced(made, None)
    for _ in range(3):
        await made.call(GET, id="1")
    assert [wait for wait in made.clock.slept if wait] == pytest.approx([9.0])


async def test_one_refusal_holds_every_call_of_a_paced_client_back(harness: MakeHarness) -> None:
    made = harness([failing(429, retry_after="7"), json_answer({})])
    paced(made, Bucket(limit=60, window=60, burst=60))
    with pytest.raises(APIStatusError):
        await made.call(GET, {"max_retries": 0}, id="1")
    await made.call(GET, id="1")
    assert [wait for wait in made.clock.slept if wait] == pytest.approx([7.0])


async def test_a_client_that_is_not_paced_never_waits(harness: MakeHarness) -> None:
    made = harness([limited(0)] * 3)
    for _ in range(3):
        await made.call(GET, id="1")
    assert made.clock.slept == []
    assert made.client.rate_limit.remaining == 0


async def test_a_log_of_retries_and_headers_hides_what_may_be_secret(
    harness: MakeHarness, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {"X-Custom": "s3cret", "Cookie": "sid=s3cret"}
    answers = [failing(503, set_cookie="sid=s3cret"), json_answer({"body": "s3cret"})]
    made = harness(answers)
    with caplog.at_level(logging.DEBUG, logger="generator"):
        options: Any = {"headers": secrets, "query": {"email": "s3cret"}}
        await made.call(GET, options, id="1")
    assert "GET /v1/rows/1: 503, trying again in 0.500 s" in caplog.text
    assert "'x-custom': '[redacted]'" in caplog.text
    assert "'accept': 'application/json'" in caplog.text
    assert "s3cret" not in caplog.text
    assert KEY not in caplog.text
