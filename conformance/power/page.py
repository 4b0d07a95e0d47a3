"""The page that says what was measured."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from conformance.power.stock import ARMS, SEED, Found, schemathesis_version
from conformance.power.summary import alone, fired, rates, share
from conformance.power.trial import Trial, contract_of


@dataclass(frozen=True, slots=True)
class Run:
    """What was run, and what came of it."""

    command: str
    quick: bool
    trials: Sequence[Trial]
    probes: Sequence[Found] = ()
    not_run: Sequence[str] = ()


def page(run: Run) -> str:
    """Write the page, in Markdown."""
    run = replace(run, trials=sorted(run.trials, key=_place))
    apis = list(dict.fromkeys(t.fault.api for t in run.trials))
    return "\n\n".join((*_head(run), *_rates(run, apis), *_stock(run), *_lists(run))) + "\n"


def _place(found: Trial) -> tuple[str, str]:
    return found.fault.api, found.fault.id


def _head(run: Run) -> Iterable[str]:
    day = datetime.now(UTC).date().isoformat()
    yield "# What the suite can detect"
    yield (
        "Faults are planted in the reference server and in the small servers of the tests, one at "
        "a time: each a small change that a real team could make. A fault is killed where a rule "
        "fails that does not fail on the clean server. Benign variants and clean servers keep "
        "every promise: a rule that fails there is a false alarm. What a small server fails "
        "without a bug counts for nothing when it has one. The faults were written by the authors "
        "of the suite's tests, who knew its rules, but for those that are held out: these were "
        "planted from the documentation and the server's code alone, by authors to whom the rules, "
        "the faults of those who knew them, and this page were closed."
    )
    yield (
        f"Measured on {day} with CPython {platform.python_version()} and Schemathesis "
        f"{schemathesis_version()}. To do it again: `{run.command}`."
    )
    if cut := sum(not t.whole for t in run.trials):
        yield (
            f"{cut} of {len(run.trials)} trials were made with the rules of the broken promise "
            "first, and went no further than to the first rule that failed. They say whether and "
            "how fast faults are caught; they do not say which other rules would have failed too, "
            "nor which rule alone catches one."
        )
    if run.not_run:
        yield "## What was run, and what was not"
        yield "\n".join(f"- {said}" for said in run.not_run)


def _rates(run: Run, apis: Sequence[str]) -> Iterable[str]:
    yield "## Rates"
    rows = []
    for name, trials in [
        *((contract_of(a).api.title, [t for t in run.trials if t.fault.api == a]) for a in apis),
        ("**all**", run.trials),
        *(
            (
                f"of them, held-out set {number}",
                [t for t in run.trials if t.fault.held_out == number],
            )
            for number in sorted({t.fault.held_out for t in run.trials} - {0})
        ),
    ]:
        of = rates(trials)
        rows.append(
            (
                name,
                share(of.killed, of.planted),
                share(of.promised, of.killed),
                f"{of.false_alarms} of {of.benign}",
                f"{of.clean_alarms} of {of.clean}",
                f"{of.seconds / max(of.planted, 1):.1f}",
                f"{of.requests / max(of.planted, 1):.0f}",
                "not measured" if of.collateral is None else f"{of.collateral:.1f}",
            )
        )
    yield _table(
        (
            "API",
            "faults killed",
            "by a rule of the very promise",
            "false alarms on benign variants",
            "false alarms on clean servers",
            "seconds a fault",
            "requests a fault",
            "further rules that fail",
        ),
        rows,
    )


def _stock(run: Run) -> Iterable[str]:
    yield "## Next to Schemathesis"
    if not run.probes:
        yield "Not run this time: `--stock N` does, with every Nth fault."
        return
    yield (
        "`schemathesis run` with the same contract and the same credentials, all phases, its "
        f"default checks, seed {SEED}: as it comes, and with the keys of two tenants (`auth.wfc` "
        "with `peers`, so that its object-level authorization check runs). A fault counts as found "
        "where a failure (code and operation) is reported that is not on the clean server. Its "
        "requests are its own to choose: they are those that the examples asked for come to."
    )
    rows = []
    ours = {t.fault.id: t for t in run.trials if t.fault.id}
    tried = list(dict.fromkeys(f.fault.id for f in run.probes if f.fault.id))
    for id_ in tried:
        seen = {f.arm: f for f in run.probes if f.fault.id == id_}
        fault = next(iter(seen.values())).fault
        rows.append(
            (
                id_,
                fault.title,
                _ours(ours.get(id_)),
                *(_new(run, seen[arm]) if arm in seen else "not run" for arm in ARMS),
            )
        )
    yield _table(("fault", "what the server does", "rules", *ARMS), rows)
    of_rules = [ours[id_] for id_ in tried if id_ in ours]
    caught = share(sum(t.alarmed for t in of_rules), len(of_rules))
    said = [f"rules {caught}, {_mean([t.requests for t in of_rules]):.0f} requests each"]
    for arm in ARMS:
        seen_by = [f for f in run.probes if f.arm == arm and f.fault.id and not f.trouble]
        found = sum(bool(_codes(run, f)) for f in seen_by)
        requests = _mean([f.requests for f in seen_by])
        seconds = _mean([f.seconds for f in seen_by])
        said.append(
            f"{arm} {share(found, len(seen_by))}, {requests:.0f} requests and {seconds:.0f} s each"
        )
    yield "Found of this sample: " + "; ".join(said) + "."
    noise = {
        f"{f.arm} on {f.fault.api}": " ".join(sorted({code for code, _ in f.failures})) or "nothing"
        for f in run.probes
        if not f.fault.id
    }
    yield "On clean servers it reports: " + "; ".join(f"{k}: {v}" for k, v in noise.items()) + "."


def _mean(figures: Sequence[float]) -> float:
    return sum(figures) / max(len(figures), 1)


def _ours(found: Trial | None) -> str:
    return "not tried" if found is None else " ".join(found.rules) or "**survived**"


def _codes(run: Run, found: Found) -> list[str]:
    clean = {
        failure
        for f in run.probes
        if not f.fault.id and f.arm == found.arm and f.fault.api == found.fault.api
        for failure in f.failures
    }
    return sorted({code for code, operation in found.failures if (code, operation) not in clean})


def _new(run: Run, found: Found) -> str:
    return "did not run" if found.trouble else " ".join(_codes(run, found)) or "-"


def _alone(run: Run) -> Iterable[str]:
    """Each MUST rule with a fault that it alone catches."""
    if not any(t.whole and t.alarmed for t in run.trials):
        return
    yield "## Which rule alone catches what"
    yield (
        "A rule catches a fault alone where no other MUST rule fails that does not fail on the "
        "same server without the fault. All directed rules were run on each; those that fuzz were "
        "run where the fault is one for them, as what they find besides hangs on chance."
    )
    caught = alone(run.trials)
    yield _table(
        ("rule", "what it says", "a fault that it alone catches", "further ones"),
        [
            (
                rule.id,
                rule.title,
                f"{faults[0].id}: {faults[0].title}" if faults else "**none**",
                str(max(len(faults) - 1, 0)),
            )
            for rule, faults in caught.items()
        ],
    )
    silent = sorted({rule.id for rule in caught} - fired(run.trials))
    yield f"MUST rules that no fault fired: {' '.join(silent) or 'none'}."


def _lists(run: Run) -> Iterable[str]:
    survivors = [t for t in run.trials if not t.fault.benign and not t.alarmed]
    yield "## Faults that no rule catches"
    yield _table(
        ("fault", "API", "promise", "what the server does"),
        [(t.fault.id, t.fault.api, t.fault.promise, t.fault.title) for t in survivors],
    )
    aside = [t for t in run.trials if not t.fault.benign and t.alarmed and not t.promised]
    yield "## Faults that are caught by rules of other promises only"
    yield _table(
        ("fault", "API", "promise", "what the server does", "rules"),
        [
            (t.fault.id, t.fault.api, t.fault.promise, t.fault.title, " ".join(t.rules))
            for t in aside
        ],
    )
    alarms = [t for t in run.trials if t.fault.benign and not t.right]
    yield "## False alarms"
    yield _table(
        ("variant", "API", "what it is", "rules"),
        [
            (t.fault.id or f"clean, seed {t.seed}", t.fault.api, t.fault.title, " ".join(t.rules))
            for t in alarms
        ],
    )
    yield from _alone(run)
    yield "## All faults"
    yield _table(
        ("fault", "API", "promise", "what the server does", "caught by", "seconds", "requests"),
        [
            (
                t.fault.id,
                t.fault.api,
                t.fault.promise,
                t.fault.title,
                " ".join(t.rules) or t.trouble or "-",
                f"{t.seconds:.1f}",
                str(t.requests),
            )
            for t in run.trials
            if not t.fault.benign
        ],
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return "None."
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
