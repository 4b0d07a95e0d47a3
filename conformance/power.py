"""What the suite can detect: plants every fault in the reference server and sees which rules fail.

`python -m conformance.power` prints a line for each fault, then the rates; status 1 where a fault
survives, a benign variant or the clean server fails a rule.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from rich.console import Console

from conformance.client import Unreachable
from conformance.contract import Contract, load
from conformance.judging import judge_all
from conformance.launch import reference
from conformance.results import Result
from conformance.rule import Level, Outcome, Rule
from conformance.rules import MODULES, catalogue, rules_of
from conformance.session import opened

DIRECTED = tuple(module for module in MODULES if module != "fuzzing")
LISTING = f"{shlex.quote(sys.executable)} -m reference --list-faults"


@dataclass(frozen=True, slots=True)
class Fault:
    """A planted change of behaviour; `benign` where no rule may fail because of it."""

    id: str
    api: str
    title: str = ""
    promise: str = ""
    benign: bool = False


@dataclass(slots=True)
class Trial:
    """What the rules said about a server with one fault, or with none."""

    fault: Fault
    seed: int
    rules: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    untestable: list[str] = field(default_factory=list)
    promised: bool = False
    seconds: float = 0.0
    requests: int = 0
    trouble: str = ""

    @property
    def alarmed(self) -> bool:
        """Whether a rule failed."""
        return bool(self.rules)

    @property
    def right(self) -> bool:
        """Whether that is as it should be."""
        return self.alarmed is not self.fault.benign and not self.trouble


def listed(command: str) -> list[Fault]:
    """The faults that a command lists as JSON: `[{id, api, title, promise, benign}]`.

    Raises ValueError where it does not.
    """
    done = subprocess.run(  # noqa: S603 - the command is the user's own
        shlex.split(command), capture_output=True, text=True, check=False
    )
    try:
        found: list[dict[str, Any]] = json.loads(done.stdout)
        known = Fault.__dataclass_fields__
        return [Fault(**{k: v for k, v in each.items() if k in known}) for each in found]
    except (ValueError, TypeError) as error:
        said = " ".join(done.stderr.split())[-200:]
        raise ValueError(f"{command}: this lists no faults: {said or error}") from error


def trial(
    contract: Contract, fault: Fault, rules: Sequence[Rule], *, seed: int = 1, quick: bool = False
) -> Trial:
    """Start the server with one fault (an empty id: none) and run the rules on it.

    `quick` begins with the rules of the broken promise and stops at the first of them that fails.
    """
    found = Trial(fault, seed)
    if quick:
        rules = sorted(rules, key=lambda rule: fault.promise not in rule.promises)
    start = time.monotonic()
    try:
        with (
            reference(contract.api.name, faults=[fault.id] if fault.id else []) as target,
            opened(contract, target, seed=seed) as session,
        ):
            if seed > 1 and session.control:
                session.control.reset(seed)
            start = time.monotonic()
            for result in judge_all(session, rules):
                _note(found, result)
                if quick and found.promised:
                    break
            found.requests = session.requests
    except Unreachable as error:
        found.trouble = str(error)
    found.seconds = time.monotonic() - start
    return found


def _note(found: Trial, result: Result) -> None:
    if result.outcome in {Outcome.FAIL, Outcome.WARN}:
        found.promised |= found.fault.promise in result.promises
        if result.rule not in found.rules:
            found.rules.append(result.rule)
            found.messages.append(f"{result.rule} {result.operation}: {result.message}")
    if result.outcome is Outcome.UNTESTABLE and result.rule not in found.untestable:
        found.untestable.append(result.rule)


def trials(
    contract: Contract, faults: Sequence[Fault], options: argparse.Namespace
) -> Iterator[Trial]:
    """The clean server at each seed, then every fault, with directed rules only."""
    clean = Fault("", contract.api.name, "nothing planted", benign=True)
    directed = [rule for module in DIRECTED for rule in rules_of(module, contract)]
    for seed in range(1, options.seeds + 1):
        yield trial(
            contract, clean, directed if options.no_fuzzing else catalogue(contract), seed=seed
        )
    for fault in faults:
        yield trial(contract, fault, directed, quick=options.quick and not fault.benign)


def line(found: Trial) -> str:
    """A trial as a line."""
    fault = found.fault
    name = fault.id or f"clean, seed {found.seed}"
    verdict = "as it should be" if fault.benign else "killed"
    if not found.right:
        verdict = "FALSE ALARM" if fault.benign else "SURVIVED"
    rules = found.trouble or " ".join(found.rules) or "-"
    aim = "" if fault.benign or not found.alarmed or found.promised else f"  (not {fault.promise})"
    return (
        f"{verdict:<16} {name:<12} {fault.promise:<9} {found.seconds:5.1f} s "
        f"{found.requests:>6} requests  {fault.title}\n{'':16} {rules}{aim}"
    )


def summary(done: Sequence[Trial]) -> str:
    """The rates of a whole run."""
    planted = [t for t in done if not t.fault.benign]
    benign = [t for t in done if t.fault.benign and t.fault.id]
    clean = [t for t in done if not t.fault.id]
    killed = [t for t in planted if t.alarmed]
    rate = f"{len(killed) / len(planted):.0%}" if planted else "nothing planted"
    return "\n".join(
        (
            f"faults killed      {len(killed)} of {len(planted)} ({rate})",
            f"by the right rule  {sum(t.promised for t in killed)} of {len(killed)}",
            f"benign variants    {sum(t.right for t in benign)} of {len(benign)} pass",
            f"clean runs         {sum(t.right for t in clean)} of {len(clean)} pass",
            f"seconds a run      {sum(t.seconds for t in done) / max(len(done), 1):.1f}",
        )
    )


def idle(done: Sequence[Trial], contract: Contract) -> str:
    """The MUST rules that no fault fired."""
    fired = {id_ for t in done if not t.fault.benign for id_ in t.rules}
    rules = [rule for module in DIRECTED for rule in rules_of(module, contract)]
    never = [rule.id for rule in rules if rule.level is Level.MUST and rule.id not in fired]
    return f"rules that no fault fires: {' '.join(never) or 'none'}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m conformance.power", description=__doc__)
    parser.add_argument("--api", default="haleai")
    parser.add_argument("--fault", action="append", default=[], metavar="GLOB")
    parser.add_argument("--seeds", type=int, default=1, help="clean runs, each with other data")
    parser.add_argument("--quick", action="store_true", help="stop a fault where it is caught")
    parser.add_argument("--no-fuzzing", action="store_true", help="clean runs without fuzzing")
    parser.add_argument("--list", default=LISTING, metavar="COMMAND", help="lists the faults")
    parser.add_argument("--json", metavar="FILE", help="write everything that was found")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    try:
        contract = load(options.api, Path.cwd())
        faults = [f for f in listed(options.list) if f.api == contract.api.name]
    except (FileNotFoundError, ValueError) as error:
        console.print(str(error), markup=False)
        return 2
    if options.fault:
        faults = [f for f in faults if any(fnmatchcase(f.id, g) for g in options.fault)]
    done: list[Trial] = []
    for found in trials(contract, faults, options):
        done.append(found)
        console.print(line(found), markup=False)
        if found.fault.benign and found.alarmed:
            console.print("\n".join(found.messages), markup=False)
    console.print(f"\n{summary(done)}", markup=False)
    if faults and not options.quick:
        console.print(idle(done, contract), markup=False)
    if options.json:
        text = json.dumps([asdict(each) for each in done], indent=2, ensure_ascii=False)
        Path(options.json).write_text(text + "\n", "utf-8")
    return 0 if all(each.right for each in done) else 1


if __name__ == "__main__":
    sys.exit(main())
