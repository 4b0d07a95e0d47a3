"""Dealing out a run: what belongs together, what it costs, and which part of N does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from conformance.contract import Contract
from conformance.fuzzing import OTHER, TITLES
from conformance.rule import Need, Rule
from conformance.vocabulary import rate_limit
from generator.model import Operation

FUZZING = {OTHER, *TITLES}
SEQUENCES = "sequences of generated requests"
OBSERVED = "what no operation is meant by"
OBSERVERS = frozenset({"status", "schema", "envelope", "deprecation", "cors", "standards"})
"""Modules whose rules about the API as a whole look at the same answers of unknown routes."""
RECORDED_BY: Mapping[str, str] = {"webhook_retries": "webhooks", "webhook_overlaps": "webhooks"}
"""Modules whose rules look at what is recorded once for those of another one, too."""
COSTS: Mapping[str, int] = {
    "RAT-00[1567]": 250,
    "RAT-028": 500,
    "RAT-*": 55,
    "PAG-001": 10,
    "PAG-0[02][12]": 50,
    "PAG-04[123]": 80,
    "PAG-*": 20,
    "STA-005": 40,
    "STA-020": 20,
    "AUT-00[23]": 20,
    "AUT-*": 8,
    "HDR-010": 20,
    "LIM-*": 15,
    "TEN-*": 15,
    "OAU-*": 20,
    "JWT-*": 12,
    "SSE-005": 300,
    "WHK-008": 2_500,
    "WHK-030": 700,
    "WHK-001": 350,
    "WHK-04[24]": 350,
    "WHK-04*": 30,
    "WHK-[12]*": 250,
    "LIF-[2-4]*": 15,
    "LIF-*": 12,
    "ROT-*": 12,
    "PRI-403": 550,
    "PRI-4*": 100,
    "PRI-001": 9,
    "SCH-00[13]": 9,
    "ENV-003": 9,
}
"""The cost of a rule for one operation, by globs of its id; the first one counts.

In requests, and in what might have been sent while it waits. Measured over the four APIs: each is
an average that a contract may be far from.
"""
BURST = 300
"""The requests of a burst for which a rule about rate limits costs twice as much as for none."""
LEAST = 3
"""The cost of a rule that looks at what others exchanged."""
GENERATED, ONE_AFTER_ANOTHER = 6_500, 1_500
"""What it costs to make and send the generated requests of all operations, one by one and in
sequences. Each costs as much as fifteen others; their number does not grow with the API."""


def bundle(rule: Rule, subject: Operation | None) -> str:
    """The name of what a rule on a subject must stay with.

    All rules of one operation do, for some judge what the others exchanged. Of the rules about the
    API as a whole do those of one module, which share a burst, an app or a receiver, and those who
    look at the same recording. A workflow brings its own tenant, and goes by itself.
    """
    module = rule.test.__module__.rpartition(".")[2]
    if rule.position is not None:
        return f"workflow {rule.id}"
    if subject is not None:
        return subject.id
    if rule.id == OTHER:
        return SEQUENCES
    return OBSERVED if module in OBSERVERS else f"module {RECORDED_BY.get(module, module)}"


def dealt(
    contract: Contract, rules: Iterable[Rule], count: int, beside: int = 0
) -> Mapping[str, int]:
    """The part, of 1 to `count`, of each bundle: the costliest first, to whom has least so far.

    As many parts as are `beside` these follow, and get nothing but what mostly waits.
    """
    costs: dict[str, int] = {}
    fuzzed: set[str] = set()
    works: set[str] = set()
    for rule in rules:
        for subject in rule.subjects(contract):
            name = bundle(rule, subject)
            costs[name] = costs.get(name, 0) + _cost(rule, contract)
            fuzzed |= {name} if rule.id in FUZZING else set()
            works |= set() if Need.RECEIVER in rule.needs else {name}
    for name in fuzzed:
        alone = GENERATED // len(contract.api.operations)
        costs[name] += ONE_AFTER_ANOTHER if name == SEQUENCES else alone
    loads = dict.fromkeys([*range(count + 1, count + beside + 1), *range(1, count + 1)], 0)
    parts = {}
    for name in sorted(costs, key=lambda name: (-costs[name], name)):
        open_to_it = [part for part in loads if part <= count or name not in works]
        part = min(open_to_it, key=lambda part: loads[part])
        loads[part] += costs[name]
        parts[name] = part
    return parts


def _cost(rule: Rule, contract: Contract) -> int:
    """What a rule costs for one operation, in requests, without those that are generated."""
    if rule.id in FUZZING:
        return 0
    cost = next((cost for glob, cost in COSTS.items() if fnmatchcase(rule.id, glob)), LEAST)
    limit = rate_limit(contract)
    if limit is None or rule.family != "RAT":
        return cost
    return cost + cost * min((limit.burst, *limit.plans.values())) // BURST
