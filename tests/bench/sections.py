"""What each bench measured, as the tables of its section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tests.bench import generation, scale
from tests.bench.bundles import GOALS
from tests.bench.report import Table


def tables(name: str, measured: bytes) -> list[Table]:
    """The tables of a bench, from the JSON that it wrote."""
    known = _KNOWN.get(name)
    return known(measured) if known else _plain(measured)


def _server(measured: bytes) -> list[Table]:
    found = msgspec.json.decode(measured)
    best = {
        "requests a second": ("requests_per_second", max, ",.0f"),
        "p50, ms": ("p50_ms", min, ".2f"),
        "p99, ms": ("p99_ms", min, ".2f"),
        "CPU of the server, µs a request": ("cpu_microseconds", min, ",.0f"),
    }
    rows = []
    for title, (field, choose, form) in best.items():
        ours, theirs = (
            choose(each[field] for each in found["rounds"][of]) for of in ("reference", "stock")
        )
        ratio = ours / theirs if choose is max else theirs / ours
        rows.append([title, format(ours, form), format(theirs, form), f"{ratio:.1f}x"])
    memory = " → ".join(f"{megabytes:.1f}" for megabytes in found["resident_megabytes"])
    note = f"Memory of the reference over {found['requests_for_memory']:,} requests: {memory} MB."
    start = [[name, f"{seconds:.2f}"] for name, seconds in found["start_up_seconds"].items()]
    return [
        Table(
            "A page of 50 rows, the best round of each",
            ["", "reference server", "stock Connexion", "ratio"],
            rows,
            note,
        ),
        Table("Start-up to the ready line", ["", "seconds, median"], start),
        _shares("Where the reference server's time goes", found["layers"]),
    ]


def _clients(measured: bytes) -> list[Table]:
    found = msgspec.json.decode(measured)
    walked = [[rows, f"{n / 1024:.1f}"] for rows, n in found["walk_kilobytes"].items()]
    return [
        _costs("A call, 50 rows, decoded", found["call_microseconds"], "bare"),
        _costs("Decoding 50 rows", found["decode_microseconds"], "bare"),
        _costs("Import", found["import_microseconds"], "import httpx2, msgspec"),
        Table("A walk over pages of 50 rows", ["rows", "peak memory, MB"], walked),
    ]


def _typescript(measured: bytes) -> list[Table]:
    found = msgspec.json.decode(measured)
    sizes = [
        [name, f"{minified:,}", f"{gzipped:,}", f"{GOALS[name]:,}" if name in GOALS else ""]
        for name, (minified, gzipped) in found["sizes"].items()
    ]
    seconds = [[name, f"{spent:.2f}"] for name, spent in found["generation_seconds"].items()]
    head = ["A program that", "minified", "gzipped", "goal"]
    head_of_calls = ["", "CPU, µs", "to bare", "elapsed, µs", "to bare"]
    bare = found["call_costs"]["bare"]
    calls = [
        [
            name,
            *(text for cost, unit in zip(costs, bare, strict=True) for text in _ratio(cost, unit)),
        ]
        for name, costs in found["call_costs"].items()
    ]
    dates = (
        "A page has 150 moments. Ours makes dates of them and checks every member, the second row "
        "makes them by hand, unchecked, the others leave them as text. Elapsed is by the clock, "
        "with the server's work. Goal for ours: 1.15 to bare."
    )
    return [
        Table("Bytes, by esbuild", head, sizes),
        Table("A call, 50 rows, decoded", head_of_calls, calls, dates),
        Table("Generation of all four clients, goal 0.3 s", ["", "seconds, best"], seconds),
    ]


def _costs(title: str, costs: Mapping[str, float], unit: str) -> Table:
    head = ["", "CPU, µs", f"to {unit}"]
    rows = [[name, *_ratio(cost, costs[unit])] for name, cost in costs.items()]
    return Table(title, head, rows)


def _ratio(cost: float, unit: float) -> tuple[str, str]:
    return f"{cost:,.0f}", f"{cost / unit:.2f}"


def _shares(title: str, shares: Mapping[str, float]) -> Table:
    return Table(title, ["", "share"], [[name, f"{share:.0%}"] for name, share in shares.items()])


def _plain(measured: bytes) -> list[Table]:
    """Figures by name, of a bench that has no tables of its own: a table a group."""
    found: dict[str, Any] = msgspec.json.decode(measured)
    groups = {name: value for name, value in found.items() if isinstance(value, dict)}
    alone = {n: v for n, v in found.items() if isinstance(v, int | float | str)}
    return [
        Table(title.replace("_", " "), ["", ""], [[str(n), _figure(v)] for n, v in group.items()])
        for title, group in {"Figures": alone, **groups}.items()
        if group
    ]


def _figure(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


_KNOWN: Mapping[str, Callable[[bytes], list[Table]]] = {
    "server": _server,
    "clients": _clients,
    "generation": generation.tables,
    "scale": scale.tables,
    "typescript": _typescript,
}
