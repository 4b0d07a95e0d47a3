"""How much the generated TypeScript clients cost: `python -m tests.bench.typescript`.

How many bytes programs have that use them, minified by esbuild and gzipped; how much a call costs,
of CPU time and by the clock, and how long their generation takes; next to bare fetch, and to the
clients that others generate of the same contracts. What calls asks for the same list page of Aloha,
50 rows, kept alive, one call after the other, each client in a process of its own, in many short
rounds that take turns; medians. The server has its page at hand. Ours checks every row and makes
its dates.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from generator.contracts import all_contracts
from generator.document import load
from generator.model.builder import build
from generator.targets import TargetInput
from generator.targets.typescript import render
from tests.bench.bundles import ALOHA, CALLS, GOALS, LEADIOSA, OWN, bundled, size
from tests.bench.process import PROJECT, serving
from tests.bench.turns import CallCost, call_costs
from tests.bench.typescript_peers import generated_peers
from tests.node_tools import NODE

_BARE = frozenset({"bare", "bare, and dates", "bare, a timeout, and dates"})


class Measured(msgspec.Struct, frozen=True):
    """All that one run measured."""

    node: str
    machine: str
    load_average: float
    sizes: Mapping[str, tuple[int, int]]
    """Bytes, minified and then gzipped."""
    call_costs: Mapping[str, CallCost]
    generation_seconds: Mapping[str, float]


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.typescript", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100, help="of each client, in turn")
    parser.add_argument("--calls", type=int, default=60, help="in a round")
    parser.add_argument("--times", type=int, default=5, help="that clients are generated")
    parser.add_argument("--no-peers", action="store_true", help="leave out others' clients")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="keep others' clients there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    console = Console()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        peers = {} if options.no_peers else _peers(console, options.peers or folder / "peers")
        url = stack.enter_context(serving("-m", "tests.bench.pages")).ready["url"]
        measured = Measured(
            node=_output(str(NODE), "--version").strip(),
            machine=f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
            sizes=_sizes(folder, peers),
            call_costs=_calls(f"{url}/0", folder, peers, options),
            generation_seconds=_generation(folder, options.times),
            load_average=os.getloadavg()[0],
        )
    _print_sizes(console, measured.sizes)
    _print_calls(console, measured.call_costs)
    _print_generation(console, measured.generation_seconds)
    console.print(
        f"Node {measured.node}, {measured.machine}; load average {measured.load_average:.1f}"
    )
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=2))


def _peers(console: Console, folder: Path) -> Mapping[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return generated_peers(folder)
    except (OSError, subprocess.CalledProcessError) as error:
        console.print(f"Others' clients are left out, they could not be made: {error}")
        return {}


def _sizes(folder: Path, peers: Mapping[str, Path]) -> dict[str, tuple[int, int]]:
    programs = dict(OWN)
    for task, codes in {"lists and creates, Aloha": ALOHA, "lists, Leadiosa": LEADIOSA}.items():
        programs |= {f"{task}: {client}": code for client, code in _available(codes, peers).items()}
    return {
        name: size(bundled(code, folder / f"size_{number}.mjs", peers))
        for number, (name, code) in enumerate(programs.items())
    }


def _available(codes: Mapping[str, str], peers: Mapping[str, Path]) -> dict[str, str]:
    return {client: code for client, code in codes.items() if peers or client in {"ours", *_BARE}}


def _calls(
    url: str, folder: Path, peers: Mapping[str, Path], options: argparse.Namespace
) -> dict[str, CallCost]:
    modules = {
        client: bundled(code, folder / f"call_{number}.mjs", peers)
        for number, (client, code) in enumerate(_available(CALLS, peers).items())
    }
    return call_costs(modules, url, options.rounds, options.calls)


def _output(*command: str) -> str:
    return subprocess.check_output(command, text=True)  # noqa: S603  our own programs


def _generation(folder: Path, times: int) -> dict[str, float]:
    """Seconds for all four clients, the best of some times."""
    sources = [
        TargetInput(build(load(each.path), each.name).api, {}, {}) for each in all_contracts()
    ]
    command = [sys.executable, "-m", "generator", "generate", "--target", "typescript"]
    command += ["--output", str(folder / "generated")]

    def process(cache: str) -> Callable[[], object]:
        variables = {**os.environ, "FOURFOLD_CACHE": cache}
        return lambda: subprocess.check_output(command, env=variables, cwd=PROJECT)  # noqa: S603

    return {
        "rendered, from models at hand": _best(lambda: [render(each) for each in sources], times),
        "the whole command, from contracts": _best(process(""), times),
        "the whole command, nothing changed": _best(process(str(folder / "cache")), times),
    }


def _best(work: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times + 1):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds[1:])


def _print_sizes(console: Console, sizes: Mapping[str, tuple[int, int]]) -> None:
    table = Table("a program that", "minified", "gzipped", "goal", title="bytes, by esbuild")
    for name, (minified, gzipped) in sizes.items():
        goal = f"{GOALS[name]:,}" if name in GOALS else ""
        table.add_row(name, f"{minified:,}", f"{gzipped:,}", goal)
    console.print(table)


def _print_calls(console: Console, calls: Mapping[str, CallCost]) -> None:
    table = Table("", "CPU, µs", "to bare", "elapsed, µs", "to bare", title="a call, 50 rows")
    bare = calls["bare"]
    for name, (cpu, elapsed) in calls.items():
        ratios = f"{cpu / bare.cpu:.2f}", f"{elapsed / bare.elapsed:.2f}"
        table.add_row(name, f"{cpu:,.0f}", ratios[0], f"{elapsed:,.0f}", ratios[1])
    console.print(table)


def _print_generation(console: Console, generation: Mapping[str, float]) -> None:
    table = Table("all four clients", "seconds, best", title="generation (goal 0.3 s)")
    for name, seconds in generation.items():
        table.add_row(name, f"{seconds:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
