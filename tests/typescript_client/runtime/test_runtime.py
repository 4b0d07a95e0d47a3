"""The runtime of the TypeScript clients, as its own tests see it: run by Node, checked by tsc."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.node_tools import NODE, environment, installed, program

HERE = Path(__file__).parent
_STRICT = {
    "strict": True,
    "skipLibCheck": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "noImplicitOverride": True,
    "noImplicitReturns": True,
    "noFallthroughCasesInSwitch": True,
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "erasableSyntaxOnly": True,
    "verbatimModuleSyntax": True,
    "allowImportingTsExtensions": True,
    "noEmit": True,
    "target": "es2022",
    "module": "nodenext",
    "lib": ["es2022", "dom", "dom.iterable"],
}
_SECONDS = 300


def _run(command: list[str]) -> None:
    done = subprocess.run(  # noqa: S603 - Node, with our own arguments
        command,
        cwd=HERE,
        env={**environment(), "TZ": "America/St_Johns"},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout[-8000:]}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.ts")), ids=lambda file: file.stem)
def test_behaves_as_its_tests_say(file: Path) -> None:
    _run([str(NODE), "--test", "--test-isolation=none", file.name])


def test_is_tested_with_types(tmp_path: Path) -> None:
    node = {"types": ["node"], "typeRoots": [f"{installed()}/@types"]}
    project = tmp_path / "tests.json"
    files = [f"{HERE}/*.ts", f"{HERE.parent}/*.test.ts"]
    project.write_text(json.dumps({"compilerOptions": _STRICT | node, "include": files}))
    _run(program("typescript-newest/bin/tsc", "--project", str(project)))
