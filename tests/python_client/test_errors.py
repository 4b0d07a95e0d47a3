"""Errors: which class, what they tell, what they keep to themselves."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import httpx2
import msgspec
import pytest

from generator.targets.python.runtime import errors
from generator.targets.python.runtime.operation import Operation
from generator.targets.python.runtime.response import ErrorFormat
from tests.python_client.conftest import KEY, Harness, MakeHarness
from tests.python_client.scripted import json_answer, settled

pytestmark = pytest.mark.anyio

ONCE: Any = {"max_retries": 0}


class Row(msgspec.Struct):
    id: str
    size: int


GET_ROW = Operation[Row]("GET", "/rows/1?secret_filter=x", returns=Row)


async def failure(made: Harness) -> Any:
    with pytest.raises(errors.APIError) as caught:
        await made.call(GET_ROW, ONCE)
    return caught.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequestError),
        (401, errors.AuthenticationError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (409, errors.ConflictError),
        (422, errors.UnprocessableEntityError),
        (429, errors.RateLimitError),
        (418, errors.APIStatusError),
        (499, errors.APIStatusError),
        (500, errors.InternalServerError),
        (529, errors.InternalServerError),
        (599, errors.InternalServerError),
        (302, errors.APIStatusError),
    ],
)
async def test_each_status_has_its_class(
    harness: MakeHarness, status: int, kind: type[errors.APIStatusError]
) -> None:
    body = {"error": {"code": "some_code", "message": "Some message."}}
    error = await failure(harness([json_answer(body, status, x_request_id="req_9")]))
    assert type(error) is kind
    assert (error.status_code, error.code, error.request_id) == (status, "some_code", "req_9")
    assert error.message == "Some message."
    assert error.body == body
    assert "some_code: Some message." in str(error)
    assert "req_9" in str(error)


async def test_a_code_of_the_contract_has_its_own_class(harness: MakeHarness) -> None:
    wording = ErrorFormat(
        message=("error", "message"),
        code=("error", "code"),
        classes=lambda: {(400, "invalid_cursor"): InvalidCursorError},
    )
    body = {"error": {"code": "invalid_cursor", "message": "No."}}
    error = await failure(harness([json_answer(body, 400)], errors=wording))
    assert type(error) is InvalidCursorError


class InvalidCursorError(errors.BadRequestError):
    """400 `invalid_cursor`."""


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(502, html="<h1>Bad gateway</h1>"),
        httpx2.Response(502, content=b"\xff\xfe"),
        httpx2.Response(502),
        httpx2.Response(502, json=["odd"]),
        httpx2.Response(502, json={"error": "text"}),
        httpx2.Response(502, content=b"[" * 100_000),
    ],
)
async def test_an_error_without_the_envelope_is_still_that_error(
    harness: MakeHarness, answer: httpx2.Response
) -> None:
    error = await failure(harness([answer]))
    assert type(error) is errors.InternalServerError
    assert error.code == ""
    assert error.message.startswith("Bad Gateway")
    assert error.response.content == answer.content


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<html>Sign in</html>", "text/html"),
        (b'{"id": "a", "si', "truncated"),
        (b'{"id": "a", "size": "large"}', r"\$\.size"),
        (b'{"id": "a"}', "missing required field `size`"),
        (b"", "truncated"),
        (b'{"id": "\xff", "size": 1}', "utf-8"),
    ],
)
async def test_an_answer_that_is_not_as_documented(
    harness: MakeHarness, content: bytes, what: str
) -> None:
    kind = "text/html" if content.startswith(b"<") else "application/json"
    answer = httpx2.Response(200, content=content, headers={"content-type": kind})
    made = harness([answer])
    with pytest.raises(errors.APIResponseValidationError, match=f"(?i){what}") as caught:
        await made.call(GET_ROW)
    assert caught.value.response.content == content
    assert caught.value.status_code == 200


async def test_what_the_contract_does_not_know_is_ignored(harness: MakeHarness) -> None:
    made = harness([json_answer({"id": "a", "size": 1, "colour": "new"})])
    assert await made.call(GET_ROW) == Row("a", 1)


async def test_an_empty_answer_is_none_even_with_a_body(harness: MakeHarness) -> None:
    made = harness([httpx2.Response(204), httpx2.Response(204, content=b"surprise")])
    delete = Operation[None]("DELETE", "/rows/1")
    assert await made.call(delete) is None
    assert await made.call(delete) is None


@pytest.mark.parametrize(
    "answer",
    [
        json_answer({"error": {"code": "gone", "message": "Gone."}}, 404, retry_after="3"),
        json_answer({"error": {"code": "slow", "message": "Slow."}}, 429, retry_after="3"),
        json_answer({"wrong": True}),
        httpx2.ReadTimeout("slow"),
        httpx2.ConnectError("refused"),
    ],
)
async def test_every_error_pickles_and_copies_and_tells_no_secret(
    harness: MakeHarness, answer: Any
) -> None:
    error = await failure(harness([answer]))
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301  our own bytes
        assert type(twin) is type(error)
        assert (str(twin), twin.request) == (str(error), error.request)
        assert getattr(twin, "retry_after", None) == getattr(error, "retry_after", None)
        for text in (str(twin), repr(twin), repr(twin.request), repr(vars(twin))):
            assert KEY not in text
    assert KEY.encode() not in pickle.dumps(error)


async def test_a_client_tells_no_secret(harness: MakeHarness) -> None:
    made = harness([])
    assert KEY not in repr(made.client)
    assert KEY not in repr(made.client._caller)
    assert KEY not in repr(made.client._caller.configuration)


async def test_raw_requests_go_down_to_http(harness: MakeHarness) -> None:
    made = harness([json_answer({"new": 1}, x_ratelimit_limit="60", x_ratelimit_remaining="59")])
    response = await settled(
        made.client.request("post", "anything?a=1", query={"b": [2, 3]}, body={"c": None})
    )
    sent = made.script.requests[0]
    assert (sent.method, str(sent.url)) == ("POST", "https://api.test/v1/anything?a=1&b=2&b=3")
    assert sent.content == b'{"c":null}'
    assert sent.headers["authorization"] == f"Bearer {KEY}"
    assert response.json() == {"new": 1}
    assert response.rate_limit.remaining == 59
    assert made.client.rate_limit.limit == 60


async def test_the_errors_of_oauth_are_read_too(harness: MakeHarness) -> None:
    body = {"error": "invalid_grant", "error_description": "The code was used."}
    error = await failure(harness([json_answer(body, 400)]))
    assert (error.code, error.message) == ("invalid_grant", "The code was used.")
