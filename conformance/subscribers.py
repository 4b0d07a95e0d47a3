"""Subscribers of webhooks: who was told of what happens to a tenant, and how often.

Both recordings are made once a run, each in a tenant that nobody else calls; rules look at them.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat

from msgspec import structs

from conformance.contract import Contract
from conformance.control import Control
from conformance.deliveries import id_of
from conformance.receiver import (
    HANG,
    QUIET,
    RESET,
    SECONDS_TO_ARRIVE,
    SECONDS_TO_HANG,
    Received,
    Receiver,
    Reply,
    receiving,
)
from conformance.rule import Check, Need, Untestable, Violation
from conformance.workflows.listening import Filled
from conformance.workflows.running import enact, needs_of
from generator.document.workflows import Step, Workflow
from generator.model import Signature

ALL = "/all"
OTHER = "/other"
ONLY = "/only/"
QUERY = "?subscriber=1&then=%2F"
"""Part of a URL that is registered: it is to be kept as it is."""
ELSEWHERE = "/elsewhere"
AGAIN = "/again"
"""Fails always, whatever it is told of."""
FAILS = "/fails"
HANGS = "/hangs"
RESETS = "/resets"
RECOVERS = "/recovers"
LARGE = "/large"
LEAVES = "/leaves"
SHARED = "/shared"
"""The URL of a subscription of another tenant, and of two of one."""
LULL = 10
"""Seconds of the target's clock for which one listens before the rest of a wait passes."""
ACCEPTED = (200, 201, 202, 203, 204, 205, 206, 207, 226, 250, 299)
REDIRECTS = (301, 302, 303, 307, 308)
REFUSED = (400, 404, 410, 429, 503)
REFUSED_ONCE = (304, 401, 402, 403, 405, 409, 415, 418, 422, 423, 451, 501, 502, 504, 520, 599)
"""Statuses of receivers that answer with 200 the next time."""


@dataclass(frozen=True, slots=True)
class Moment:
    """After a step that delivers: how many were to be delivered so far, the time, and whether they
    had been.

    Until `silent`, nothing of the step had been; None where nobody listened before it.
    """

    until: int
    now: datetime
    arrived: bool
    silent: datetime | None


@dataclass(frozen=True, slots=True)
class Told:
    """What subscribers of two tenants got while each documented event was caused in one of them.

    `expected` are the events that were caused; `began` and `ended` are of the target's clock;
    `controlled` is all that the control plane told meanwhile.
    """

    received: Mapping[str, tuple[Received, ...]]
    secrets: Mapping[str, str]
    expected: tuple[str, ...]
    began: datetime
    ended: datetime
    controlled: str
    moments: tuple[Moment, ...]
    again: tuple[Received, ...]
    """Every attempt to tell a subscriber to all that always fails, until there should be none."""

    @property
    def ours(self) -> tuple[tuple[str, Received], ...]:
        """Every delivery to a subscriber of the tenant, with the path of the subscriber."""
        return tuple(
            (path, one)
            for path, deliveries in self.received.items()
            for one in deliveries
            if path != OTHER
        )


@dataclass(frozen=True, slots=True)
class Attempts:
    """Every attempt to tell subscribers that answer badly, or well, of one event.

    One leaves once its first attempt has failed; it is of another tenant, and told of its event.

    `moment` of each is in seconds after the event, which happened between `began` and `caused` on
    the target's clock. `released` is when the sender gave up one that does not answer, in seconds
    of a monotonic clock; None where it did not.
    """

    received: Mapping[str, tuple[Received, ...]]
    secrets: Mapping[str, str]
    began: datetime
    caused: datetime
    first: Mapping[str, float]
    """Path → when the first attempt arrived, in seconds of a monotonic clock."""
    released: float | None
    sharing: tuple[str, ...]
    """What signs for each subscription of `SHARED`."""

    def moments(self, path: str) -> list[int]:
        """When attempts came at a path, in seconds after the event."""
        return [round(one.moment) for one in self.received.get(path, ())]


def signature_of(contract: Contract) -> Signature:
    """How deliveries are signed; raises Untestable where the contract does not say."""
    for webhook in contract.api.webhooks:
        if webhook.signature:
            return webhook.signature
    raise Untestable("The contract does not say how deliveries are signed.")


def own_secrets(contract: Contract) -> Iterator[str]:
    """Secrets as subscribers make them: long, so that none of it may be cut off, and of all kinds.

    Empty ones where the contract does not say how deliveries are signed.
    """
    signed = next((each.signature for each in contract.api.webhooks if each.signature), None)
    if signed is None:
        yield from repeat("")
    elif signed.key_encoding != "utf-8":
        while True:
            yield signed.secret_prefix + b64encode(secrets.token_bytes(64)).decode()
    else:
        while True:
            yield signed.secret_prefix + secrets.token_urlsafe(150)
            yield signed.secret_prefix + secrets.token_hex(32)
            yield signed.secret_prefix + f"Schlüssel 秘密 {secrets.token_hex(8)}"
            yield signed.secret_prefix + b64encode(b"\xfb\xff" + secrets.token_bytes(32)).decode()
            yield signed.secret_prefix + f' "two" %41+& spaces {secrets.token_hex(8)} '


def waits(contract: Contract) -> tuple[int, ...]:
    """The seconds between two attempts; raises Untestable where the contract does not say."""
    for webhook in contract.api.webhooks:
        if webhook.retries:
            return webhook.retries
    raise Untestable("The contract does not say when deliveries are tried again.")


def told(check: Check) -> Told:
    """What came of causing every event once; made once a run."""
    return check.session.once("webhooks: told", lambda: _told(check, QUIET))


def told_at_leisure(check: Check) -> Told:
    """The same once more, with time for what is late to arrive; made once a run."""
    return check.session.once("webhooks: leisure", lambda: _told(check, SECONDS_TO_ARRIVE))


def attempts(check: Check) -> Attempts:
    """What came of one event at receivers of all kinds; made once a run."""
    return check.session.once("webhooks: attempts", lambda: _attempts(check))


@contextmanager
def subscribed(check: Check) -> Iterator[tuple[Receiver, str]]:
    """A receiver, and a fresh tenant whose subscriptions end with the block."""
    tenant = check.session.new_tenant()
    with receiving() as receiver:
        try:
            yield receiver, tenant
        finally:
            control_of(check).unsubscribe(tenant)


def causes(contract: Contract) -> tuple[Workflow, ...]:
    """The workflows that say which webhooks they deliver.

    Raises Untestable where there is none.
    """
    found = tuple(each for each in contract.workflows if any(step.delivers for step in each.steps))
    if not found:
        raise Untestable("No step of workflows.yaml says what it delivers (`x-delivers`).")
    return found


def cheapest_cause(check: Check) -> tuple[Workflow, str]:
    """The shortest workflow that delivers one event only, and the name of the event."""
    delivered = [
        (each, [name for step in each.steps for name in step.delivers])
        for each in causes(check.contract)
    ]
    single = [(each, names[0]) for each, names in delivered if len(names) == 1]
    if not single:
        raise Untestable("No workflow delivers one event only.")
    return min(single, key=lambda found: len(found[0].steps))


def control_of(check: Check) -> Control:
    """The control plane; raises Untestable without one."""
    if check.session.control is None:
        raise Untestable(check.session.missing(Need.RECEIVER))
    return check.session.control


def require_arrival(receiver: Receiver, path: str, count: int) -> None:
    """Wait for deliveries; raise Violation where they do not come."""
    if not receiver.wait(lambda: receiver.arrived(path, count)):
        raise Violation(f"Delivery {count} to a subscriber never came.")


def _ignored(_step: Step, _filled: Filled) -> None:
    return


def _in_two(workflow: Workflow) -> Workflow:
    """The same with a lull at the start of each step that only waits for what it delivers."""
    steps: list[Step] = []
    for step in workflow.steps:
        if step.delivers and _waits(step) and step.advance > LULL:
            lull = structs.replace(
                step, advance=LULL, delivers=(), tells={}, outputs={}, criteria=()
            )
            steps += [lull, structs.replace(step, advance=step.advance - LULL)]
        else:
            steps.append(step)
    return structs.replace(workflow, steps=tuple(steps))


def _waits(step: Step) -> bool:
    """Whether time passes, and nothing else is done."""
    return step.control == "clock" and step.advance > 0 and not step.each and not step.until


def _told(check: Check, listening: float) -> Told:
    control, names = control_of(check), [each.name for each in check.contract.api.webhooks]
    session = check.session
    chosen = [w for w in causes(check.contract) if not any(map(session.missing, needs_of(w)))]
    other = session.new_tenant()
    expected: list[str] = []
    moments: list[Moment] = []
    silent: datetime | None = None
    with subscribed(check) as (receiver, tenant):

        def subscribe(who: str, path: str, events: list[str], secret: str = "") -> str:
            url = receiver.reply(path, Reply(200)) + QUERY
            return control.subscribe(who, url, events, secret)

        def heard(step: Step, _filled: Filled) -> None:
            nonlocal silent
            if _waits(step) and not step.delivers:
                came = receiver.wait(lambda: receiver.arrived(ALL, len(expected) + 1), listening)
                silent = None if came else control.now()
                return
            patience = SECONDS_TO_ARRIVE if receiver.arrived(ALL, len(expected)) else QUIET
            expected.extend(step.delivers)
            arrived = receiver.wait(lambda: receiver.arrived(ALL, len(expected)), patience)
            if step.delivers:
                moments.append(Moment(len(expected), control.now(), arrived, silent))
                silent = None

        keys = {ALL: subscribe(tenant, ALL, names), OTHER: subscribe(other, OTHER, names)}
        failing = control.subscribe(tenant, receiver.reply(AGAIN, Reply(500)), names)
        for name, own in zip(names, own_secrets(check.contract), strict=False):
            keys[ONLY + name] = subscribe(tenant, ONLY + name, [name], own)
        began = control.now()
        try:
            for cause in chosen:
                enact(_in_two(cause), check, tenant, heard)
            wanted = {ONLY + name: expected.count(name) for name in names}
            _await(receiver, wanted, SECONDS_TO_ARRIVE)
            receiver.settle()
        finally:
            control.unsubscribe(other)
        received = {path: receiver.at(path) for path in keys}
        keys[AGAIN] = failing
        ended, controlled = control.now(), control.told()
        again = _all_attempts(check, receiver, control)
        return Told(
            received=received,
            secrets=keys,
            expected=tuple(expected),
            began=began,
            ended=ended,
            controlled=controlled,
            moments=tuple(moments),
            again=again,
        )


def _all_attempts(check: Check, receiver: Receiver, control: Control) -> tuple[Received, ...]:
    """Let the time of all retries pass; return each attempt for what was told of before.

    Moves on by one wait after the other: whatever was tried so often is due then.
    """
    known = {one.body for one in receiver.at(AGAIN)}
    ids = {id_of(check.contract, one) for one in receiver.at(AGAIN)}
    patience = SECONDS_TO_ARRIVE
    waited = next((each.retries for each in check.contract.api.webhooks if each.retries), ())
    with control.frozen():
        for number, wait in enumerate(waited, 2):
            control.advance(wait)

            def have_come(least: int = number) -> bool:
                counts = Counter(one.body for one in receiver.at(AGAIN))
                return all(counts[body] >= least for body in known)

            patience = patience if receiver.wait(have_come, patience) else QUIET
        receiver.settle()
    return tuple(one for one in receiver.at(AGAIN) if id_of(check.contract, one) in ids)


def _attempts(check: Check) -> Attempts:
    control, waited = control_of(check), waits(check.contract)
    cause, event = cheapest_cause(check)
    leaving = check.session.new_tenant()
    with subscribed(check) as (receiver, tenant), control.frozen():
        keys = {
            path: control.subscribe(tenant, receiver.reply(path, *replies), [event])
            for path, replies in _replies(receiver).items()
        }
        receiver.reply(ELSEWHERE, Reply(200))
        shared = receiver.reply(SHARED, Reply(200))
        sharing = [*_sharing(control, (leaving, tenant, tenant), shared, event)]
        control.subscribe(leaving, receiver.reply(LEAVES, Reply(500)), [event])
        enact(cause, check, leaving, _ignored)
        began = control.now()
        enact(cause, check, tenant, _ignored)
        caused = control.now()
        _await(receiver, dict.fromkeys((*keys, LEAVES), 1), SECONDS_TO_ARRIVE)
        given_up = receiver.wait(lambda: HANGS in receiver.released, SECONDS_TO_HANG - 5)
        receiver.settle()
        control.unsubscribe(leaving)
        patience = SECONDS_TO_ARRIVE
        for number, wait in enumerate(waited, 2):
            wanted = {path: min(number, most) for path, most in _most(waited).items()}
            patience = _try_again(receiver, control, wait, wanted, patience)
        advance(receiver, control, 2 * waited[-1])
        receiver.settle(2 * QUIET)
        found = {path: receiver.at(path) for path in (*keys, LEAVES, ELSEWHERE, SHARED)}
        return Attempts(
            received=found,
            secrets=keys,
            began=began,
            caused=caused,
            first={path: came[0].arrived for path, came in found.items() if came},
            released=receiver.released[HANGS] if given_up else None,
            sharing=tuple(sharing),
        )


def _sharing(control: Control, tenants: Sequence[str], url: str, event: str) -> Iterator[str]:
    """What signs for each tenant's subscription of one URL, as far as it may have one."""
    for tenant in tenants:
        with suppress(Untestable):
            yield control.subscribe(tenant, url, [event])


def _replies(receiver: Receiver) -> Mapping[str, tuple[Reply, ...]]:
    to_elsewhere = (("Location", receiver.url + ELSEWHERE),)
    return {
        HANGS: (HANG, Reply(200)),
        FAILS: (Reply(500),),
        RESETS: (RESET,),
        RECOVERS: (Reply(500), Reply(500, body=b"not yet"), Reply(200)),
        LARGE: (Reply(500, body=b"x" * 2_000_000), Reply(200)),
        **{status_path(status): (Reply(status), Reply(200)) for status in REFUSED_ONCE},
        **{status_path(status): (Reply(status),) for status in (*ACCEPTED, *REFUSED)},
        **{status_path(status): (Reply(status, to_elsewhere),) for status in REDIRECTS},
    }


def _most(waited: tuple[int, ...]) -> Mapping[str, int]:
    """How many attempts each path is to get."""
    always = len(waited) + 1
    failing = (FAILS, RESETS, *map(status_path, (*REFUSED, *REDIRECTS)))
    return {
        **dict.fromkeys(failing, always),
        **dict.fromkeys(map(status_path, ACCEPTED), 1),
        **dict.fromkeys(map(status_path, REFUSED_ONCE), min(2, always)),
        HANGS: min(2, always),
        LARGE: min(2, always),
        RECOVERS: min(3, always),
    }


def status_path(status: int) -> str:
    """Where a receiver answers with a status."""
    return f"/status/{status}"


def _try_again(
    receiver: Receiver, control: Control, wait: int, wanted: Mapping[str, int], patience: float
) -> float:
    """Go to a second before the next attempt, then to its moment; wait for what should come.

    Returns how patient to be the next time: less, where not all came.
    """
    advance(receiver, control, wait - 1)
    receiver.settle()
    advance(receiver, control, 1)
    came = _await(receiver, wanted, patience)
    receiver.settle(QUIET / 2)
    return patience if came else QUIET


def _await(receiver: Receiver, wanted: Mapping[str, int], seconds: float) -> bool:
    """Wait until so many deliveries have come at each path; return whether they have."""
    return receiver.wait(
        lambda: all(receiver.arrived(path, count) for path, count in wanted.items()), seconds
    )


def advance(receiver: Receiver, control: Control, seconds: int) -> None:
    """Let time pass, and tell the receiver before anything can arrive of that time."""
    receiver.moment += seconds
    control.advance(seconds)
