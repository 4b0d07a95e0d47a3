"""What a run found: one result a rule and operation, and what that says about the promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.rule import Outcome

GOOD = frozenset({Outcome.PASS})
BAD = frozenset({Outcome.FAIL, Outcome.UNTESTABLE})


@dataclass(frozen=True, slots=True)
class Result:
    """How one rule ended for one operation (empty: the API as a whole).

    `location` is the operation's place in the contract, `curl` the request that shows a failure.
    """

    rule: str
    title: str
    operation: str
    outcome: Outcome
    message: str = ""
    promises: tuple[str, ...] = ()
    location: str = ""
    curl: str = ""
    answer: str = ""
    seconds: float = 0.0

    def properties(self) -> list[tuple[str, object]]:
        """The result as the properties of a pytest report."""
        return [
            ("rule", self.rule),
            ("title", self.title),
            ("operation", self.operation),
            ("outcome", str(self.outcome)),
            ("message", self.message),
            ("promises", " ".join(self.promises)),
            ("location", self.location),
            ("curl", self.curl),
            ("answer", self.answer),
            ("seconds", f"{self.seconds:.3f}"),
        ]

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Result:
        """The result that these properties were made of."""
        return cls(
            rule=properties["rule"],
            title=properties["title"],
            operation=properties["operation"],
            outcome=Outcome(properties["outcome"]),
            message=properties["message"],
            promises=tuple(properties["promises"].split()),
            location=properties["location"],
            curl=properties["curl"],
            answer=properties["answer"],
            seconds=float(properties["seconds"]),
        )


@dataclass(slots=True)
class Report:
    """A whole run. `known` are the promises of the contract, `started` is ISO 8601."""

    api: str
    base_url: str = ""
    seed: int = 1
    started: str = ""
    seconds: float = 0.0
    requests: int = 0
    known: tuple[str, ...] = ()
    results: list[Result] = field(default_factory=list)
    trouble: str = ""

    @property
    def summary(self) -> dict[str, int]:
        """How many results there are of each outcome."""
        counts = Counter(str(result.outcome) for result in self.results)
        return {str(outcome): counts[str(outcome)] for outcome in Outcome}

    def of(self, outcome: Outcome) -> list[Result]:
        """The results of one outcome."""
        return [result for result in self.results if result.outcome is outcome]

    @property
    def promises(self) -> dict[str, str]:
        """What the run says about each promise: `proved`, `failed` or `untested`.

        A promise is proved where a rule that proves it passed, and none failed or was untestable.
        """
        return {promise: _verdict(promise, self.results) for promise in self.known}

    def document(self) -> dict[str, Any]:
        """The report as JSON."""
        return {
            "api": self.api,
            "base_url": self.base_url,
            "seed": self.seed,
            "started": self.started,
            "seconds": round(self.seconds, 3),
            "requests": self.requests,
            "summary": self.summary,
            "results": [
                {
                    "rule": result.rule,
                    "operation": result.operation,
                    "outcome": str(result.outcome),
                    "message": result.message,
                    "promises": list(result.promises),
                    "location": result.location,
                    "curl": result.curl,
                }
                for result in self.results
            ],
            "promises": self.promises,
        }


def _verdict(promise: str, results: Iterable[Result]) -> str:
    outcomes = {result.outcome for result in results if promise in result.promises}
    if Outcome.FAIL in outcomes:
        return "failed"
    return "proved" if outcomes & GOOD and not outcomes & BAD else "untested"
