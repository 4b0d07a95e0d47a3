"""SCH-1xx and others: what Schemathesis finds with generated requests."""

from __future__ import annotations

from conformance.fuzzing import OTHER, TITLES
from conformance.rule import Check, Level, Need, Rule, Test, Untestable, Violation, must
from conformance.vocabulary import each, each_and_whole

PAGE = """Requests that are generated from the contract, right and wrong ones, one after another.

Schemathesis runs its phases (examples, coverage, fuzzing, stateful) once for all these rules, with
one worker and the seed of the run, so that the same seed sends the same requests.

Source: Schemathesis, `schemathesis explain {code}`; the contract.
Passes: no generated request breaks the rule.
Fails: one does; the request is shown.
"""


def unbroken(check: Check, rule_id: str) -> None:
    """Raise Violation where fuzzing found something under this id at the operation.

    Raises Untestable where it was ended before it was done.
    """
    fuzzed = check.session.fuzzed()
    found = fuzzed.of(rule_id, check.subject.id if check.subject else "")
    if found:
        raise Violation(f"{found.message} (seed {check.session.seed})", found.exchange)
    if fuzzed.stopped:
        raise Untestable(fuzzed.stopped)


def finding(rule_id: str) -> Test:
    """The test that fails where fuzzing found something under this id."""

    def test(check: Check) -> None:
        unbroken(check, rule_id)

    test.__doc__ = PAGE.format(code=rule_id.replace("SCH-", "ST"))
    return test


def needs(rule_id: str) -> tuple[Need, ...]:
    """What there must be for a rule to be proved by fuzzing."""
    return (Need.SECOND_TENANT,) if rule_id == "SCH-402" else (Need.CREDENTIAL,)


RULES = tuple(
    Rule(id_, title, Level.MUST, each, finding(id_), needs=needs(id_))
    for id_, title in TITLES.items()
)


@must(OTHER, "Generated requests break no other check", each_and_whole, needs=(Need.CREDENTIAL,))
def no_other_check(check: Check) -> None:
    """What Schemathesis finds beyond the rules that have ids of their own is not lost.

    Its other checks, what a check says at the end of a run, and operations for which no request
    could be made.

    Source: Schemathesis, `schemathesis explain --list`.
    Passes: nothing else is found.
    Fails: a deleted row can still be read (`ST301`); an operation's schema cannot be fulfilled.
    """
    unbroken(check, OTHER)
