"""The wire vectors, as they are, run by `node --test`."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.node_tools import NODE
from tests.typescript_client.packages import APIS, ran
from tests.typescript_client.vector_cases import cases

RUNNER = Path(__file__).with_name("vectors.test.ts").resolve()


def test_every_vector(tmp_path: Path) -> None:
    found = [cases(api) for api in APIS]
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps(found))
    done = ran(
        [str(NODE), "--no-warnings", "--test", "--test-reporter=tap", str(RUNNER)],
        tmp_path,
        VECTORS=str(file),
    )
    wanted = sum(
        len(each["webhooks"]) + sum(len(call["responses"]) for call in each["calls"])
        for each in found
    )
    assert done.returncode == 0, _failures(done.stdout)
    counts = {name: int(n) for name, n in re.findall(r"^# (\w+) (\d+)$", done.stdout, re.MULTILINE)}
    assert counts["pass"] == wanted > 1000


def _failures(text: str) -> str:
    blocks = re.split(r"\n(?=\s*(?:not )?ok )", text)
    return "\n".join(block for block in blocks if block.lstrip().startswith("not ok"))[:20000]
