"""Several processes on one PostgreSQL answer as one; a restart on a file goes on as before."""

import itertools
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.reference.postgresql import postgresql
from tests.reference.processes import Served, ready, start
from tests.reference.redis_server import running_redis

Pair = tuple[Served, Served]


def _pair(stack: ExitStack, database: str, **environment: str) -> Pair:
    """Start two processes at the same time."""
    both = [start(database, **environment) for _ in range(2)]
    for process in both:
        stack.callback(process.kill)
    one, two = (stack.enter_context(ready(process)) for process in both)
    return one, two


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    """Two processes that were started at once on an empty database."""
    with ExitStack() as stack:
        yield _pair(stack, postgresql().empty_database())


@pytest.fixture
def stopped(pair: Pair) -> Iterator[Pair]:
    """The two processes, their clock stopped."""
    pair[0].control("clock", {"frozen": True})
    yield pair
    pair[0].control("clock", {"frozen": False})


def _statuses(pair: Pair, key: str, count: int) -> list[int]:
    """Return the answers to requests that are sent at once, to either process in turn."""
    with ThreadPoolExecutor(count) as senders:
        turns = itertools.islice(itertools.cycle(pair), count)
        sent = [senders.submit(served.get, "/contacts", key, limit=1) for served in turns]
        return [answer.result().status_code for answer in sent]


def test_processes_that_share_a_database_never_grant_more_than_there_is(stopped: Pair) -> None:
    """HALE-06, whichever process answers."""
    for _ in range(3):
        statuses = _statuses(stopped, stopped[1].key(), 64)
        assert (statuses.count(200), statuses.count(429)) == (60, 4)


def test_processes_that_share_a_redis_never_grant_more_than_there_is() -> None:
    """HALE-06, whichever process answers."""
    with running_redis() as url, ExitStack() as stack:
        pair = _pair(stack, postgresql().database(), FOURFOLD_REDIS_URL=url)
        pair[0].control("clock", {"frozen": True})
        statuses = _statuses(pair, pair[0].key(), 64)
        assert (statuses.count(200), statuses.count(429)) == (60, 4)


def test_what_one_process_makes_of_the_clock_holds_in_the_next_request_to_another(
    stopped: Pair,
) -> None:
    one, two = stopped
    key = one.key()
    assert _statuses(stopped, key, 64).count(429) == 4
    for served, other in [(one, two), (two, one)] * 5:
        assert other.get("/contacts", key, limit=1).status_code == 429
        now = served.control("clock", {"advance": 0.1})
        assert other.get("/contacts", key, limit=1).status_code == 200
        assert other.control("clock") == now


def test_the_clock_never_runs_backwards_from_one_process_to_another(pair: Pair) -> None:
    latest = datetime.fromisoformat(pair[0].control("clock", {"advance": 3_600})["now"])
    for served in (*pair, *pair):
        served.control("clock", {"frozen": True})
        served.control("clock", {"frozen": False})
        for other in pair:
            now = datetime.fromisoformat(other.control("clock")["now"])
            assert now >= latest - timedelta(milliseconds=20), "two processes' idea of real time"
            latest = max(now, latest)


def test_keys_are_known_rotated_and_revoked_everywhere_at_once(pair: Pair) -> None:
    """HALE-02."""
    one, two = pair
    for served, other in [(one, two), (two, one)]:
        key = served.key()
        assert other.get("/contacts", key).status_code == 200
        new = served.control("keys/rotate", {"api": "haleai", "key": key})["key"]
        assert other.get("/contacts", key).status_code == 401
        assert other.get("/contacts", new).status_code == 200
        served.control("keys/revoke", {"api": "haleai", "key": new})
        assert other.get("/contacts", new).status_code == 401


def test_a_cursor_of_one_process_goes_on_in_another(pair: Pair) -> None:
    """HALE-15."""
    one, two = pair
    key = one.key()
    first = one.get("/deals", key, limit=200).json()
    second = two.get("/deals", key, limit=200, cursor=first["pagination"]["nextCursor"])
    assert second.status_code == 200
    both = [row["id"] for page in (first, second.json()) for row in page["data"]]
    assert len(set(both)) == 400


def test_a_reset_is_one_for_all() -> None:
    with ExitStack() as stack:
        one, two = _pair(stack, postgresql().database())
        before, key = two.control("clock")["now"], two.key()
        two.control("clock", {"advance": 86_400, "frozen": True})
        place = {"api": "haleai", "tenant": "acme", "collection": "deals"}
        (made,) = two.control("rows", {**place, "insert": 1})["ids"]
        one.control("reset", {})
        clock = two.control("clock")
        assert not clock["frozen"]
        ahead = datetime.fromisoformat(clock["now"]) - datetime.fromisoformat(before)
        assert ahead < timedelta(hours=12)
        assert two.get("/deals", key).status_code == 401
        assert two.get(f"/deals/{made}", two.key()).status_code == 404


def test_what_is_stored_is_shown_of_sqlite_only(pair: Pair) -> None:
    assert "GET database" not in pair[0].control("capabilities")["calls"]
    refused = pair[0].call("database")
    assert refused.status_code == 501
    assert refused.json()["error"]["message"].endswith(".")


def test_a_lost_connection_is_made_again() -> None:
    url = postgresql().database()
    name = url.partition("?")[0].rpartition("/")[2]
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
    with ready(start(url)) as served:
        key = served.key()
        for _ in range(3):
            postgresql().execute(f"{ending}'{name}'")
            assert served.get("/contacts", key).status_code == 200
        postgresql().execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        postgresql().execute(f"{ending}'{name}'")
        lost = served.get("/contacts", key)
        assert lost.status_code == 401, "a key that cannot be looked up is not good"
        assert lost.json()["error"]["code"] == "unauthorized"
        assert served.call("healthz").status_code == 503
        postgresql().execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert served.get("/contacts", key).status_code == 200
        assert "cannot be reached" in _said(served)


def test_without_its_redis_a_server_answers_500_and_says_why() -> None:
    with ExitStack() as stack:
        with running_redis() as url:
            served = stack.enter_context(ready(start("sqlite://", FOURFOLD_REDIS_URL=url)))
            key = served.key()
            assert served.get("/contacts", key).status_code == 200
        answer = served.get("/contacts", key)
        assert answer.status_code == 500
        assert answer.json()["error"]["code"] == "internal_error"
        assert "FOURFOLD_REDIS_URL cannot be used" in _said(served)


def _said(served: Served) -> str:
    """Stop a server in order; return its log."""
    served.process.send_signal(signal.SIGTERM)
    _, log = served.process.communicate(timeout=60)
    return log


def _refused(process: "subprocess.Popen[str]") -> str:
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.endswith(".\n")
    assert err.count("\n") == 1
    return err


def test_a_redis_that_is_not_there_or_no_url_is_refused(tmp_path: Path) -> None:
    nobody = f"unix://user:hunter2@{tmp_path}/nobody"
    assert "cannot be used" in (said := _refused(start("sqlite://", FOURFOLD_REDIS_URL=nobody)))
    assert "no URL" in _refused(start("sqlite://", FOURFOLD_REDIS_URL="hunter2"))
    assert "hunter2" not in said


def test_a_restart_on_a_file_keeps_rows_keys_cursors_and_the_clock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    place = {"api": "haleai", "tenant": "acme", "collection": "deals"}
    with ready(start(url)) as served:
        key, gone = served.key(), served.key()
        served.control("keys/revoke", {"api": "haleai", "key": gone})
        (made,) = served.control("rows", {**place, "insert": 1})["ids"]
        cursor = served.get("/deals", key).json()["pagination"]["nextCursor"]
        served.control("clock", {"advance": 86_400})
        put_forward = served.control("clock", {"frozen": True})
        served.process.kill()
    with ready(start(url)) as served:
        assert served.control("clock") == put_forward
        assert served.get(f"/deals/{made}", key).status_code == 200
        assert served.get("/deals", key, cursor=cursor).status_code == 200
        assert served.get("/deals", gone).status_code == 401
        served.control("clock", {"frozen": False})
        assert served.control("clock")["now"] >= put_forward["now"]
