"""WHK: events whose deliveries overlap have nothing to do with each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate

from conformance.deliveries import event_of, evidence, id_of, is_signed
from conformance.receiver import QUIET, SECONDS_TO_ARRIVE, Received, Receiver, Reply
from conformance.rule import Check, Need, must
from conformance.rules.webhook_retries import retrying
from conformance.subscribers import (
    AGAIN,
    advance,
    cheapest_cause,
    control_of,
    signature_of,
    subscribed,
    told,
    waits,
)
from conformance.workflows.listening import Filled
from conformance.workflows.running import enact
from generator.document.workflows import Step

PROMISES = ("ALOHA-13", "LEAD-17")
NEEDS = (Need.RECEIVER, Need.FRESH_KEYS, Need.CLOCK)
FAILS, ONCE = "/fails", "/fails-once"


@must(
    "WHK-030",
    "Each event is tried again for itself",
    retrying,
    promises=PROMISES,
    needs=NEEDS,
)
def tried_for_itself(check: Check) -> None:
    """What becomes of one event of a subscriber changes nothing about another one.

    A second event happens while the first waits to be tried again, a third when both were given up.
    One receiver fails always, another one only at the first request.

    Source: the contract's `x-webhook-retries`, which are of a delivery.
    Passes: after 60 s, 300 s… of the first, and after as many of the second; the third at once.
    Fails: the second waits as long as the first one's third attempt would; it is sent when the
    first has succeeded; a success has all that waits sent; who failed too often hears no more.
    """
    attempts = list(accumulate(waits(check.contract), initial=0))
    apart = max(attempts[1] // 2, 1)
    ends = attempts[-1] + apart
    at_failing = [attempts, [apart + each for each in attempts], [ends]]
    at_mended = [attempts[:2], [apart], [ends]]
    for path, wanted in _told(check, apart).items():
        due = at_failing if path == FAILS else at_mended
        for number, moments in enumerate(due, 1):
            found = wanted[number - 1] if number <= len(wanted) else []
            check.require(
                found == moments,
                f"Attempts for event {number} of {len(due)} came after {_listed(found)}; they are "
                f"due after {_listed(moments)}.",
            )


@must(
    "WHK-031",
    "Each kind of event is tried as often as any",
    retrying,
    promises=PROMISES,
    needs=NEEDS,
)
def each_kind_again(check: Check) -> None:
    """What is told to who always fails comes as often as documented, whatever it tells of.

    Each attempt is the same bytes, signed; causes every documented event.

    Source: the contract's `x-webhook-retries`, which excepts no event.
    Passes: seven attempts for `post.published`, seven for `matrix.completed`.
    Fails: what comes of a job in the background is told once; an event of one kind is made anew.
    """
    found, signature = told(check), signature_of(check.contract)
    count = 1 + len(waits(check.contract))
    events: dict[str, list[Received]] = {}
    for one in found.again:
        events.setdefault(id_of(check.contract, one), []).append(one)
    for came in sorted(events.values(), key=len):
        name, last = event_of(check.contract, came[0]), came[-1]
        check.require(
            len(came) == count,
            f"{name} was tried {len(came)} times, and {count} are documented.",
            evidence(last),
        )
        for one in came:
            same = one.body == came[0].body
            check.require(same, f"{name}, sent again, is not the same bytes.", evidence(one))
            good = is_signed(one, signature, found.secrets[AGAIN])
            check.require(good, f"{name}, sent again, is not signed.", evidence(one))


def _told(check: Check, apart: int) -> Mapping[str, list[list[int]]]:
    """When attempts came at each path, in seconds after the first event: those of each event."""
    control, (cause, event) = control_of(check), cheapest_cause(check)
    first = list(accumulate(waits(check.contract), initial=0))
    due = {
        FAILS: sorted([*first, *(apart + each for each in first)]),
        ONCE: sorted([*first[:2], apart]),
    }
    with subscribed(check) as (receiver, tenant), control.frozen():
        control.subscribe(tenant, receiver.reply(FAILS, Reply(500)), [event])
        control.subscribe(tenant, receiver.reply(ONCE, Reply(500), Reply(200)), [event])
        patience = SECONDS_TO_ARRIVE
        for moment in dict.fromkeys(due[FAILS]):
            advance(receiver, control, int(moment - receiver.moment))
            if moment in {0, apart}:
                enact(cause, check, tenant, _ignored)
            wanted = {path: bisect_right(moments, moment) for path, moments in due.items()}
            came = _heard(receiver, wanted, patience)
            patience = patience if came else QUIET
        enact(cause, check, tenant, _ignored)
        _heard(receiver, {path: len(moments) + 1 for path, moments in due.items()}, patience)
        receiver.settle()
        return {path: _by_event(check, receiver, path) for path in (FAILS, ONCE)}


def _ignored(_step: Step, _filled: Filled) -> None:
    return


def _heard(receiver: Receiver, wanted: Mapping[str, int], seconds: float) -> bool:
    """Wait for so many deliveries at each path; return whether they came."""
    came = receiver.wait(
        lambda: all(receiver.arrived(path, count) for path, count in wanted.items()), seconds
    )
    receiver.settle(QUIET / 2)
    return came


def _by_event(check: Check, receiver: Receiver, path: str) -> list[list[int]]:
    events: dict[str, list[int]] = {}
    for one in receiver.at(path):
        events.setdefault(id_of(check.contract, one), []).append(round(one.moment))
    return list(events.values())


def _listed(moments: Sequence[int]) -> str:
    return ", ".join(f"{moment} s" for moment in moments) or "none"
