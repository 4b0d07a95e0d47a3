"""What a run found: one result a rule and operation, and what that says about the promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conformance.contract import Promise
from conformance.exchange import Exchange, Redactor
from conformance.rule import Outcome, Rule
from generator.model import Operation

GOOD = frozenset({Outcome.PASS})
BAD = frozenset({Outcome.FAIL, Outcome.UNTESTABLE})


@dataclass(frozen=True, slots=True)
class Result:
    """How one rule ended for one operation (empty: the API as a whole).

    `location` is the operation's place in the contract as `file:line:column`, `pointer` its JSON
    Pointer. `curl` repeats the request that shows a failure; `request` and `answer` are what went
    over the wire. `standing` is what the known failures say of it.
    """

    rule: str
    title: str
    operation: str
    outcome: Outcome
    message: str = ""
    promises: tuple[str, ...] = ()
    location: str = ""
    pointer: str = ""
    curl: str = ""
    request: str = ""
    answer: str = ""
    seconds: float = 0.0
    requests: int = 0
    standing: str = ""

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
            ("pointer", self.pointer),
            ("curl", self.curl),
            ("request", self.request),
            ("answer", self.answer),
            ("seconds", f"{self.seconds:.3f}"),
            ("requests", str(self.requests)),
            ("standing", self.standing),
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
            pointer=properties["pointer"],
            curl=properties["curl"],
            request=properties["request"],
            answer=properties["answer"],
            seconds=float(properties["seconds"]),
            requests=int(properties["requests"]),
            standing=properties["standing"],
        )


@dataclass(slots=True)
class Report:
    """A whole run.

    `title` is the API's own name. `known` are the ids of the contract's promises, `documented` what
    is known of them; `sources` holds the lines of the files that results point to, by their names;
    `started` is ISO 8601; `waited` are the seconds until answers came; `exchanges` is what went
    over the wire, where the run is `recording` that, and `redactor` knows what must not be written
    of it; `unmet` are known failures that the run has nothing to say of. `whole`
    tells that every rule was run on every operation.
    """

    api: str
    title: str = ""
    base_url: str = ""
    seed: int = 1
    started: str = ""
    seconds: float = 0.0
    requests: int = 0
    waited: float = 0.0
    known: tuple[str, ...] = ()
    documented: Mapping[str, Promise] = field(default_factory=dict)
    operations: tuple[Operation, ...] = ()
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    results: list[Result] = field(default_factory=list)
    recording: bool = False
    exchanges: Sequence[Exchange] = ()
    redactor: Redactor = field(default_factory=Redactor)
    unmet: tuple[tuple[str, str], ...] = ()
    trouble: str = ""
    whole: bool = True

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
