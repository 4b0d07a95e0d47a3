"""ALOHA-06, ALOHA-07: posts, one by one and in lists, filtered, in pages."""

from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.aloha import Workspace, workspace
from tests.reference.conftest import Running

CONTRACT = Path(__file__).parents[2] / "generated" / "aloha" / "openapi.json"
INVALID_CURSORS = ["", "0", "null", "post_01HYB7M3QK9XTR", "eyJhZnRlciI6MX0=", "é", "%"]


@pytest.fixture(scope="module")
def full(aloha: Running) -> Workspace:
    """A workspace with a long history."""
    return workspace(aloha, "full", rows=90)


def _all(space: Workspace, **query: Any) -> list[dict[str, Any]]:
    return space.server.walk("/v1/posts", space.key, limit=100, **query)


def _refused(space: Workspace, code: str, path: str = "/v1/posts", **query: Any) -> bool:
    response = space.server.get(path, space.key, **query)
    return (response.status_code, response.json()["error"]["code"]) == (400, code)


def _cursor(space: Workspace, **query: Any) -> str:
    response = space.server.get("/v1/posts", space.key, limit=1, **query)
    return str(response.json()["pagination"]["nextCursor"])


def test_a_post_is_read_back_as_it_is_listed(full: Workspace) -> None:
    """ALOHA-06."""
    posts = _all(full)
    assert len(posts) == 90
    assert {post["status"] for post in posts} == {"draft", "scheduled", "published", "failed"}
    for post in posts:
        assert full.read(post["id"]) == post


def test_another_workspace_has_none_of_it(aloha: Running, full: Workspace) -> None:
    """ALOHA-06: its id is as unknown as any."""
    stranger = workspace(aloha, "stranger")
    post = _all(full)[0]["id"]
    answers = [aloha.get(f"/v1/posts/{name}", stranger.key) for name in (post, "post_0")]
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
    assert stranger.listed() == []


def test_the_newest_comes_first(full: Workspace) -> None:
    """ALOHA-07."""
    made = [post["createdAt"] for post in _all(full)]
    assert made == sorted(made, reverse=True)
    newest = full.create()["id"]
    assert full.listed()[0] == newest


@pytest.mark.parametrize("channel", ["instagram", "linkedin"])
def test_a_channel_alone_or_among_others(full: Workspace, channel: str) -> None:
    """ALOHA-07."""
    expected = [
        post
        for post in _all(full)
        if channel in {placement["channel"] for placement in post["channels"]}
    ]
    assert _all(full, channel=channel) == expected
    assert {len(post["channels"]) for post in expected} == {1, 2}


@pytest.mark.parametrize("status", ["draft", "scheduled", "published", "failed"])
def test_the_status_of_the_post_as_a_whole(full: Workspace, status: str) -> None:
    """ALOHA-07."""
    expected = [post for post in _all(full) if post["status"] == status]
    assert _all(full, status=status) == expected != []


def test_a_day_in_utc_from_its_first_moment_to_its_last(aloha: Running) -> None:
    """ALOHA-07: of scheduledAt; a draft is on no day."""
    space = workspace(aloha, "days")
    space.create()
    made = {
        moment: space.create(scheduledAt=moment)["id"]
        for moment in (
            "2026-03-01T23:59:59.999999Z",
            "2026-03-02T00:00:00Z",
            "2026-03-02T23:59:59.999999Z",
            "2026-03-03T00:00:00Z",
            "2026-03-03T13:59:59+14:00",
            "2026-03-01T13:00:00-11:00",
        )
    }
    ids = [*made.values()]
    assert space.listed(date="2026-03-02") == [ids[5], ids[4], ids[2], ids[1]]
    assert space.listed(date="2026-03-01") == [ids[0]]
    assert space.listed(date="2026-02-28") == []
    assert space.listed(date="0001-01-01") == space.listed(date="9999-12-31") == []


def test_filters_are_combined(full: Workspace) -> None:
    """ALOHA-07."""
    post = next(post for post in _all(full, status="published") if len(post["channels"]) == 2)
    day = post["scheduledAt"][:10]
    found = full.listed(status="published", channel="linkedin", date=day)
    assert post["id"] in found
    assert full.listed(status="draft", date=day) == []


@pytest.mark.parametrize(
    "query",
    [
        "channel=myspace",
        "channel=Instagram",
        "channel=",
        "status=archived",
        "status=",
        "date=2026-02-29",
        "date=2026-3-1",
        "date=today",
        "date=2026-03-01T00:00:00Z",
        "limit=0",
        "limit=101",
        "limit=ten",
        "limit=1&limit=2",
        "status=draft&status=draft",
        "expand=all",
        "tenant=acme",
    ],
)
def test_what_is_not_documented_is_400(full: Workspace, query: str) -> None:
    """ALOHA-07, ALOHA-17."""
    response = full.server.send("GET", f"/v1/posts?{query}", full.key)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid_request"


@pytest.mark.parametrize("path", ["/v1/posts", "/v1/inbox/threads"])
def test_pages_say_how_large_they_are_and_how_to_go_on(full: Workspace, path: str) -> None:
    """ALOHA-07, ALOHA-09."""
    usual = full.server.get(path, full.key).json()
    assert (len(usual["data"]), usual["pagination"]["limit"]) == (25, 25)
    whole = full.server.walk(path, full.key, limit=100)
    for limit in (1, 7, 90):
        pages = list(full.server.pages(path, full.key, limit=limit))
        assert [row for page in pages for row in page["data"]] == whole
        assert {page["pagination"]["limit"] for page in pages} == {limit}
        assert all(len(page["data"]) == limit for page in pages[:-1])
        assert 0 < len(pages[-1]["data"]) <= limit


@pytest.mark.parametrize("forged", INVALID_CURSORS)
def test_a_cursor_that_was_not_given_is_refused(full: Workspace, forged: str) -> None:
    """ALOHA-07."""
    assert _refused(full, "invalid_cursor", cursor=forged)


def test_a_cursor_works_where_it_was_given_and_nowhere_else(
    aloha: Running, full: Workspace
) -> None:
    """ALOHA-07: not with other filters, in another list, workspace or mode."""
    cursor = _cursor(full, status="published")
    assert full.listed(status="published", cursor=cursor) == full.listed(status="published")[1:]
    filters: list[dict[str, str]] = [
        {},
        {"status": "draft"},
        {"status": "published", "channel": "instagram"},
        {"status": "published", "date": "2026-03-02"},
    ]
    for other in filters:
        assert _refused(full, "invalid_cursor", cursor=cursor, **other)
    plain = _cursor(full)
    assert _refused(full, "invalid_cursor", "/v1/inbox/threads", cursor=plain)
    assert _refused(full.with_key(mode="test"), "invalid_cursor", cursor=plain)
    assert _refused(workspace(aloha, "thief", rows=9), "invalid_cursor", cursor=plain)
    assert full.listed(cursor=plain) == full.with_key().listed(cursor=plain)


CHANGES = st.lists(
    st.tuples(st.sampled_from(["insert", "update", "publish"]), st.integers(0, 40)), max_size=4
)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    start=st.integers(0, 20),
    limit=st.integers(1, 9),
    filtered=st.booleans(),
    changes=st.lists(CHANGES, max_size=10),
)
def test_a_walk_gives_each_post_once_whatever_happens_meanwhile(
    aloha: Running, start: int, limit: int, filtered: bool, changes: list[list[tuple[str, int]]]
) -> None:
    """ALOHA-07."""
    space = workspace(aloha, "walked")
    drafts = space.rows("posts", insert=start, values={"status": "draft"}) if start else []
    query: dict[str, Any] = {"limit": limit} | ({"status": "draft"} if filtered else {})
    walked: list[str] = []
    upcoming = iter(changes)
    for page in aloha.pages("/v1/posts", space.key, **query):
        assert len(page["data"]) <= limit
        walked += [row["id"] for row in page["data"]]
        for kind, number in next(upcoming, []):
            if kind == "insert":
                space.rows("posts", insert=1 + number % 3, values={"status": "draft"})
            elif kind == "publish":
                space.create(scheduledAt="2026-04-15T09:30:00Z")
            elif drafts:
                values = {"content": f"edited {number}"}
                space.rows("posts", update=[drafts[number % len(drafts)]], values=values)
    assert len(walked) == len(set(walked)), "a post came twice"
    assert set(drafts) <= set(walked), "a post was lost"


def test_acme_has_what_the_contract_shows(aloha: Running) -> None:
    """The ids of the contract's examples can be asked for; what was scheduled there is past."""
    space = Workspace(aloha, "acme", aloha.key("acme"))
    examples = msgspec.json.decode(CONTRACT.read_bytes())["components"]["examples"]
    scheduled, draft = examples["ScheduledPost"]["value"], examples["Draft"]["value"]
    assert space.read(draft["id"]) == draft
    same = ("id", "content", "scheduledAt", "createdAt")
    published = space.read(scheduled["id"])
    assert {name: published[name] for name in same} == {name: scheduled[name] for name in same}
    assert published["status"] == "published"


def test_the_same_seed_gives_the_same_posts(aloha: Running) -> None:
    one = workspace(aloha, "twin", rows=30)
    before = _all(one)
    again = Workspace(aloha, one.tenant, one.key)
    aloha.control("seed", {"api": "aloha", "tenants": [one.tenant], "rows": 30})
    assert _all(again) == before
    assert {post["id"] for post in _all(workspace(aloha, "other", rows=30))}.isdisjoint(
        post["id"] for post in before
    )


def test_times_are_in_order(full: Workspace) -> None:
    """What a seed made up is believable: made, then due, then published."""
    for post in _all(full):
        made, due = post["createdAt"], post.get("scheduledAt")
        assert (due is None) == (post["status"] == "draft")
        if due is not None:
            assert datetime.fromisoformat(made) < datetime.fromisoformat(due)
        for channel in post["channels"]:
            assert ("publishedAt" in channel) == (channel["status"] == "published")
            assert ("failureReason" in channel) == (channel["status"] == "failed")
