"""What trials come to: lines, rates, and the rules that no fault needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conformance.power.trial import Trial, contract_of, directed
from conformance.rule import Level


@dataclass(frozen=True, slots=True)
class Rates:
    """The figures of some trials."""

    planted: int
    killed: int
    promised: int
    """Killed by a rule of the very promise."""
    benign: int
    false_alarms: int
    clean: int
    clean_alarms: int
    seconds: float
    """Of all faults together."""
    requests: int
    collateral: float | None
    """Failing rules of a killed fault, beyond the first; None where no trial was whole."""


def rates(done: Sequence[Trial]) -> Rates:
    """Count trials."""
    planted = [t for t in done if not t.fault.benign]
    benign = [t for t in done if t.fault.benign and t.fault.id]
    clean = [t for t in done if not t.fault.id]
    killed = [t for t in planted if t.alarmed]
    whole = [t for t in killed if t.whole]
    return Rates(
        planted=len(planted),
        killed=len(killed),
        promised=sum(t.promised for t in killed),
        benign=len(benign),
        false_alarms=sum(not t.right for t in benign),
        clean=len(clean),
        clean_alarms=sum(not t.right for t in clean),
        seconds=sum(t.seconds for t in planted),
        requests=sum(t.requests for t in planted),
        collateral=sum(len(t.rules) - 1 for t in whole) / len(whole) if whole else None,
    )


def line(found: Trial) -> str:
    """A trial as a line."""
    fault = found.fault
    name = fault.id or f"clean {fault.api}, seed {found.seed}"
    verdict = "as it should be" if fault.benign else "killed"
    if not found.right:
        verdict = "FALSE ALARM" if fault.benign else "SURVIVED"
    rules = found.trouble or " ".join(found.rules) or "-"
    aim = "" if fault.benign or not found.alarmed or found.promised else f"  (not {fault.promise})"
    return (
        f"{verdict:<16} {name:<12} {fault.promise:<9} {found.seconds:5.1f} s "
        f"{found.requests:>6} requests  {fault.title}\n{'':16} {rules}{aim}"
    )


def share(part: int, whole: int) -> str:
    """A share in words."""
    return f"{part} of {whole} ({part / whole:.0%})" if whole else "none"


def summary(done: Sequence[Trial]) -> str:
    """The rates of a whole run."""
    of = rates(done)
    return "\n".join(
        (
            f"faults killed      {share(of.killed, of.planted)}",
            f"by the right rule  {of.promised} of {of.killed}",
            f"benign variants    {of.benign - of.false_alarms} of {of.benign} pass",
            f"clean runs         {of.clean - of.clean_alarms} of {of.clean} pass",
            f"seconds a fault    {of.seconds / max(of.planted, 1):.1f}",
        )
    )


def alone(done: Sequence[Trial], api: str) -> Mapping[str, Sequence[str]]:
    """The MUST rules of an API, each with the faults that it alone catches.

    Of faults that were tried to the end: where a trial stops at the first rule that fails, nobody
    knows what the others would have said.
    """
    contract = contract_of(api)
    caught: dict[str, list[str]] = {
        rule.id: []
        for rule in directed(contract)
        if rule.level is Level.MUST and rule.subjects(contract)
    }
    for found in done:
        if found.whole and len(found.rules) == 1 and found.rules[0] in caught:
            caught[found.rules[0]].append(found.fault.id)
    return caught


def fired(done: Sequence[Trial]) -> frozenset[str]:
    """The rules that any fault fired."""
    return frozenset(rule for t in done if not t.fault.benign for rule in t.rules)
