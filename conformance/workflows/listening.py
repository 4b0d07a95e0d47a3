"""Listens to what the steps of a workflow deliver."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from conformance.deliveries import body_of, event_of
from conformance.receiver import QUIET, Reply, receiving
from conformance.rule import Check, Violation
from generator.document.workflows import Step, Workflow

Filled = Callable[[Any], Any]
Heard = Callable[[Step, Filled], None]
"""Told of each step once it was taken, and how to fill in what its values leave open."""
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

        def heard(step: Step, filled: Filled) -> None:
            before = len(expected)
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
            nowhere = [str(filled(text)) for text in step.nowhere]
            if leaked := next((each for each in nowhere if each in told), None):
                raise Violation(f"Step {step.id} ({step.position}): {leaked!r} was delivered.")
            came = [(event_of(check.contract, one), one) for one in receiver.at("/all")[before:]]
            for name, wanted in step.tells.items():
                bodies = [body_of(one) for event, one in came if event == name]
                if problem := _untrue(bodies, filled(wanted)):
                    raise Violation(f"Step {step.id} ({step.position}): {name!r} has {problem}.")

        try:
            yield heard
        finally:
            control.unsubscribe(tenant)


def _counted(events: Counter[str]) -> str:
    return ", ".join(f"{count} of {name!r}" for name, count in sorted(events.items())) or "nothing"


def _untrue(bodies: list[dict[str, Any]], wanted: Any) -> str:
    """Where bodies are not as they should be: all alike, or each as one of a list has it."""
    if not isinstance(wanted, list):
        return next(filter(None, (_unlike(body, wanted) for body in bodies)), "")
    left = list(wanted)
    for body in bodies:
        fitting = next((each for each in left if not _unlike(body, each)), None)
        if fitting is None:
            return _unlike(body, left[0]) if left else "more bodies than are told of"
        left.remove(fitting)
    return ""


def _unlike(found: Any, wanted: Any, where: str = "") -> str:
    """Where what was delivered is not as it should be, in words; empty where it is."""
    if not isinstance(wanted, dict):
        return "" if found == wanted else f"{found!r} at {where}, not {wanted!r}"
    members = found if isinstance(found, dict) else {}
    problems = (_unlike(members.get(k), v, f"{where}/{k}") for k, v in wanted.items())
    return next(filter(None, problems), "")


def _deaf(_step: Step, _filled: Filled) -> None:
    return
