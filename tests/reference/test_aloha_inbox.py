"""ALOHA-09: the threads of all channels in one list, the one written to last first."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.reference.aloha import Workspace, now, workspace
from tests.reference.conftest import Running

PATH = "/v1/inbox/threads"


def _threads(space: Workspace) -> list[dict[str, Any]]:
    return space.server.walk(PATH, space.key, limit=100)


def test_the_thread_written_to_last_comes_first(aloha: Running) -> None:
    """ALOHA-09."""
    space = workspace(aloha, "inbox", rows=30)
    threads = _threads(space)
    assert len(threads) == 30
    assert {thread["channel"] for thread in threads} == {"instagram", "linkedin"}
    for above, below in pairwise(threads):
        times = (above["updatedAt"], below["updatedAt"])
        assert datetime.fromisoformat(times[0]) >= datetime.fromisoformat(times[1])


def test_a_reply_arrives_on_top_and_subscribers_are_told(aloha: Running) -> None:
    """ALOHA-09, ALOHA-12."""
    space = workspace(aloha, "replies", rows=3)
    values = {"channel": "linkedin", "sender": "Mele Kona", "preview": "aloha!"}
    (thread,) = space.rows("threads", insert=1, values=values)
    newest = _threads(space)[0]
    assert datetime.fromisoformat(newest.pop("updatedAt")) == now(aloha)
    assert newest == {"id": thread, **values}
    assert space.told() == [("reply.received", {"threadId": thread, "channel": "linkedin"})]


def test_who_writes_again_moves_to_the_top(aloha: Running) -> None:
    """ALOHA-09."""
    space = workspace(aloha, "again", rows=5)
    before = _threads(space)
    aloha.advance(5)
    space.rows("threads", update=[before[3]["id"]], values={"preview": "one more thing."})
    after = _threads(space)
    moved = {**before[3], "preview": "one more thing.", "updatedAt": after[0]["updatedAt"]}
    assert after == [moved, *before[:3], before[4]]
    assert datetime.fromisoformat(moved["updatedAt"]) == now(aloha)
    data = {"threadId": before[3]["id"], "channel": before[3]["channel"]}
    assert space.told() == [("reply.received", data)]


def test_test_threads_tell_nobody(aloha: Running) -> None:
    """ALOHA-02, ALOHA-12."""
    space = workspace(aloha, "quiet")
    (thread,) = space.rows("threads", insert=1, values={"mode": "test"})
    space.rows("threads", update=[thread])
    assert space.events() == []
    assert space.listed(PATH) == []
    assert space.with_key(mode="test").listed(PATH) == [thread]


@pytest.mark.parametrize(
    "query", ["channel=instagram", "limit=0", "limit=101", "cursor=x&cursor=x"]
)
def test_there_are_no_filters(aloha: Running, query: str) -> None:
    """ALOHA-09."""
    assert aloha.send("GET", f"{PATH}?{query}", aloha.key()).status_code == 400


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    start=st.integers(0, 20),
    limit=st.integers(1, 9),
    written=st.lists(st.lists(st.integers(-5, 40), max_size=4), max_size=10),
)
def test_a_walk_meets_each_thread_once_that_nobody_wrote_to(
    aloha: Running, start: int, limit: int, written: list[list[int]]
) -> None:
    """ALOHA-09: whoever else writes meanwhile, in old threads (from 0 on) or new ones."""
    space = workspace(aloha, "walked")
    threads = space.rows("threads", insert=start) if start else []
    touched: set[str] = set()
    walked: list[str] = []
    upcoming = iter(written)
    for page in aloha.pages(PATH, space.key, limit=limit):
        walked += [row["id"] for row in page["data"]]
        for number in next(upcoming, []):
            if number < 0:
                space.rows("threads", insert=1)
            elif threads:
                touched.add(threads[number % len(threads)])
                space.rows("threads", update=[threads[number % len(threads)]])
    assert len(walked) == len(set(walked)), "a thread came twice"
    assert set(threads) - touched <= set(walked), "a thread was lost"
