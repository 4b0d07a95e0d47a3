"""What trials come to: lines, rates, and the rules that no fault needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.power.fault import Fault
from conformance.power.trial import Trial, contract_of
from conformance.rule import Level, Rule
from conformance.rules import catalogue


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
    of, outside = rates(done), rates([t for t in done if t.fault.held_out])
    return "\n".join(
        (
            f"faults killed      {share(of.killed, of.planted)}",
            f"of them held out   {share(outside.killed, outside.planted)}",
            f"by the right rule  {of.promised} of {of.killed}",
            f"benign variants    {of.benign - of.false_alarms} of {of.benign} pass",
            f"clean runs         {of.clean - of.clean_alarms} of {of.clean} pass",
            f"seconds a fault    {of.seconds / max(of.planted, 1):.1f}",
        )
    )


def alone(done: Sequence[Trial]) -> Mapping[Rule, Sequence[Fault]]:
    """Each MUST rule that applies somewhere, with the faults that it alone catches.

    Alone is a rule where no other MUST rule fails that does not fail without the fault, of those
    that were run: all directed ones, and those that fuzz where the trial says so. Of faults that
    were tried to the end: where a trial stops at the first rule that fails, nobody knows what the
    others would have said.
    """
    rules = {rule.id: rule for api in _apis(done) for rule in _binding(api)}
    caught: dict[str, list[Fault]] = {id_: [] for id_ in sorted(rules)}
    for found in done:
        binding = [id_ for id_ in found.rules if id_ in rules]
        if found.whole and not found.fault.benign and len(binding) == 1:
            caught[binding[0]].append(found.fault)
    return {rules[id_]: faults for id_, faults in caught.items()}


def _apis(done: Sequence[Trial]) -> Sequence[str]:
    return list(dict.fromkeys(found.fault.api for found in done))


def _binding(api: str) -> Sequence[Rule]:
    """The MUST rules that apply to an API, those of its workflows where it is one of ours."""
    contract = contract_of(api)
    return [
        rule
        for rule in catalogue(None if Path(api).suffix else contract)
        if rule.level is Level.MUST and rule.subjects(contract)
    ]


def fired(done: Sequence[Trial]) -> frozenset[str]:
    """The rules that any fault fired."""
    return frozenset(rule for t in done if not t.fault.benign for rule in t.rules)
