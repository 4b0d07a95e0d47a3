"""ALOHA-14, ALOHA-15: a minute's requests for each workspace, and headers on every answer."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from reference.aloha.limiter import POLICIES
from tests.reference.aloha import RATE_LIMIT, Workspace, now, workspace
from tests.reference.conftest import Running
from tests.reference.oauth import CALLBACK, register

CONTRACT = Path(__file__).parents[2] / "generated" / "aloha" / "openapi.json"
FREE = {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "60"}


def _spent(space: Workspace, count: int, path: str = "/v1/posts?limit=1") -> list[int]:
    responses = space.server.requests(count, path, space.key)
    return [response.status_code for response in responses]


def _standing(response: httpx2.Response) -> tuple[int, int]:
    """Limit and remainder."""
    headers = response.headers
    return int(headers["X-RateLimit-Limit"]), int(headers["X-RateLimit-Remaining"])


def test_the_limits_are_those_of_the_contract() -> None:
    """ALOHA-14."""
    documented = json.loads(CONTRACT.read_text())["x-rate-limit"]
    assert {plan: policy.limit for plan, policy in POLICIES.items()} == documented["plans"]
    assert {policy.window for policy in POLICIES.values()} == {documented["window"]}


@pytest.mark.parametrize(("plan", "limit"), [("free", 60), ("working_team", 600)])
def test_a_plan_has_its_minute_and_no_more_even_at_once(
    aloha: Running, plan: str, limit: int
) -> None:
    """ALOHA-14."""
    space = workspace(aloha, plan).with_key(plan=plan)
    statuses = _spent(space, limit + 10)
    assert statuses.count(200) == limit
    assert statuses.count(429) == 10


def test_agency_is_what_a_workspace_has_where_nothing_is_said(aloha: Running) -> None:
    """ALOHA-14."""
    space = workspace(aloha, "agency")
    assert _standing(aloha.get("/v1/posts", space.key)) == (3_000, 2_999)


def test_the_headers_count_down_and_say_when_all_is_there_again(aloha: Running) -> None:
    """ALOHA-14."""
    space = workspace(aloha, "counted").with_key(plan="free")
    for left in (59, 58, 57):
        response = aloha.get("/v1/posts", space.key)
        assert _standing(response) == (60, left)
    reset = int(response.headers["X-RateLimit-Reset"])
    assert 0 <= reset - now(aloha).timestamp() - 3 <= 1
    aloha.advance(reset - now(aloha).timestamp())
    assert _standing(aloha.get("/v1/posts", space.key)) == (60, 59)


def test_over_the_limit_the_wait_is_honest(aloha: Running) -> None:
    """ALOHA-15: after it a request succeeds, a second before it none does."""
    space = workspace(aloha, "waiting").with_key(plan="free")
    _spent(space, 60)
    aloha.advance(0.5)
    refused = aloha.get("/v1/posts", space.key)
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "rate_limited"
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["Cache-Control"] == "no-store"
    assert _standing(refused) == (60, 0)
    aloha.advance(0.499999)
    assert aloha.get("/v1/posts", space.key).status_code == 429
    aloha.advance(0.500001)
    assert aloha.get("/v1/posts", space.key).status_code == 200


def test_refused_requests_cost_nothing(aloha: Running) -> None:
    """ALOHA-15."""
    space = workspace(aloha, "refused").with_key(plan="free")
    assert _spent(space, 200).count(200) == 60
    aloha.advance(1)
    assert _spent(space, 5).count(200) == 1
    aloha.advance(3_600)
    assert _spent(space, 70).count(200) == 60


def test_the_keys_of_a_workspace_share_its_minute_and_access_tokens_too(aloha: Running) -> None:
    """ALOHA-14."""
    space = workspace(aloha, "shared")
    granted = register(aloha, tenant=space.tenant).tokens(tenant=space.tenant, scope="read write")
    keys = (space.key, space.with_key(mode="test").key, granted["access_token"], space.key)
    left = [_standing(aloha.get("/v1/posts", key))[1] for key in keys]
    assert left == [2_999, 2_998, 2_997, 2_996]


def test_workspaces_share_nothing(aloha: Running) -> None:
    """ALOHA-15: below the limit nothing is answered otherwise, whatever others do."""
    busy = workspace(aloha, "busy").with_key(plan="free")
    quiet = workspace(aloha, "quiet").with_key(plan="free")
    _spent(busy, 100)
    assert _spent(quiet, 60) == [200] * 60


def test_every_operation_costs_one_failures_included(aloha: Running) -> None:
    """ALOHA-14."""
    space = workspace(aloha, "costs")
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("POST", "/v1/posts", {"json": {"content": "x", "channels": ["instagram"]}}),
        ("POST", "/v1/posts", {"content": "not JSON"}),
        ("GET", "/v1/posts?limit=0", {}),
        ("GET", "/v1/posts/nobody", {}),
        ("GET", "/v1/inbox/threads", {}),
        ("HEAD", "/v1/inbox/threads", {}),
        ("POST", "/v1/matrix/nobody/run", {}),
        ("POST", "/v1/voice/train", {"json": {"samples": ["x"]}}),
        ("POST", "/v1/analytics/export", {"json": {"format": "csv"}}),
    ]
    standings = [_standing(aloha.send(*call[:2], space.key, **call[2])) for call in calls]
    assert standings == [(3_000, 2_999 - number) for number in range(len(calls))]


def test_answers_that_spend_nothing_say_what_is_left(aloha: Running) -> None:
    """ALOHA-14: an unknown path, a wrong method, a token of too little scope."""
    space = workspace(aloha, "unspent")
    aloha.get("/v1/posts", space.key)
    tokens = register(aloha, tenant=space.tenant).tokens(tenant=space.tenant, scope="read")
    unspent = [
        aloha.get("/v1/nothing", space.key),
        aloha.send("DELETE", "/v1/posts", space.key),
        aloha.post("/v1/voice/train", tokens["access_token"], {"samples": ["x"]}),
    ]
    assert [response.status_code for response in unspent] == [404, 405, 403]
    assert {_standing(response) for response in unspent} == {(3_000, 2_999)}


def test_nobody_is_told_to_wait_who_was_not_refused(aloha: Running) -> None:
    """ALOHA-15: an unknown path is one also for who has nothing left."""
    space = workspace(aloha, "nothing-left").with_key(plan="free")
    _spent(space, 60)
    response = aloha.get("/v1/nothing", space.key)
    assert (response.status_code, _standing(response)) == (404, (60, 0))
    assert "Retry-After" not in response.headers


def test_where_no_workspace_is_known_the_whole_of_free_is_shown(aloha: Running) -> None:
    """ALOHA-14: 401, plain HTTP, unknown paths and wrong methods without a key, OAuth."""
    key = aloha.key(plan="working_team")
    app = register(aloha)
    plain = {"X-Forwarded-Proto": "http"}
    unknown = [
        aloha.get("/v1/posts", None),
        aloha.get("/v1/posts", "alo_live_nobody"),
        aloha.get("/v1/nothing", None),
        aloha.send("PUT", "/v1/posts", None),
        aloha.send("GET", "/v1/posts", key, headers=plain),
        aloha.send("GET", "/oauth/authorize", None, headers=plain),
        app.authorize(app.request()),
        app.authorize(app.request(client_id="nobody")),
        app.authorize(app.request(redirect_uri=CALLBACK, response_type="token")),
        app.redeem(app.code()),
        app.redeem("nothing"),
        aloha.send("DELETE", "/oauth/token", None),
    ]
    statuses = [response.status_code for response in unknown]
    assert statuses == [401, 401, 404, 405, 403, 403, 200, 400, 302, 200, 400, 405]
    for response in unknown:
        assert {name: response.headers[name] for name in FREE} == FREE
        # The clock, which stands still, is told to the millisecond; the header is rounded up.
        assert 0 <= int(response.headers["X-RateLimit-Reset"]) - now(aloha).timestamp() <= 1


def test_every_answer_has_each_header_once(aloha: Running) -> None:
    """ALOHA-14."""
    for response in (aloha.get("/v1/posts", aloha.key()), aloha.get("/v1/posts", None)):
        for name in RATE_LIMIT:
            assert len(response.headers.get_list(name)) == 1
            assert response.headers[name].isdecimal()


def test_a_bucket_is_refilled_evenly(aloha: Running) -> None:
    """ALOHA-14."""
    space = workspace(aloha, "even").with_key(plan="working_team")
    _spent(space, 600)
    aloha.advance(0.099)
    assert _spent(space, 1) == [429]
    aloha.advance(0.001)
    assert sorted(_spent(space, 2)) == [200, 429]
    aloha.advance(6)
    assert _spent(space, 100).count(200) == 60
