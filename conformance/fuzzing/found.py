"""What fuzzing proves and finds, said without Schemathesis, which takes a while to load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.exchange import Exchange

TITLES: Mapping[str, str] = {
    "SCH-101": "No generated request makes the server fail",
    "SCH-103": "Generated requests get documented statuses",
    "SCH-105": "Generated requests get documented media types",
    "SCH-107": "Generated requests get the documented headers",
    "SCH-108": "Generated requests get answers that fit their schemas",
    "SCH-109": "Generated requests get JSON that can be read",
    "SCH-201": "Generated requests that are wrong are refused",
    "SCH-202": "Generated requests that are right are accepted",
    "SCH-204": "Generated requests with other methods are refused",
    "SCH-205": "Generated requests with other methods get a complete Allow",
    "SCH-401": "Generated requests without a credential are refused",
    "SCH-402": "No generated request reads what is another tenant's",
    "ENV-101": "Generated requests get errors in the envelope",
    "ENV-103": "Generated requests get no word of the server's insides",
    "HDR-101": "Generated requests get answers that caches do not store",
}
"""The rules that fuzzing proves; any other code of Schemathesis is told under `OTHER`."""
OTHER = "SCH-100"
SILENCE = "SCH-101"
"""The rule that a request breaks which gets no HTTP answer."""


@dataclass(frozen=True, slots=True)
class Found:
    """What fuzzing found: the rule it breaks, the operation, and the request that shows it.

    Without an operation it is about the API as a whole.
    """

    rule: str
    operation: str
    message: str
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """All findings of a run, and what it took.

    `cases` counts the generated requests of each phase, `requests` all that were sent, checks of
    checks included. `stopped` is why the run ended early; empty where it did not.
    """

    findings: tuple[Found, ...] = ()
    requests: int = 0
    seconds: float = 0.0
    cases: Mapping[str, int] = field(default_factory=dict)
    stopped: str = ""

    def of(self, rule: str, operation: str) -> Found | None:
        """The first finding of a rule for an operation."""
        return next((f for f in self.findings if f.rule == rule and f.operation == operation), None)

    def __str__(self) -> str:
        """As a line of a report."""
        phases = ", ".join(f"{count} {phase}" for phase, count in self.cases.items())
        told = f"{self.requests} generated requests in {self.seconds:.1f} s ({phases or 'none'})"
        return f"{told}; {self.stopped}" if self.stopped else told


def rule_of(code: str) -> str:
    """The rule that a Schemathesis code stands for: `ST103` is `SCH-103`, ours are their own."""
    rule = f"SCH-{code[2:]}" if code.startswith("ST") else code
    return rule if rule in TITLES else OTHER
