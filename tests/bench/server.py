"""How fast the reference server is, next to stock Connexion: `python -m tests.bench.server`.

The same list page of HaleAI, 50 rows, is asked of both, over and over, by one load generator in a
process of its own; one uvicorn process each; in rounds that alternate, so that a machine whose
speed drifts is fair to both. The reference server finds the key, takes a token, reads the rows by
SQL, validates requests and answers and journals each; stock Connexion validates both and has its
page at hand. CPU time for each request says more than requests per second where the machine has
others to serve: quote the best round of each.
"""

import argparse
import os
import platform
import signal
import statistics
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx2
import msgspec
from rich.console import Console
from rich.table import Table

from tests.bench.process import Round, Server, put_load, serving

PATH = "/haleai/api/v1/contacts?limit=50"
REFERENCE = ("-m", "generator", "serve", "haleai")
ALL_APIS = ("-m", "generator", "serve")
STOCK = ("-m", "tests.bench.stock")
KEYS = 600
"""Each may ask ten times a second, sixty times at once: together more than any server answers."""


class Measured(msgspec.Struct, frozen=True):
    """All that one run measured."""

    python: str
    machine: str
    load_average: float
    """Of the last minute, when the run ended."""
    rounds: Mapping[str, Sequence[Round]]
    start_up_seconds: Mapping[str, float]
    """To the ready line, the median of some starts."""
    resident_megabytes: Sequence[float]
    """Of the reference server: at first, and as requests are answered."""
    requests_for_memory: int
    layers: Mapping[str, float]


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.server", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of each server, in turn")
    parser.add_argument("--requests", type=int, default=4_000, help="in a round")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--memory-requests", type=int, default=100_000)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    console = Console()
    with serving(*REFERENCE) as reference, serving(*STOCK) as stock:
        rounds = _compare(reference, stock, options)
        _print_comparison(console, rounds)
        memory = _watch_memory(reference, options)
    console.print(
        "Memory of the reference server over "
        f"{options.memory_requests:,} requests: "
        + " → ".join(f"{megabytes:.1f} MB" for megabytes in memory)
    )
    start_up = {
        "reference, all APIs": _start_up(ALL_APIS, options.starts),
        "reference, HaleAI": _start_up(REFERENCE, options.starts),
        "stock Connexion, HaleAI": _start_up(STOCK, options.starts),
    }
    _print_start_up(console, start_up)
    layers = _profile(options)
    _print_layers(console, layers, min(r.cpu_microseconds for r in rounds["reference"]))
    measured = Measured(
        python=platform.python_version(),
        machine=f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        load_average=os.getloadavg()[0],
        rounds=rounds,
        start_up_seconds=start_up,
        resident_megabytes=memory,
        requests_for_memory=options.memory_requests,
        layers=layers,
    )
    console.print(
        f"Python {measured.python}, {measured.machine}; load average {measured.load_average:.1f}"
    )
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=2))


def _compare(
    reference: Server, stock: Server, options: argparse.Namespace
) -> dict[str, list[Round]]:
    rounds: dict[str, list[Round]] = {"reference": [], "stock": []}
    keys = _keys(reference)
    few = max(1, options.requests // 4)
    put_load(reference, PATH, keys, few, options.connections)
    put_load(stock, PATH, ["any"], few, options.connections)
    for _ in range(options.rounds):
        rounds["reference"].append(
            put_load(reference, PATH, keys, options.requests, options.connections)
        )
        rounds["stock"].append(put_load(stock, PATH, ["any"], few, options.connections))
    return rounds


def _keys(server: Server) -> list[str]:
    url = f"{server.ready['control']}/keys"
    headers = {"Authorization": f"Bearer {server.ready['control_token']}"}
    body = {"api": "haleai", "tenant": "acme"}
    with httpx2.Client(headers=headers) as client:
        return [str(client.post(url, json=body).json()["key"]) for _ in range(KEYS)]


def _watch_memory(server: Server, options: argparse.Namespace) -> list[float]:
    """Return the megabytes at first, half way and at the end."""
    keys = _keys(server)
    megabytes = [server.resident_megabytes()]
    for _ in range(2):
        put_load(server, PATH, keys, options.memory_requests // 2, options.connections)
        megabytes.append(server.resident_megabytes())
    return megabytes


def _start_up(arguments: Sequence[str], starts: int) -> float:
    seconds = []
    for _ in range(starts):
        with serving(*arguments) as server:
            seconds.append(server.seconds_to_ready)
    return statistics.median(seconds)


def _profile(options: argparse.Namespace) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "layers.json"
        with serving("-m", "tests.bench.layers", str(file)) as server:
            keys = _keys(server)
            server.process.send_signal(signal.SIGUSR1)
            put_load(server, PATH, keys, options.requests, options.connections)
        return msgspec.json.decode(file.read_bytes(), type=dict[str, float])


def _print_comparison(console: Console, rounds: Mapping[str, Sequence[Round]]) -> None:
    table = Table("", "reference", "stock Connexion", "ratio", title="50-row page, best round")
    best = {
        "requests a second": ("requests_per_second", max, ",.0f"),
        "p50, ms": ("p50_ms", min, ".2f"),
        "p99, ms": ("p99_ms", min, ".2f"),
        "server CPU a request, µs": ("cpu_microseconds", min, ",.0f"),
        "generator CPU a request, µs": ("generator_cpu_microseconds", min, ",.0f"),
    }
    for title, (name, choose, form) in best.items():
        ours = choose(getattr(each, name) for each in rounds["reference"])
        theirs = choose(getattr(each, name) for each in rounds["stock"])
        ratio = ours / theirs if choose is max else theirs / ours
        table.add_row(title, format(ours, form), format(theirs, form), f"{ratio:.1f}x")
    console.print(table)


def _print_start_up(console: Console, seconds: Mapping[str, float]) -> None:
    table = Table("start-up to the ready line", "seconds, median")
    for name, median in seconds.items():
        table.add_row(name, f"{median:.2f}")
    console.print(table)


def _print_layers(console: Console, layers: Mapping[str, float], microseconds: float) -> None:
    table = Table("where the reference server's time goes", "share", "µs a request")
    for name, share in layers.items():
        table.add_row(name, f"{share:.0%}", f"{share * microseconds:.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
