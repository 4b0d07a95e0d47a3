"""WHK: a delivery that fails is tried again at its times, and one that succeeds never."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from conformance.contract import Contract
from conformance.deliveries import (
    evidence,
    expected_signature,
    header_problem,
    id_of,
    is_signed,
)
from conformance.receiver import Received
from conformance.rule import Check, Need, Untestable, must
from conformance.subscribers import (
    ACCEPTED,
    ELSEWHERE,
    FAILS,
    HANGS,
    LARGE,
    LEAVES,
    RECOVERS,
    REDIRECTS,
    REFUSED,
    REFUSED_ONCE,
    RESETS,
    Attempts,
    attempts,
    signature_of,
    status_path,
    waits,
)
from conformance.vocabulary import Subjects

PROMISES = ("ALOHA-13", "LEAD-17")
NEEDS = (Need.RECEIVER, Need.FRESH_KEYS, Need.CLOCK)
SLACK = timedelta(seconds=2)


def retrying(contract: Contract) -> Subjects:
    """The API as a whole, where its webhooks are tried again."""
    return (None,) if any(each.retries for each in contract.api.webhooks) else ()


def times(check: Check) -> list[int]:
    """When attempts are due, in seconds after the event, the first one included."""
    return list(accumulate(waits(check.contract), initial=0))


@must(
    "WHK-020",
    "A failed delivery is tried again at its times",
    retrying,
    promises=PROMISES,
    needs=NEEDS,
)
def on_time(check: Check) -> None:
    """Each attempt comes as long after the one before as documented, and not a second sooner.

    Source: the contract's `x-webhook-retries`.
    Passes: after 60 s, 300 s, 1500 s…; nothing after 59 s.
    Fails: after 30 s; every 60 s; all counted from the event.
    """
    found, due = _failing(check), times(check)
    moments = found.moments(FAILS)
    check.require(
        moments[: len(due)] == due[: len(moments)],
        f"Attempts came {_listed(moments)} after the event; they are due {_listed(due)} after it.",
        evidence(found.received[FAILS][-1]),
    )


@must(
    "WHK-021",
    "A failed delivery is tried as often as documented, and then no more",
    retrying,
    promises=PROMISES,
    needs=NEEDS,
)
def as_often(check: Check) -> None:
    """The last documented attempt is made, and none after it, however long one waits.

    Source: the contract's `x-webhook-retries`.
    Passes: seven attempts where six waits are documented.
    Fails: six; eight; the series begins again.
    """
    found = _failing(check)
    count, due = len(found.received[FAILS]), len(times(check))
    check.require(
        count == due,
        f"There were {count} attempts, and {due} are documented.",
        evidence(found.received[FAILS][-1]),
    )


@must(
    "WHK-022",
    "Each attempt has the same id and the same bytes",
    retrying,
    promises=PROMISES,
    needs=NEEDS,
)
def same_event(check: Check) -> None:
    """What is sent again is the event as it was, documented headers and all, so that it is known.

    Source: the contract's `webhooks`; Standard Webhooks, on idempotency.
    Passes: seven attempts, one id, one body.
    Fails: a new id for each attempt; `"attempt": 2`; members in another order; no `X-Aloha-Event`.
    """
    came = _repeated(check)
    for one in came[1:]:
        before, now = id_of(check.contract, came[0]), id_of(check.contract, one)
        check.require(before == now, f"The id was {before!r}, and is {now!r}.", evidence(one))
        check.require(one.body == came[0].body, "The body is not the same bytes.", evidence(one))
        problem = header_problem(check.contract, one)
        check.require(not problem, f"Sent again, {problem}.", evidence(one))
        check.require(
            one.target == came[0].target and one.method == came[0].method,
            "It is sent elsewhere, or with another method.",
            evidence(one),
        )


@must(
    "WHK-023",
    "Each attempt is signed for itself, at its own time",
    retrying,
    promises=PROMISES,
    needs=NEEDS,
)
def signed_again(check: Check) -> None:
    """The signature of each attempt verifies, and where a time is signed, it is the attempt's.

    Else a receiver that refuses what is old would never take a delivery that was late.

    Source: the contract's `x-fern-webhook-signature` (`timestamp`); Standard Webhooks.
    Passes: the attempt a minute later → a timestamp that is 60 greater.
    Fails: the first attempt's timestamp on each; a fresh timestamp with the old signature.
    """
    found, signature = _failing(check), signature_of(check.contract)
    for one in _repeated(check):
        check.require(
            is_signed(one, signature, found.secrets[FAILS]),
            f"{signature.header} is {one.header(signature.header)!r}, and should be "
            f"{expected_signature(one, signature, found.secrets[FAILS])!r}.",
            evidence(one),
        )
        if signature.timestamp_header:
            after = timedelta(seconds=one.moment)
            stamp = one.header(signature.timestamp_header)
            fits = (
                stamp.isdigit()
                and found.began + after - SLACK
                <= datetime.fromtimestamp(int(stamp), UTC)
                <= found.caused + after + SLACK
            )
            check.require(
                fits,
                f"{signature.timestamp_header} is {stamp!r}; the attempt was made "
                f"{one.moment:g} s after the event, at {found.caused + after:%H:%M:%S}.",
                evidence(one),
            )


@must("WHK-024", "Only 2xx is success", retrying, promises=PROMISES, needs=NEEDS)
def others_fail(check: Check) -> None:
    """After any other status the delivery is tried again: 3xx, 4xx and 5xx, large or not.

    Source: the responses of the contract's `webhooks`.
    Passes: 404, 410, 307 and 500 → the next attempt at its time.
    Fails: 4xx is given up; 3xx counts as success.
    """
    for status in (*REFUSED, *REFUSED_ONCE, *REDIRECTS):
        _require_next(check, status_path(status), f"A receiver that answers {status}")
    _require_next(check, LARGE, "A receiver that answers 500 with a large body")


@must("WHK-025", "No redirect is followed", retrying, promises=PROMISES, needs=NEEDS)
def not_followed(check: Check) -> None:
    """What is meant for one URL goes to no other, whatever the receiver says.

    Source: OWASP API7:2023 (server side request forgery); the contract's `webhooks`.
    Passes: 307 with a `Location` → nothing arrives there.
    Fails: the event arrives there, or a GET does.
    """
    astray = attempts(check).received[ELSEWHERE]
    check.require(not astray, "A redirect was followed.", evidence(astray[0]) if astray else None)


@must(
    "WHK-026", "What was acknowledged is not sent again", retrying, promises=PROMISES, needs=NEEDS
)
def acknowledged(check: Check) -> None:
    """Each 2xx says that the receiver has the event, at the first attempt or at a later one.

    Source: the responses of the contract's `webhooks` (`2XX`).
    Passes: 202 → nothing more; 500, 500, 200 → three attempts.
    Fails: only 200 counts; the series goes on after a late success.
    """
    found = attempts(check)
    wanted = {status_path(status): 1 for status in ACCEPTED}
    for path, count in (wanted | {RECOVERS: 3, HANGS: 2, LARGE: 2}).items():
        came = found.received[path]
        check.require(
            len(came) <= count,
            f"After {count} attempts, the last of which was answered with 2xx, there was another.",
            evidence(came[-1]) if came else None,
        )
        check.require(came, "A subscriber was not told.")


@must(
    "WHK-027",
    "No answer, or a broken one, is a failed delivery",
    retrying,
    promises=PROMISES,
    needs=NEEDS,
)
def silence_fails(check: Check) -> None:
    """A receiver that resets the connection, or does not answer in time, is tried again.

    Source: the responses of the contract's `webhooks`.
    Passes: a receiver that hangs is given up, and told again after the first wait.
    Fails: the sender waits for ever; what was sent counts as delivered.
    """
    found = attempts(check)
    check.require(
        found.released is not None,
        "A receiver that does not answer was not given up.",
    )
    _require_next(check, RESETS, "A receiver that resets the connection")
    _require_next(check, HANGS, "A receiver that does not answer")


@must("WHK-028", "A slow receiver holds nobody up", retrying, promises=PROMISES, needs=NEEDS)
def independent(check: Check) -> None:
    """While one receiver does not answer, the other ones get their deliveries.

    Source: the contract's `webhooks`; OWASP API4:2023.
    Passes: one of twenty receivers hangs, and nineteen are told meanwhile.
    Fails: they are told after it has been given up.
    """
    found = attempts(check)
    if found.released is None:
        return
    late = [path for path, arrived in found.first.items() if arrived > found.released]
    check.require(
        not late and set(found.first) >= set(found.secrets),
        f"{len(late) or 'Some'} receivers were not told before another one, which does not "
        "answer, was given up.",
    )


@must(
    "WHK-029",
    "Who has left is not told any more, not even again",
    retrying,
    promises=PROMISES,
    needs=NEEDS,
)
def left_alone(check: Check) -> None:
    """The end of a subscription is the end of its retries.

    Source: the contract's `webhooks`.
    Passes: a failed attempt, the subscription ends → nothing more.
    Fails: the attempt a minute later still comes.
    """
    came = attempts(check).received[LEAVES]
    check.require(came, "A subscriber was not told.")
    check.require(len(came) == 1, "A subscriber that had left was told again.", evidence(came[-1]))


def _failing(check: Check) -> Attempts:
    """The attempts; raises Untestable where there is none to look at."""
    found = attempts(check)
    if not found.received[FAILS]:
        raise Untestable("No delivery came that could have been tried again.")
    return found


def _repeated(check: Check) -> Sequence[Received]:
    came = _failing(check).received[FAILS]
    if len(came) < 2:
        raise Untestable("No delivery was tried again.")
    return came


def _require_next(check: Check, path: str, who: str) -> None:
    found, due = attempts(check), times(check)
    came = found.received[path]
    check.require(
        due[1] in found.moments(path),
        f"{who} is not told again {due[1]} s later.",
        evidence(came[-1]) if came else None,
    )


def _listed(moments: Sequence[int]) -> str:
    return ", ".join(f"{moment} s" for moment in moments)
