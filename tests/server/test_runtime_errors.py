"""Errors: one envelope at every layer, with codes of the contract, and nothing of the insides."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from generator.targets.server.runtime import ApiError, Envelope, Request
from tests.server.parcels import FORM, Parcels, build, call, refusal

LAYERS = [
    ("GET", "/nowhere", "Bearer good", 404),
    ("PUT", "/parcels", "Bearer good", 405),
    ("GET", "/parcels", "Bearer bad", 401),
    ("GET", "/parcels?limit=x", "Bearer good", 400),
    ("POST", "/parcels", "Bearer good", 400),
    ("GET", "/menu", "Bearer good", 500),
]


class SecretError(Exception):
    """What nobody outside may read."""


CRASHING = Parcels(error=SecretError("hunter2"))


@pytest.mark.parametrize(("method", "path", "authorization", "status"), LAYERS)
@pytest.mark.parametrize("envelope", list(Envelope))
def test_every_layer_answers_in_the_envelope(
    envelope: Envelope, method: str, path: str, authorization: str, status: int
) -> None:
    app = build(CRASHING, envelope=envelope)
    response = call(app, method, path, headers={"Authorization": authorization})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/json"
    body = response.json()
    match envelope:
        case Envelope.OBJECT:
            assert set(body["error"]) == {"code", "message"}
        case Envelope.OBJECT_WITH_REQUEST_ID:
            assert set(body["error"]) == {"code", "message", "request_id"}
            assert body["error"]["request_id"] == response.headers["x-request-id"]
        case Envelope.TEXT:
            assert list(body) == ["error"]
            assert isinstance(body["error"], str)
        case Envelope.OAUTH:
            assert set(body) == {"error", "error_description"}


def test_request_ids_differ_and_a_client_cannot_choose_one() -> None:
    app = build()
    seen = {
        call(app, "GET", "/parcels", headers={"X-Request-Id": "mine"}).headers["x-request-id"]
        for _ in range(20)
    }
    assert len(seen) == 20
    assert "mine" not in seen


def test_a_crash_is_500_without_its_text_and_one_log_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        response = call(build(CRASHING), "GET", "/parcels")
    assert refusal(response, 500) == "Something went wrong on our side."
    assert "hunter2" not in response.text
    [record] = caplog.records
    assert record.message == "handler_failed"
    assert record.exc_info is not None
    assert record.__dict__["request_id"] == response.headers["x-request-id"]


def test_a_layer_uses_the_first_code_that_the_contract_lists() -> None:
    app = build()
    listed = call(app, "POST", "/parcels", json={}).json()["error"]["code"]
    unlisted = call(app, "GET", "/parcels/abc").json()["error"]["code"]
    assert (listed, unlisted) == ("invalid_parcel", "invalid_request")
    assert call(app, "GET", "/nowhere").json()["error"]["code"] == "not_found"
    assert call(app, "PUT", "/parcels").json()["error"]["code"] == "method_not_allowed"


def test_an_oauth_endpoint_has_errors_of_its_own() -> None:
    app = build()
    response = call(app, "POST", "/oauth/token", content="a=%FF", headers={"Content-Type": FORM})
    assert response.status_code == 400
    assert response.json() == {
        "error": "invalid_request",
        "error_description": "The body is not a form in UTF-8.",
    }


def test_an_oauth_endpoint_gets_its_parameters_as_they_came() -> None:
    sent = "grant_type=other&grant_type=other&resource=a&resource=b"
    pairs = (("grant_type", "other"), ("grant_type", "other"), ("resource", "a"), ("resource", "b"))
    parcels = Parcels()
    app = build(parcels)
    posted = call(app, "POST", "/oauth/token", content=sent, headers={"Content-Type": FORM})
    asked = call(app, "GET", f"/oauth/authorize?{sent}")
    assert (posted.status_code, asked.status_code) == (200, 200)
    assert parcels.calls == [{"body": pairs}, {"query": pairs}]


def test_an_oauth_endpoint_lets_nobody_keep_its_answer() -> None:
    app = build()
    for method, path in (("POST", "/oauth/token"), ("GET", "/oauth/authorize")):
        assert call(app, method, path).headers["Cache-Control"] == "no-store"


class Limiter:
    """Counts, and turns away who is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.admitted: list[Any] = []

    async def admit(self, request: Request[Any]) -> Mapping[str, str]:
        self.admitted.append(request.principal)
        if self.error is not None:
            raise self.error
        return {"X-Remaining": "9"}


@pytest.mark.parametrize("path", ["/parcels", "/parcels?limit=x", "/parcels/abc"])
def test_the_gates_headers_are_on_every_answer_behind_it(path: str) -> None:
    gate = Limiter()
    response = call(build(gate=gate), "GET", path)
    assert response.headers["x-remaining"] == "9"
    assert gate.admitted == ["ann"]


def test_the_gate_is_after_routing_and_security_and_before_validation() -> None:
    gate = Limiter(ApiError(429, "rate_limited", "Too fast.", {"Retry-After": "3"}))
    app = build(gate=gate)
    refusal(call(app, "GET", "/nowhere"), 404)
    refusal(call(app, "GET", "/parcels", headers={"Authorization": "Bearer bad"}), 401)
    assert gate.admitted == []
    response = call(app, "GET", "/parcels?limit=x")
    refusal(response, 429)
    assert response.headers["retry-after"] == "3"


def test_a_gate_that_crashes_is_500() -> None:
    response = call(build(gate=Limiter(SecretError("hunter2"))), "GET", "/parcels")
    refusal(response, 500)
    assert "hunter2" not in response.text
