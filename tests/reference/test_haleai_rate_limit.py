"""HALE-06: sixty at once, ten a second, and an honest Retry-After."""

import json
from pathlib import Path

from reference.haleai.limiter import POLICY
from tests.reference.conftest import Running

CONTRACT = Path(__file__).parents[2] / "generated" / "haleai" / "openapi.json"


def _statuses(server: Running, count: int, key: str, path: str = "/deals?limit=1") -> list[int]:
    return [response.status_code for response in server.requests(count, path, key)]


def test_the_limit_is_that_of_the_contract() -> None:
    documented = json.loads(CONTRACT.read_text())["x-rate-limit"]
    said = (documented["limit"], documented["window"], documented["burst"])
    assert (POLICY.limit, POLICY.window, POLICY.burst) == said


def test_a_burst_of_sixty_and_no_more_even_at_once(server: Running, key: str) -> None:
    statuses = _statuses(server, 100, key)
    assert statuses.count(200) == 60
    assert statuses.count(429) == 40


def test_details_errors_and_lists_share_the_bucket(server: Running, key: str) -> None:
    _statuses(server, 20, key, "/deals?limit=1")
    _statuses(server, 20, key, "/deals/dl_AbCd")
    _statuses(server, 20, key, "/contacts/nobody")
    assert server.get("/contacts", key).status_code == 429


def test_a_429_is_in_the_envelope_and_says_when_to_come_back(server: Running, key: str) -> None:
    _statuses(server, 60, key)
    refused = server.get("/contacts", key)
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "rate_limited"
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["Cache-Control"] == "no-store"
    server.advance(int(refused.headers["Retry-After"]))
    assert server.get("/contacts", key).status_code == 200


def test_ten_tokens_a_second_come_back_one_at_a_time(server: Running, key: str) -> None:
    _statuses(server, 60, key)
    server.advance(0.099)
    assert _statuses(server, 1, key) == [429]
    server.advance(0.001)
    assert sorted(_statuses(server, 2, key)) == [200, 429]
    server.advance(1)
    assert _statuses(server, 20, key).count(200) == 10


def test_an_idle_key_saves_up_no_more_than_a_burst(server: Running, key: str) -> None:
    _statuses(server, 60, key)
    server.advance(3_600)
    assert _statuses(server, 100, key).count(200) == 60


def test_refused_requests_cost_nothing(server: Running, key: str) -> None:
    _statuses(server, 200, key)
    server.advance(1)
    assert _statuses(server, 10, key) == [200] * 10


def test_no_key_slows_another(server: Running, key: str) -> None:
    _statuses(server, 100, key)
    assert _statuses(server, 60, server.key("acme")) == [200] * 60
    assert _statuses(server, 60, server.key("globex")) == [200] * 60


def test_six_hundred_a_minute_are_sustained(server: Running, key: str) -> None:
    _statuses(server, 60, key)
    granted = 0
    for _ in range(60):
        server.advance(1)
        granted += _statuses(server, 12, key).count(200)
    assert granted == 600
