"""How much the generated Python client costs: `python -m tests.bench.clients`.

The same list page of Aloha, 50 rows, is asked for and decoded, kept alive, one call after the
other, by the generated client, by bare httpx2 and msgspec, and by the clients that others generate
of the same contract; each in a process of its own, in rounds that take turns. CPU time of the
client's process is what counts, the best round of each. The server has its pages at hand.
"""

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tests.bench.peers import Peers, generated_peers
from tests.bench.process import PROJECT, serving

CONTRACT = PROJECT / "generated/aloha/openapi.json"
PACKAGE = PROJECT / "generated/aloha/python"
IMPORTS = {
    "import httpx2, msgspec": "import httpx2, msgspec",
    "import aloha": "import aloha",
    "from aloha import Aloha": "from aloha import Aloha",
    "from aloha import webhooks": "from aloha import webhooks",
}
PEER_IMPORTS = {
    "openapi-python-client": "import opc_aloha; from opc_aloha.api.posts import list_posts",
    "redocly": "import redocly_aloha",
}
_CALLING = str(Path(__file__).with_name("calling.py"))


class Measured(msgspec.Struct, frozen=True):
    """All that one run measured: CPU microseconds, the best round of each; kilobytes for rows."""

    python: str
    machine: str
    call_microseconds: Mapping[str, float]
    decode_microseconds: Mapping[str, float]
    import_microseconds: Mapping[str, float]
    walk_kilobytes: Mapping[str, int]


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.clients", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="of each client, in turn")
    parser.add_argument("--calls", type=int, default=300, help="in a round")
    parser.add_argument("--imports", type=int, default=15, help="fresh processes for each import")
    parser.add_argument("--no-peers", action="store_true", help="leave out others' clients")
    parser.add_argument("--peers", type=Path, metavar="DIR", help="keep others' clients there")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    options = parser.parse_args()
    console = Console()
    with ExitStack() as stack:
        folder = options.peers or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        peers = None if options.no_peers else _peers(console, folder)
        url = stack.enter_context(serving("-m", "tests.bench.pages")).ready["url"]
        measured = Measured(
            python=platform.python_version(),
            machine=f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
            call_microseconds=_calls(url, peers, options),
            decode_microseconds=_decodes(url, options),
            import_microseconds=_imports(peers, options.imports),
            walk_kilobytes={f"{rows:,}": _walked(url, rows) for rows in (500, 10_000, 40_000)},
        )
    _print(console, "a call, 50 rows, decoded", measured.call_microseconds, "bare")
    _print(console, "decoding 50 rows", measured.decode_microseconds, "bare")
    _print(console, "import", measured.import_microseconds, "import httpx2, msgspec")
    walked = " → ".join(f"{n / 1024:.1f} MB" for n in measured.walk_kilobytes.values())
    console.print(f"Peak memory of a walk over {', '.join(measured.walk_kilobytes)} rows: {walked}")
    console.print(f"Python {measured.python}, {measured.machine}")
    if options.json is not None:
        options.json.write_bytes(msgspec.json.format(msgspec.json.encode(measured), indent=2))


def _peers(console: Console, folder: Path) -> Peers | None:
    try:
        return generated_peers(CONTRACT, folder)
    except (OSError, subprocess.CalledProcessError) as error:
        console.print(f"Others' clients are left out, they could not be made: {error}")
        return None


def _calls(url: str, peers: Peers | None, options: argparse.Namespace) -> dict[str, float]:
    clients = ["bare", "aloha", *(PEER_IMPORTS if peers else ())]
    rounds: dict[str, list[float]] = {client: [] for client in clients}
    for _ in range(options.rounds):
        for client, found in rounds.items():
            found.append(_cost(client, "call", url, options.calls, peers))
    return {client: min(found) for client, found in rounds.items()}


def _decodes(url: str, options: argparse.Namespace) -> dict[str, float]:
    rounds: dict[str, list[float]] = {"bare": [], "aloha": []}
    for _ in range(options.rounds):
        for client, found in rounds.items():
            found.append(_cost(client, "decode", url, options.calls, None))
    return {client: min(found) for client, found in rounds.items()}


def _cost(client: str, task: str, url: str, count: int, peers: Peers | None) -> float:
    own = client in {"aloha", "bare"}
    python, folder = (
        (Path(sys.executable), PACKAGE) if own or peers is None else (peers.python, peers.folder)
    )
    return float(_output(python, folder, _CALLING, client, task, url, str(count)))


def _walked(url: str, rows: int) -> int:
    return int(_output(Path(sys.executable), PACKAGE, _CALLING, "aloha", "walk", url, str(rows)))


def _output(
    python: Path, folder: Path, *arguments: str, variables: Mapping[str, str] | None = None
) -> str:
    command = [str(python), *arguments]
    return subprocess.check_output(  # noqa: S603  our own programs
        command, cwd=folder, text=True, env=variables
    )


def _imports(peers: Peers | None, times: int) -> dict[str, float]:
    """CPU microseconds of fresh processes above those of one that imports nothing, medians.

    Everything is compiled already, as it is from the second start of any program.
    """
    programs = {name: (Path(sys.executable), PACKAGE, code) for name, code in IMPORTS.items()}
    if peers is not None:
        programs |= {n: (peers.python, peers.folder, code) for n, code in PEER_IMPORTS.items()}
    programs["nothing"] = (Path(sys.executable), PACKAGE, "pass")
    spent: dict[str, list[float]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as compiled:
        variables = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        for _ in range(times + 1):
            for name, (python, folder, code) in programs.items():
                before = _children()
                _output(python, folder, "-c", code, variables=variables)
                spent[name].append((_children() - before) * 1e6)
    medians = {name: statistics.median(found[1:]) for name, found in spent.items()}
    nothing = medians.pop("nothing")
    return {name: median - nothing for name, median in medians.items()}


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _print(console: Console, title: str, measured: Mapping[str, float], unit: str) -> None:
    table = Table("", "CPU, µs", f"to {unit}", title=title)
    for name, microseconds in measured.items():
        table.add_row(name, f"{microseconds:,.0f}", f"{microseconds / measured[unit]:.2f}")
    console.print(table)


if __name__ == "__main__":
    main()
