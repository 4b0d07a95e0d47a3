"""SCH-1xx and others: what Schemathesis finds with generated requests."""

from __future__ import annotations

from conformance.fuzzing import TITLES
from conformance.rule import Check, Level, Need, Rule, Test, Violation
from conformance.vocabulary import each

PAGE = """Requests that are generated from the contract, right and wrong ones, one after another.

Schemathesis runs its phases (examples, coverage, fuzzing, stateful) once for all these rules, with
one worker and the seed of the run, so that the same seed sends the same requests.

Source: Schemathesis, `schemathesis explain {code}`; the contract.
Passes: no generated request breaks the rule.
Fails: one does; the request is shown.
"""


def finding(rule_id: str) -> Test:
    """The test that fails where fuzzing found something under this id."""

    def test(check: Check) -> None:
        found = check.session.fuzzed().of(rule_id, check.operation.id)
        if found:
            raise Violation(found.message, found.exchange)

    test.__doc__ = PAGE.format(code=rule_id.replace("SCH-", "ST"))
    return test


RULES = tuple(
    Rule(id_, title, Level.MUST, each, finding(id_), needs=(Need.CREDENTIAL,))
    for id_, title in TITLES.items()
)
