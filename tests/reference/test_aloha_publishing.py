"""ALOHA-05, ALOHA-06: a post's way from draft to published, on each of its channels."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from reference.jobs import jobs
from tests.reference.aloha import later, now, workspace
from tests.reference.conftest import Running


def _channels(post: dict[str, object]) -> object:
    return post["channels"]


def test_without_a_time_a_post_is_a_draft(aloha: Running) -> None:
    """ALOHA-05."""
    space = workspace(aloha, "drafts")
    draft = space.create(channels=["linkedin", "instagram"])
    assert draft["status"] == "draft"
    assert draft["content"] == "a monday note."
    assert _channels(draft) == [
        {"channel": "linkedin", "status": "draft"},
        {"channel": "instagram", "status": "draft"},
    ]
    assert draft.keys() == {"id", "status", "content", "channels", "createdAt"}
    assert datetime.fromisoformat(draft["createdAt"]) == now(aloha)
    aloha.advance(365 * 24 * 3_600)
    assert space.read(draft["id"]) == draft
    assert space.events() == []


def test_with_a_time_to_come_a_post_waits_for_it_to_the_microsecond(aloha: Running) -> None:
    """ALOHA-05."""
    space = workspace(aloha, "waits")
    due = later(aloha, 3_600)
    post = space.create(channels=["instagram", "linkedin"], scheduledAt=due)
    waiting = [{"channel": name, "status": "scheduled"} for name in ("instagram", "linkedin")]
    assert (post["status"], post["channels"], post["scheduledAt"]) == ("scheduled", waiting, due)
    aloha.advance(3_599.999999)
    assert space.read(post["id"]) == post
    aloha.advance(0.000001)
    published = space.read(post["id"])
    assert published["status"] == "published"
    assert published["channels"] == [
        {"channel": name, "status": "published", "publishedAt": due}
        for name in ("instagram", "linkedin")
    ]


def test_what_was_due_while_nobody_looked_was_published_in_time(aloha: Running) -> None:
    """ALOHA-05."""
    space = workspace(aloha, "unwatched")
    due = later(aloha, 60)
    post = space.create(scheduledAt=due)
    aloha.advance(30 * 24 * 3_600)
    assert space.read(post["id"])["channels"][0]["publishedAt"] == due
    published = space.events()[-1]
    assert published["created"] == int(datetime.fromisoformat(due).timestamp())


@pytest.mark.parametrize("moment", ["2026-04-15T09:30:00Z", "2020-02-29T23:59:59.5-11:30"])
def test_a_time_already_past_publishes_at_once(aloha: Running, moment: str) -> None:
    """ALOHA-05."""
    space = workspace(aloha, "past")
    post = space.create(channels=["linkedin"], scheduledAt=moment)
    (channel,) = post["channels"]
    assert (post["status"], channel["status"]) == ("published", "published")
    assert datetime.fromisoformat(channel["publishedAt"]) == now(aloha)
    assert datetime.fromisoformat(post["scheduledAt"]) == datetime.fromisoformat(moment)
    assert space.read(post["id"]) == post
    assert [event for event, _ in space.told()] == ["post.published"]


def test_this_very_moment_is_past(aloha: Running) -> None:
    """ALOHA-05."""
    space = workspace(aloha, "moment")
    assert space.create(scheduledAt=later(aloha, 0))["status"] == "published"
    assert space.create(scheduledAt=later(aloha, 0.000001))["status"] == "scheduled"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_no_calendar_has_is_refused(aloha: Running, moment: str) -> None:
    """ALOHA-17."""
    body = {"content": "x", "channels": ["instagram"], "scheduledAt": moment}
    response = aloha.post("/v1/posts", aloha.key("calendar"), body)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid_request"


def test_each_channel_tells_of_itself(aloha: Running) -> None:
    """ALOHA-12: scheduled, then published, once for each channel."""
    space = workspace(aloha, "told")
    post = space.create(channels=["instagram", "linkedin"], scheduledAt=later(aloha, 60))
    both = [{"postId": post["id"], "channel": name} for name in ("instagram", "linkedin")]
    scheduled = [("post.scheduled", data) for data in both]
    assert space.told() == scheduled
    aloha.advance(60)
    assert space.told() == scheduled + [("post.published", data) for data in both]
    aloha.advance(3_600)
    assert len(space.events()) == 4


def test_a_channel_whose_connection_has_expired_fails(aloha: Running) -> None:
    """ALOHA-06, ALOHA-12: the others publish all the same, and the post as a whole has failed."""
    space = workspace(aloha, "failing")
    post = space.create(channels=["instagram", "linkedin"], scheduledAt=later(aloha, 60))
    space.rows("channels", update=["instagram"], values={"connection": "expired"})
    aloha.advance(60)
    reason = "The connection to Instagram has expired."
    failed = space.read(post["id"])
    assert failed["status"] == "failed"
    assert failed["channels"] == [
        {"channel": "instagram", "status": "failed", "failureReason": reason},
        {"channel": "linkedin", "status": "published", "publishedAt": post["scheduledAt"]},
    ]
    assert space.told()[2:] == [
        ("post.failed", {"postId": post["id"], "channel": "instagram", "reason": reason}),
        ("post.published", {"postId": post["id"], "channel": "linkedin"}),
    ]
    assert space.listed(status="failed") == [post["id"]]


def test_a_connection_can_be_good_again(aloha: Running) -> None:
    """ALOHA-05."""
    space = workspace(aloha, "reconnected")
    space.rows("channels", update=["linkedin"], values={"connection": "expired"})
    refused = space.create(channels=["linkedin"], scheduledAt="2026-04-15T09:30:00Z")
    space.rows("channels", update=["linkedin"], values={"connection": "connected"})
    taken = space.create(channels=["linkedin"], scheduledAt="2026-04-15T09:30:00Z")
    assert (refused["status"], taken["status"]) == ("failed", "published")


def test_workspaces_fail_alone(aloha: Running) -> None:
    """ALOHA-02."""
    failing, fine = workspace(aloha, "fails-alone"), workspace(aloha, "is-fine")
    failing.rows("channels", update=["instagram"], values={"connection": "expired"})
    assert fine.create(scheduledAt="2026-04-15T09:30:00Z")["status"] == "published"
    assert [event for event, _ in fine.told()] == ["post.published"]
    assert failing.events() == []


def test_a_test_key_rehearses_and_nobody_is_told(aloha: Running) -> None:
    """ALOHA-02: the post goes the same way, among test data, and out to nobody."""
    space = workspace(aloha, "rehearsal")
    test = space.with_key(mode="test")
    post = test.create(channels=["instagram", "linkedin"], scheduledAt=later(aloha, 60))
    assert post["status"] == "scheduled"
    aloha.advance(60)
    assert test.read(post["id"])["status"] == "published"
    space.rows("channels", update=["instagram"], values={"connection": "expired"})
    assert test.create(scheduledAt="2026-04-15T09:30:00Z")["status"] == "failed"
    assert space.events() == []


def test_the_rows_of_a_seed_are_published_when_they_are_due(aloha: Running) -> None:
    """ALOHA-05: what is scheduled has a moment to come, and its events then."""
    space = workspace(aloha, "seeded", rows=200)
    waiting = aloha.get("/v1/posts", space.key, status="scheduled", limit=1).json()["data"][0]
    due = datetime.fromisoformat(waiting["scheduledAt"])
    assert due > now(aloha)
    ids = space.rows("posts", insert=1, values={"status": "scheduled", "channel": "linkedin"})
    assert space.events() == []
    aloha.advance(timedelta(days=7).total_seconds())
    assert space.read(ids[0])["status"] == "published"
    assert space.told() == [("post.published", {"postId": ids[0], "channel": "linkedin"})]


def test_reseeding_forgets_what_was_to_be_published(aloha: Running) -> None:
    space = workspace(aloha, "reseeded")
    space.create(scheduledAt=later(aloha, 60))
    aloha.control("seed", {"api": "aloha", "tenants": [space.tenant], "rows": 0})
    told = len(space.events())
    assert aloha.read(select(jobs.c.seq).where(jobs.c.tenant == space.tenant)) == []
    aloha.advance(120)
    assert len(space.events()) == told
    assert space.listed() == []
