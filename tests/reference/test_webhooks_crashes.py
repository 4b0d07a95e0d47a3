"""Processes killed in the middle of delivering: nothing accepted is lost, and no more is repeated
than what was in flight, which is one delivery for each subscription, however many processes.

A delivery that reached its receiver while its process was killed is the only one that is not
recorded: what was received beyond what was recorded is what the kills broke off.
"""

import itertools
import multiprocessing
import os
import random
import signal
import time
from collections import deque
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from reference.storage.database import open_database
from reference.webhooks.outbox import Event
from reference.webhooks.profile import RETRIES
from tests.reference.deliveries import EVENT, Deliveries
from tests.reference.postgresql import postgresql
from tests.reference.receiver import receiving

KILLS = int(os.environ.get("FOURFOLD_TEST_KILLS", "50"))
SUBSCRIPTIONS = 6
_SECONDS_TO_ANSWER = 0.8
_LONGEST_LIFE = 1.0


def _process(url: str, accepted: Path, first: int) -> None:
    """Put events in and deliver them until killed; note each event once it is accepted."""
    deliveries = Deliveries(open_database(url), seconds=_SECONDS_TO_ANSWER)
    deliveries.start()
    note = os.open(accepted, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in itertools.count(first):
        event = Event(f"evt_{number}", "aloha", "acme", EVENT, b"%d" % number)
        deliveries.run(deliveries.database.write(partial(deliveries.outbox.put, event=event)))
        os.write(note, b"%d\n" % number)
        deliveries.background.wake()
        deliveries.wait_until(lambda: deliveries.due() < 10 * SUBSCRIPTIONS)


@pytest.mark.parametrize(("kind", "processes"), [("sqlite", 1), ("postgresql", 2)])
def test_killed_processes_lose_nothing_and_repeat_at_most_what_was_in_flight(
    kind: str, processes: int, tmp_path: Path
) -> None:
    """ALOHA-13."""
    url = f"sqlite:///{tmp_path}/outbox.db" if kind == "sqlite" else postgresql().database()
    notes = tmp_path / "accepted"
    notes.mkdir()
    with (
        receiving(_taking_its_time) as receiver,
        closing(Deliveries(open_database(url), seconds=_SECONDS_TO_ANSWER)) as deliveries,
    ):
        subscriptions = [
            deliveries.subscribe(f"{receiver.url}/{number}") for number in range(SUBSCRIPTIONS)
        ]
        _run_and_kill(kind, url, notes, processes)
        deliveries.start()
        for _ in RETRIES:
            deliveries.wait_until(lambda: deliveries.due() == 0)
            deliveries.advance(86_400)
        deliveries.wait_until(lambda: deliveries.due() == 0)
        assert deliveries.undelivered() == 0, "something accepted was not delivered"
        recorded = deliveries.attempts()
    accepted = {int(line) for note in notes.iterdir() for line in note.read_text().split()}
    assert accepted
    broken_off = 0
    for number, subscription in enumerate(subscriptions):
        bodies = [int(one.body) for one in receiver.received if one.path == f"/hook/{number}"]
        assert accepted <= {*bodies}, "something accepted was lost"
        unrecorded = len(bodies) - recorded[subscription]
        assert unrecorded <= KILLS, "more was repeated than was in flight"
        broken_off += unrecorded
    print(f"{kind}: {KILLS} kills, {len(accepted)} events accepted, {SUBSCRIPTIONS} receivers;")
    print(f"{len(receiver.received)} received, {broken_off} in flight at a kill, none lost")


def _run_and_kill(kind: str, url: str, notes: Path, processes: int) -> None:
    """Keep some processes running, and kill the oldest again and again, whatever it is at."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "httpcore2", f"reference.storage.{kind}"])
    chance = random.Random(1)

    def kill(note: Path, process: Any) -> None:
        while not note.exists():
            assert process.is_alive(), "a process failed to start"
            time.sleep(0.005)
        time.sleep(chance.uniform(0, _LONGEST_LIFE))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL
        process.close()

    running = deque[tuple[Path, Any]]()
    for number in range(KILLS):
        note = notes / str(number)
        process = context.Process(target=_process, args=(url, note, number * 10**5))
        process.start()
        running.append((note, process))
        if len(running) == processes:
            kill(*running.popleft())
    for left in running:
        kill(*left)


def _taking_its_time(handler: Any, _number: int) -> None:
    time.sleep(random.uniform(0, 0.01))
    handler.send_response(204)
    handler.end_headers()
