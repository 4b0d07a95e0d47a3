"""ALOHA-02, ALOHA-03: live and test keys of one workspace, and what becomes of rotated ones."""

import pytest

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running

GETS = ("/v1/posts", "/v1/posts/post_01HYB7M3QK9XTR", "/v1/inbox/threads")
POSTS = (
    "/v1/posts",
    "/v1/analytics/export",
    "/v1/matrix/mtx_01HXV5N7EB3FZD/run",
    "/v1/voice/train",
)
OPERATIONS = [("GET", path) for path in GETS] + [("POST", path) for path in POSTS]


def _works(server: Running, key: str) -> bool:
    response = server.get("/v1/posts", key)
    assert response.status_code in {200, 401}
    return response.status_code == 200


def _rotated(server: Running, key: str) -> str:
    return str(server.control("keys/rotate", {"api": "aloha", "key": key})["key"])


def test_a_key_says_whether_it_is_for_live_data(aloha: Running) -> None:
    """ALOHA-02."""
    assert aloha.key().startswith("alo_live_")
    assert aloha.key(mode="live").startswith("alo_live_")
    assert aloha.key(mode="test").startswith("alo_test_")
    assert _rotated(aloha, aloha.key(mode="test")).startswith("alo_test_")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer alo_live_00000000000000000000000000000000",
        "Bearer alo_test_ two",
        "alo_live_00000000000000000000000000000000",
        "Basic YWxvX2xpdmVfOg==",
    ],
)
def test_without_a_good_key_every_operation_is_401(
    aloha: Running, method: str, path: str, authorization: str | None
) -> None:
    """ALOHA-02: before anything else about the request is looked at."""
    headers = {} if authorization is None else {"Authorization": authorization}
    response = aloha.send(method, f"{path}?expand=all", None, headers=headers)
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "unauthorized"
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_word_bearer_is_read_in_any_case_and_nowhere_but_in_the_header(aloha: Running) -> None:
    """ALOHA-02."""
    key = aloha.key()
    for scheme in ("Bearer", "bearer", "BEARER"):
        headers = {"Authorization": f"{scheme} {key}"}
        assert aloha.send("GET", "/v1/posts", None, headers=headers).status_code == 200
    assert aloha.get("/v1/posts", None, access_token=key).status_code == 401
    assert aloha.get("/v1/posts", None, api_key=key).status_code == 401


def test_a_key_opens_one_workspace(aloha: Running) -> None:
    """ALOHA-02."""
    one, other = workspace(aloha, "one", rows=5), workspace(aloha, "other", rows=5)
    assert set(one.listed()).isdisjoint(other.listed())
    assert one.with_key().listed() == one.listed()


def test_test_keys_and_live_keys_see_nothing_of_each_other(aloha: Running) -> None:
    """ALOHA-02."""
    live = workspace(aloha, "modes", rows=5)
    test = live.with_key(mode="test")
    _require_apart(live, test)
    _require_apart(test, live)


def _require_apart(one: Workspace, other: Workspace) -> None:
    post = one.create()["id"]
    assert post in one.listed()
    assert post not in other.listed()
    assert other.server.get(f"/v1/posts/{post}", other.key).status_code == 404
    threads = set(one.listed("/v1/inbox/threads"))
    assert len(threads) == 5
    assert threads.isdisjoint(other.listed("/v1/inbox/threads"))


@pytest.mark.parametrize("mode", ["live", "test"])
def test_a_matrix_of_the_other_mode_is_unknown(aloha: Running, mode: str) -> None:
    """ALOHA-02, ALOHA-10."""
    space = workspace(aloha, "matrices")
    (matrix,) = space.rows("matrices", insert=1, values={"mode": mode})
    statuses = {
        key: aloha.post(f"/v1/matrix/{matrix}/run", space.with_key(mode=key).key).status_code
        for key in ("live", "test")
    }
    assert statuses == {"live": 404, "test": 404} | {mode: 202}


def test_a_rotated_key_works_for_24_hours_more_to_the_microsecond(aloha: Running) -> None:
    """ALOHA-03."""
    old = aloha.key("rotating")
    new = _rotated(aloha, old)
    assert _works(aloha, new)
    aloha.advance(24 * 3_600 - 0.000001)
    assert _works(aloha, old)
    aloha.advance(0.000001)
    assert not _works(aloha, old)
    aloha.advance(30 * 24 * 3_600)
    assert not _works(aloha, old)
    assert _works(aloha, new)


def test_to_rotate_again_wins_no_time(aloha: Running) -> None:
    """ALOHA-03."""
    old = aloha.key("rotating")
    _rotated(aloha, old)
    aloha.advance(23 * 3_600)
    assert _works(aloha, _rotated(aloha, old))
    aloha.advance(3_600)
    assert not _works(aloha, old)


def test_a_rotated_key_is_of_the_same_workspace_plan_and_mode(aloha: Running) -> None:
    """ALOHA-03."""
    space = workspace(aloha, "same", rows=3)
    old = space.with_key(plan="free", mode="test")
    new = Workspace(aloha, space.tenant, _rotated(aloha, old.key))
    assert new.listed() == old.listed()
    limits = {
        aloha.get("/v1/posts", key).headers["X-RateLimit-Limit"] for key in (old.key, new.key)
    }
    assert limits == {"60"}


def test_a_revoked_key_is_worthless_at_once_rotated_or_not(aloha: Running) -> None:
    """ALOHA-02."""
    old = aloha.key("revoking")
    new = _rotated(aloha, old)
    for key in (old, new):
        aloha.control("keys/revoke", {"api": "aloha", "key": key})
        assert not _works(aloha, key)
