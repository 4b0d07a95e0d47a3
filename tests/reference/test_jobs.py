"""Jobs: done once, in the order in which they became due, whatever happens to others."""

import asyncio
from collections.abc import Coroutine, Iterator
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, insert, select

from reference.alarm import Alarm
from reference.background import Background
from reference.clock import Clock
from reference.jobs import Job, Jobs
from reference.storage.database import open_database
from tests.reference.postgresql import fresh_database

DONE = Table(
    "done",
    MetaData(),
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("what", String(50)),
)
T = TypeVar("T")


class Work:
    """Jobs that note what was done, in the database as all that jobs do."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self.database = open_database(fresh_database())
        self.run(self.database.write(DONE.metadata.create_all))
        self.clock = Clock()
        self.clock.freeze()
        self.jobs = self.new_jobs()

    def new_jobs(self) -> Jobs:
        """Return the jobs as another process has them."""
        jobs = Jobs(self.database, self.clock)
        jobs.register("aloha", "note", self.note)
        return jobs

    def note(self, connection: Connection, job: Job) -> None:
        connection.execute(insert(DONE).values(what=job.payload["what"]))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    def put(self, what: str, after: float, kind: str = "note") -> None:
        """Put a job that is due so many seconds from now."""
        due_at = self.clock.microseconds() + int(after * 1_000_000)
        job = Job("aloha", kind, "acme", due_at, {"what": what})
        self.run(self.database.write(lambda connection: self.jobs.put(connection, job)))

    def pass_time(self, seconds: float) -> list[str]:
        """Put the clock forward and do what is due; return all that is done by then."""
        self.clock.advance(timedelta(seconds=seconds))
        self.run(self.jobs.do_due())
        return self.done()

    def done(self) -> list[str]:
        in_order = select(DONE.c.what).order_by(DONE.c.seq)
        return self.run(self.database.read(lambda connection: list(connection.scalars(in_order))))

    def close(self) -> None:
        self._runner.close()
        self.database.close()


@pytest.fixture
def work() -> Iterator[Work]:
    """Jobs of a database of their own."""
    made = Work()
    yield made
    made.close()


def test_a_job_is_done_when_it_is_due_and_once(work: Work) -> None:
    work.put("it", after=10)
    assert work.pass_time(9.999_999) == []
    assert work.pass_time(0.000_001) == ["it"]
    assert work.pass_time(1_000) == ["it"]


def test_jobs_are_done_in_the_order_in_which_they_became_due(work: Work) -> None:
    for what, after in (("c", 30), ("a", 10), ("b", 20), ("a too", 10)):
        work.put(what, after)
    assert work.pass_time(60) == ["a", "a too", "b", "c"]


def test_what_follows_from_a_job_is_done_at_its_own_time(work: Work) -> None:
    """A chain is worked off in one go, in between what else is due, by the time of each job."""

    def follow(connection: Connection, job: Job) -> None:
        work.note(connection, job)
        left = int(job.payload["what"])
        if left:
            payload = {"what": str(left - 1)}
            due_at = job.due_at + 10_000_000
            work.jobs.put(connection, Job("aloha", "chain", "acme", due_at, payload))

    work.jobs.register("aloha", "chain", follow)
    work.put("2", after=10, kind="chain")
    work.put("between", after=25)
    work.put("later", after=45)
    assert work.pass_time(40) == ["2", "1", "between", "0"]


def test_a_job_that_fails_leaves_nothing_and_holds_up_none(work: Work) -> None:
    def fail(connection: Connection, job: Job) -> None:
        work.note(connection, job)
        raise KeyError("no such thing")

    work.jobs.register("aloha", "fails", fail)
    work.put("bad", after=1, kind="fails")
    work.put("good", after=2)
    assert work.pass_time(5) == ["good"]


def test_a_job_that_fails_is_tried_again_a_few_times_then_set_aside(
    work: Work, caplog: pytest.LogCaptureFixture
) -> None:
    tries = []

    def fail(connection: Connection, job: Job) -> None:
        tries.append(work.clock.now())
        raise KeyError("no such thing")

    work.jobs.register("aloha", "fails", fail)
    work.put("bad", after=0, kind="fails")
    work.pass_time(0)
    for wait in (10, 60, 600):
        before = len(tries)
        work.pass_time(wait - 0.000_001)
        assert len(tries) == before
        work.pass_time(0.000_001)
        assert len(tries) == before + 1
    work.pass_time(86_400)
    assert len(tries) == 4
    assert caplog.messages.count("a job was set aside") == 1


def test_a_job_that_recovers_is_done_with_the_time_that_it_was_due_at(work: Work) -> None:
    due_at = []

    def fail_once(connection: Connection, job: Job) -> None:
        due_at.append(job.due_at)
        if len(due_at) == 1:
            raise KeyError("not yet")
        work.note(connection, job)

    work.jobs.register("aloha", "recovers", fail_once)
    work.put("it", after=5, kind="recovers")
    assert work.pass_time(5) == []
    assert work.pass_time(10) == ["it"]
    assert due_at[0] == due_at[1]


def test_several_workers_do_each_job_once_and_in_order(work: Work) -> None:
    for number in range(30):
        work.put(f"{number:02}", after=number)
    work.clock.advance(timedelta(seconds=60))

    async def all_at_once() -> None:
        await asyncio.gather(*(work.new_jobs().do_due() for _ in range(4)))

    work.run(all_at_once())
    assert work.done() == [f"{number:02}" for number in range(30)]


def test_who_asks_that_all_is_done_waits_for_others_who_do_it(work: Work) -> None:
    """What one worker is at, another does not pass by as if it were done."""
    work.put("it", after=0)

    async def each_sees_it() -> list[list[str]]:
        async def one() -> list[str]:
            await work.new_jobs().do_due()
            return await work.database.read(
                lambda connection: list(connection.scalars(select(DONE.c.what)))
            )

        return await asyncio.gather(*(one() for _ in range(4)))

    assert work.run(each_sees_it()) == [["it"]] * 4


def test_jobs_of_what_is_not_served_are_left_alone(work: Work) -> None:
    work.put("other", after=0, kind="of another server")
    work.put("it", after=1)
    assert work.pass_time(5) == ["it"]
    work.jobs.register("aloha", "of another server", work.note)
    assert work.pass_time(0) == ["it", "other"]


def test_jobs_can_be_dropped(work: Work) -> None:
    work.put("acme's", after=1)
    work.run(work.database.write(lambda connection: work.jobs.clear(connection, "aloha", "globex")))
    work.put("acme's too", after=1)
    assert work.pass_time(1) == ["acme's", "acme's too"]
    work.put("acme's", after=1)
    work.run(work.database.write(lambda connection: work.jobs.clear(connection, "aloha", "acme")))
    assert work.pass_time(1) == ["acme's", "acme's too"]


def test_in_the_background_jobs_are_done_as_the_clock_comes_to_them(work: Work) -> None:
    work.clock.resume()
    work.put("it", after=0.05)
    background = Background(Alarm(work.clock), [work.jobs])

    async def until_done() -> None:
        await background.start()
        for _ in range(2_000):
            if await work.database.read(lambda connection: connection.scalar(select(DONE.c.seq))):
                break
            await asyncio.sleep(0.005)
        await background.stop()

    work.run(until_done())
    assert work.done() == ["it"]
