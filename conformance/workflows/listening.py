"""Listens to what the steps of a workflow deliver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from conformance.deliveries import event_of
from conformance.receiver import QUIET, Reply, receiving
from conformance.rule import Check, Violation
from generator.document.workflows import Step, Workflow

Heard = Callable[[Step, Sequence[str]], None]
"""Told of each step once it was taken, and of what must not have been delivered by then."""
SECONDS_BETWEEN_STEPS = 0.05


@contextmanager
def listening(workflow: Workflow, check: Check, tenant: str) -> Iterator[Heard]:
    """What requires of each step that it delivers what it says, and nothing else.

    Of a workflow that does not speak of deliveries nothing is required.
    """
    control, names = check.session.control, [each.name for each in check.contract.api.webhooks]
    if control is None or not workflow.listens:
        yield _deaf
        return
    expected: list[str] = []
    with receiving() as receiver:
        control.subscribe(tenant, receiver.reply("/all", Reply()), names)

        def heard(step: Step, nowhere: Sequence[str]) -> None:
            expected.extend(step.delivers)
            receiver.wait(lambda: receiver.arrived("/all", len(expected)))
            receiver.settle(QUIET if step is workflow.steps[-1] else SECONDS_BETWEEN_STEPS)
            found = Counter(event_of(check.contract, one) for one in receiver.at("/all"))
            if found != Counter(expected):
                raise Violation(
                    f"Step {step.id} ({step.position}) leads to {_counted(found)} so far; "
                    f"it should be {_counted(Counter(expected))}."
                )
            told = "".join(one.body.decode("utf-8", "replace") for one in receiver.at("/all"))
            if leaked := next((each for each in nowhere if each in told), None):
                raise Violation(f"Step {step.id} ({step.position}): {leaked!r} was delivered.")

        try:
            yield heard
        finally:
            control.unsubscribe(tenant)


def _counted(events: Counter[str]) -> str:
    return ", ".join(f"{count} of {name!r}" for name, count in sorted(events.items())) or "nothing"


def _deaf(_step: Step, _nowhere: Sequence[str]) -> None:
    return
