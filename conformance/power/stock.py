"""What Schemathesis finds on the same servers: as it comes, and with two identities."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import yaml

from conformance.client import Budget, Client, Unreachable
from conformance.control import Control
from conformance.exchange import Redactor
from conformance.launch import reference
from conformance.power.fault import Fault
from conformance.power.trial import contract_of
from conformance.target import Target

Arm = Literal["stock", "two identities"]
ARMS: tuple[Arm, ...] = ("stock", "two identities")
SEED = 1
_CLI = "from schemathesis.cli import schemathesis; schemathesis()"
TENANTS = ("acme", "globex")


@dataclass(frozen=True, slots=True)
class Probe:
    """A run of Schemathesis to be made."""

    fault: Fault
    arm: Arm
    examples: int
    """How many cases of each operation to make up, in each phase that makes some up."""
    most_seconds: int


@dataclass(slots=True)
class Found:
    """What Schemathesis said of one server: failures as code and operation."""

    fault: Fault
    arm: Arm
    failures: list[tuple[str, str]] = field(default_factory=list)
    requests: int = 0
    seconds: float = 0.0
    trouble: str = ""


def schemathesis_version() -> str:
    """Return the version that is installed."""
    return version("schemathesis")


def probe(order: Probe) -> Found:
    """Start the server with one fault and run Schemathesis on it, with its default checks."""
    found = Found(order.fault, order.arm)
    start = time.monotonic()
    try:
        with (
            tempfile.TemporaryDirectory() as directory,
            reference(order.fault.api, faults=[order.fault.id] if order.fault.id else []) as target,
        ):
            keys = _keys(order.fault.api, target)
            start = time.monotonic()
            _run(found, order, target, keys, Path(directory))
    except (Unreachable, subprocess.TimeoutExpired) as error:
        found.trouble = str(error)
    found.seconds = time.monotonic() - start
    return found


def _keys(api: str, target: Target) -> list[str]:
    client = Client(Redactor(), Budget(), verify=target.verify)
    try:
        control = Control(client, target.control or "", target.control_token, api)
        return [control.mint(tenant).secret for tenant in TENANTS]
    finally:
        client.close()


def _run(found: Found, order: Probe, target: Target, keys: Sequence[str], directory: Path) -> None:
    report = directory / "report.json"
    command = [sys.executable, "-c", _CLI]
    options = ["--url", target.base_url, "--seed", str(SEED), "--no-color"]
    options += ["--max-examples", str(order.examples), "--max-time", str(order.most_seconds)]
    options += ["--report-json-path", str(report)]
    if order.arm == "two identities":
        (directory / "schemathesis.toml").write_text(_identities(directory, keys), "utf-8")
        command += ["--config-file", str(directory / "schemathesis.toml")]
    else:
        options += ["-H", f"Authorization: Bearer {keys[0]}"]
    contract = contract_of(order.fault.api).file
    done = subprocess.run(  # noqa: S603 - the command is our own
        [*command, "run", str(contract.absolute()), *options],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=6 * order.most_seconds,
    )
    if not report.exists():
        found.trouble = " ".join((done.stdout + done.stderr).split())[-300:]
        return
    told = json.loads(report.read_text("utf-8"))
    found.requests = told["test_cases"]["generated"]
    found.failures = sorted(
        (failure["code"] or failure["type"], operation)
        for failure in told["failures"]
        for operation in failure["operations"] or [""]
    )


def _identities(directory: Path, keys: Sequence[str]) -> str:
    """Write the two identities down; return the configuration that names them."""
    users = [
        {
            "name": tenant,
            "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {key}"}],
        }
        for tenant, key in zip(TENANTS, keys, strict=True)
    ]
    file = directory / "identities.yaml"
    file.write_text(yaml.safe_dump({"auth": users}), "utf-8")
    return f'[auth.wfc]\npath = "{file}"\nuser = "{TENANTS[0]}"\npeers = {json.dumps(TENANTS)}\n'
