"""`python -m conformance.power`: plants faults, runs the rules, says what they caught."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from rich.console import Console

from conformance.power import __doc__ as summary_of_all
from conformance.power.fault import LISTING, Fault, clean, listed
from conformance.power.keeping import kept, merged, read_kept
from conformance.power.page import Run, page
from conformance.power.stock import ARMS, Found, Probe, probe
from conformance.power.summary import alone, line, summary
from conformance.power.trial import Known, Order, Trial, contract_of, directed, mapped, trial

STRIDE = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    options = _parser().parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)
    if options.read:
        return _rewritten(options, console)
    try:
        faults = _wanted(listed(options.list), options)
        for api in dict.fromkeys(fault.api for fault in faults):
            # Read here, so that every process has the same rules, whoever edits them meanwhile.
            directed(contract_of(api))
    except (FileNotFoundError, ValueError) as error:
        console.print(str(error), markup=False)
        return 2
    until = time.monotonic() + 60 * options.minutes
    done: list[Trial] = []
    for found in _tried(faults, options, until):
        done.append(found)
        console.print(line(found), markup=False)
        _keep(Run(_command(arguments), options.quick, done, (), options.note), options)
        if found.fault.benign and found.alarmed:
            console.print("\n".join(found.messages), markup=False)
    console.print(f"\n{summary(done)}", markup=False)
    untried = len(faults) - sum(bool(each.fault.id) for each in done)
    late = [f"{untried} faults were not tried, for want of time."] if untried else []
    probes = list(_probed(faults, options, console))
    run = Run(_command(arguments), options.quick, done, probes, [*options.note, *late])
    _keep(run, options)
    if options.write:
        Path(options.write).write_text(page(run), "utf-8")
    return 0 if all(each.right for each in done) else 1


def _keep(run: Run, options: argparse.Namespace) -> None:
    """Write what was found so far, so that a run that is cut off is not lost."""
    if options.json:
        Path(options.json).write_text(kept(run), "utf-8")


def _rewritten(options: argparse.Namespace, console: Console) -> int:
    """Write the page of what earlier runs kept; status 1 where a MUST rule is not needed too."""
    runs = [read_kept(Path(file).read_text("utf-8")) for file in options.read]
    run = Run(
        "nox -s faults",
        quick=any(run.quick for run in runs),
        trials=merged(found for run in runs for found in run.trials),
        probes=[found for run in runs for found in run.probes],
        not_run=[*(said for run in runs for said in run.not_run), *options.note],
    )
    console.print(summary(run.trials), markup=False)
    if options.write:
        Path(options.write).write_text(page(run), "utf-8")
    idle = [] if run.quick else [rule.id for rule, found in alone(run.trials).items() if not found]
    if idle:
        console.print(f"catch no fault alone  {' '.join(idle)}", markup=False)
    return 0 if all(found.right for found in run.trials) and not idle else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conformance.power", description=summary_of_all)
    parser.add_argument("--api", action="append", default=[], help="one API only; all by default")
    parser.add_argument("--fault", action="append", default=[], metavar="GLOB")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth fault only")
    parser.add_argument("--seeds", type=int, default=1, help="clean runs, each with other data")
    parser.add_argument("--quick", action="store_true", help="stop a fault where it is caught")
    parser.add_argument(
        "--minutes", type=float, default=float("inf"), help="begin no fault after so many"
    )
    parser.add_argument("--jobs", type=int, default=1, help="servers at a time")
    parser.add_argument("--fuzzing", action="store_true", help="fuzz the clean servers too")
    parser.add_argument(
        "--stock", type=int, default=0, metavar="N", help="every Nth fault with Schemathesis too"
    )
    parser.add_argument("--examples", type=int, default=5, help="of Schemathesis, an operation")
    parser.add_argument("--stock-seconds", type=int, default=60, help="at most, a fault")
    parser.add_argument("--list", default=LISTING, metavar="COMMAND", help="lists the faults")
    parser.add_argument("--json", metavar="FILE", help="write everything that was found")
    parser.add_argument("--write", metavar="FILE", help="write the page")
    parser.add_argument(
        "--read",
        action="append",
        default=[],
        metavar="FILE",
        help="run nothing; write the page of what --json kept",
    )
    parser.add_argument(
        "--note", action="append", default=[], help="what was not run, for the page"
    )
    return parser


def _wanted(faults: Sequence[Fault], options: argparse.Namespace) -> list[Fault]:
    """The faults that are asked for. Raises ValueError where there are none of an API."""
    for api in options.api:
        if not any(fault.api == api for fault in faults):
            raise ValueError(f"No faults are listed for {api}.")
    globs = options.fault or ["*"]
    return [
        fault
        for fault in faults
        if fault.api in (options.api or [fault.api])
        and any(fnmatchcase(fault.id, glob) for glob in globs)
    ][:: options.every]


def _tried(faults: Sequence[Fault], options: argparse.Namespace, until: float) -> Iterator[Trial]:
    """The clean servers at each seed, then the faults, with directed rules only."""
    apis = list(dict.fromkeys(fault.api for fault in faults))
    clean_orders = [
        Order(clean(api), seed, quick=options.quick, fuzzing=options.fuzzing)
        for api in apis
        for seed in range(1, options.seeds + 1)
    ]
    known: dict[str, Known] = dict.fromkeys(apis, frozenset())
    for found in mapped(trial, clean_orders, options.jobs):
        known[found.fault.api] |= frozenset(found.failures)
        yield found
    orders = [
        Order(fault, quick=options.quick and not fault.benign, known=known[fault.api])
        for fault in spread(faults)
    ]
    yield from mapped(trial, orders, options.jobs, until)


def spread(faults: Sequence[Fault]) -> list[Fault]:
    """Order faults so that those that were tried at any moment are of all kinds and APIs."""
    return [fault for start in range(STRIDE) for fault in faults[start::STRIDE]]


def _probed(
    faults: Sequence[Fault], options: argparse.Namespace, console: Console
) -> Iterator[Found]:
    """Schemathesis on the clean servers and on every Nth fault."""
    if not options.stock:
        return
    sample = [fault for fault in faults if not fault.benign][:: options.stock]
    cleans = [clean(api) for api in dict.fromkeys(fault.api for fault in sample)]
    orders = [
        Probe(fault, arm, options.examples, options.stock_seconds)
        for fault in [*cleans, *sample]
        for arm in ARMS
    ]
    for found in mapped(probe, orders, options.jobs):
        name = found.fault.id or f"clean {found.fault.api}"
        said = found.trouble or " ".join(sorted({code for code, _ in found.failures})) or "-"
        console.print(
            f"{found.arm:<16} {name:<12} {found.seconds:5.1f} s {found.requests:>6} requests  "
            f"{said}",
            markup=False,
        )
        yield found


def _command(arguments: Sequence[str] | None) -> str:
    given = list(sys.argv[1:] if arguments is None else arguments)
    hidden = {"--note", "--json"}
    shown = [
        word
        for place, word in enumerate(given)
        if word not in hidden and (place == 0 or given[place - 1] not in hidden)
    ]
    return shlex.join(["python", "-m", "conformance.power", *shown])


if __name__ == "__main__":
    sys.exit(main())
