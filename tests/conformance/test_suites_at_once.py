"""Many suites on one server at one time: tenants are isolated, so that none disturbs another."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from conformance.launch import reference

SUITES = 8
RULES = ("AUT-004", "TEN-00[1-3]", "PAG-00[14]", "LIM-00[1-4]", "LIF-00[12]")
"""Such as leave the clock alone, which is one for all."""


def test_eight_suites_on_one_server_find_nothing(tmp_path: Path) -> None:
    profile = tmp_path / "target.yaml"
    with reference("haleai") as target:
        profile.write_text(
            f"base_url: {target.base_url}\ncontrol: {target.control}\n"
            "control_token: ${SUITE_TOKEN}\nwrites: true\n"
        )
        statuses = asyncio.run(_at_once(profile, tmp_path, target.control_token))
    assert statuses == [0] * SUITES
    for report in tmp_path.glob("*.json"):
        summary = json.loads(report.read_text())["summary"]
        assert summary["pass"] > 30
        assert not summary["fail"] + summary["untestable"]


async def _at_once(profile: Path, folder: Path, token: str) -> list[int]:
    environment = {**os.environ, "SUITE_TOKEN": token}
    rules = [f"--rule={rule}" for rule in RULES]
    suites = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "generator", "conform", "haleai", f"--target={profile}"),
            *(*rules, f"--seed={number}", f"--report=json={folder}/{number}.json"),
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
        )
        for number in range(1, SUITES + 1)
    ]
    return [await suite.wait() for suite in suites]
