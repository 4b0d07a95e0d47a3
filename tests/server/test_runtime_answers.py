"""Answers: a handler's value is encoded, checked against the contract, and never sent wrong."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse

from generator.targets.server.runtime import ApiError, Response, ServerOptions
from tests.server.parcels import Parcel, Parcels, build, call, refusal

PAGE = {"X-Total": "1"}
PARCEL = Parcel(id="p1", name="ok", due=datetime(2026, 1, 1, tzinfo=UTC))


def listed(answer: Any) -> Any:
    return call(build(Parcels(answer=answer)), "GET", "/parcels")


def test_a_model_is_sent_as_json_without_what_is_absent() -> None:
    response = listed(Response({"data": [PARCEL]}, headers=PAGE))
    assert response.json() == {"data": [{"id": "p1", "name": "ok", "due": "2026-01-01T00:00:00Z"}]}
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-length"] == str(len(response.content))


def test_the_first_documented_success_is_the_status() -> None:
    app = build()
    assert call(app, "POST", "/parcels", json={"name": "a"}).status_code == 201
    deleted = call(app, "DELETE", "/parcels/1")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert "content-type" not in deleted.headers


def test_text_is_sent_as_text() -> None:
    response = call(build(Parcels(answer="grüß")), "GET", "/parcels/search")
    assert response.text == "grüß"
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def parcel(**members: Any) -> Response[Any]:
    return Response({"data": [{"id": "p1", "name": "a", **members}]}, headers=PAGE)


EMPTY: dict[str, Any] = {"data": []}
WRONG: dict[str, Any] = {
    "wrong body": parcel(name=1),
    "missing member": Response({}, headers=PAGE),
    "write-only member": parcel(secret="s"),  # noqa: S106 - the name of a member
    "wrong format": parcel(due="soon"),
    "undocumented status": Response(EMPTY, status=299, headers=PAGE),
    "missing header": Response(EMPTY),
    "wrong header type": Response(EMPTY, headers={"X-Total": "many"}),
    "header out of bounds": Response(EMPTY, headers={"X-Total": "-1"}),
    "badly lexed header": Response(EMPTY, headers={"X-Total": "+1"}),
    "undocumented media type": Response("x", media_type="text/plain", headers=PAGE),
    "not encodable": Response({"data": [object()]}, headers=PAGE),
    "line feed in a header": Response(EMPTY, headers={**PAGE, "X-Bad": "a\r\nSet-Cookie: b"}),
    "no latin-1 in a header": Response(EMPTY, headers={**PAGE, "X-Bad": "€"}),
    "raw, wrong body": JSONResponse({"data": 1}, headers=PAGE),
    "raw, missing header": JSONResponse(EMPTY),
    "raw, undocumented media type": PlainTextResponse("x", headers=PAGE),
    "raw, undocumented status": RedirectResponse("/", headers=PAGE),
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_500_and_a_log_line(
    answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = listed(answer)
    assert refusal(response, 500) == "Something went wrong on our side."
    [record] = caplog.records
    assert record.message == "answer_refused"
    assert record.__dict__["operation_id"] == "listParcels"
    assert record.__dict__["request_id"] == response.headers["x-request-id"]


def test_the_log_says_where_but_not_what(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        listed(parcel(due="hunter2"))
    [record] = caplog.records
    assert record.__dict__["detail"] == "Body field `data[0].due` breaks `format`"
    assert "hunter2" not in str(record.__dict__)


def test_a_wrong_answer_is_sent_where_answers_are_not_checked() -> None:
    parcels = Parcels(answer=Response({"data": 1}, headers={}))
    app = build(parcels, options=ServerOptions(validate_responses=False))
    assert call(app, "GET", "/parcels").json() == {"data": 1}


def test_a_raw_response_passes_through_with_our_headers() -> None:
    response = listed(JSONResponse({"data": []}, headers=PAGE))
    assert response.json() == {"data": []}
    assert response.headers["cache-control"] == "no-store"


def test_an_undocumented_error_of_a_handler_is_500() -> None:
    app = build(Parcels(error=ApiError(418, "teapot", "Short and stout.")))
    refusal(call(app, "GET", "/parcels"), 500)


def test_a_documented_error_of_a_handler_is_sent() -> None:
    app = build(Parcels(error=ApiError(409, "taken", "It is taken.", {"X-Hint": "a"})))
    response = call(app, "GET", "/parcels")
    assert refusal(response, 409) == "It is taken."
    assert response.json()["error"]["code"] == "taken"
    assert response.headers["x-hint"] == "a"


def test_an_authenticated_answer_is_not_stored_unless_the_handler_says_so() -> None:
    assert listed(None).headers["cache-control"] == "no-store"
    response = listed(Response({"data": []}, headers={**PAGE, "cache-control": "private"}))
    assert response.headers.get_list("cache-control") == ["private"]
