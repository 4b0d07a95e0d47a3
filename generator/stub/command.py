"""`fourfold serve --stub`: contracts → a server that answers for them until it is stopped."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from typing import Final, TextIO

from generator.contracts import Contract, contracts_root
from generator.document.report import as_text
from generator.stub.app import Stub, build_stub
from generator.stub.origin import Origin
from generator.stub.server import run

HOST: Final = "127.0.0.1"
_WRONG_USE: Final = 2


def serve(contracts: Sequence[Contract], port: int, told: TextIO) -> int:
    """Answer for contracts on loopback until SIGINT or SIGTERM; return the exit status.

    `port` 0 is a free one. One line of JSON on standard output says that the server is ready, and
    where; findings are told. 1 where a contract is not sound, 2 where the port cannot be used.
    Raises UnreadableSourceError.
    """
    stubs = build_stubs(contracts)
    findings = [finding for stub in stubs for finding in stub.findings]
    if findings:
        told.write(as_text(findings, {}))
    apps = {stub.base_path: stub.app for stub in stubs if stub.app is not None}
    if len(apps) < len(stubs):
        return 1
    try:
        listener = socket.create_server((HOST, port), backlog=socket.SOMAXCONN)
    except OSError as error:
        told.write(f"Port {port} of {HOST} cannot be used ({error.strerror}); take --port 0.\n")
        return _WRONG_USE
    with listener:
        run(Origin(apps), listener, _ready_line(stubs, listener))
    return 0


def build_stubs(contracts: Sequence[Contract]) -> list[Stub]:
    """The stub of each contract, each under a base path of its own.

    That is the path of the contract's first server; below the contract's name where it is one of
    openapi/, or where there are several. Raises UnreadableSourceError.
    """
    root = contracts_root().resolve()
    return [
        build_stub(
            contract, f"/{contract.name}" if _needs_prefix(contract, root, contracts) else ""
        )
        for contract in contracts
    ]


def _needs_prefix(contract: Contract, root: object, contracts: Sequence[Contract]) -> bool:
    return len(contracts) > 1 or contract.path.resolve().parent.parent == root


def _ready_line(stubs: Sequence[Stub], listener: socket.socket) -> str:
    line = {
        "ready": True,
        "url": f"http://{HOST}:{listener.getsockname()[1]}",
        "control": None,
        "apis": {stub.name: stub.base_path for stub in stubs},
    }
    return json.dumps(line)
