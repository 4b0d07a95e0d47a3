"""ALOHA-16: the TypeScript that Aloha's document prints, compiled and run as it is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.node_tools import installed
from tests.typescript_client.packages import STRICT, compiled, node
from tests.vectors.reference_server import Reference

DOCUMENT = Path(__file__).parents[3] / "shared" / "seeds" / "002_fec1cfe7c2f08516.txt"
OWN = """\
import { Aloha } from "@aloha/sdk";

const aloha = new Aloha({ apiKey: process.env.ALOHA_KEY });
await aloha.posts.create({
  content: "Hello from TypeScript.",
  channels: ["linkedin"],
  scheduledAt: new Date("2026-05-01T08:00:00Z"),
});
"""


def printed() -> str:
    if not DOCUMENT.exists():
        pytest.skip("The document of Aloha is not here; a program of our own is run instead.")
    text = DOCUMENT.read_text()
    start = text.index('import { Aloha } from "@aloha/sdk"')
    return text[start : text.index("\n});", start) + len("\n});")]


def created(code: str, project: Path, reference: Reference) -> dict[str, object]:
    """Compile a program, run it with a key and an address in the environment; the post it made."""
    types = project / "node_modules/@types"
    if not types.exists():
        types.symlink_to(installed() / "@types", target_is_directory=True)
        (project / "node_modules/undici-types").symlink_to(installed() / "undici-types")
    script = project / "documented.ts"
    script.write_text(code)
    settings = {
        "compilerOptions": {**STRICT, "skipLibCheck": True, "types": ["node"]},
        "include": ["documented.ts"],
    }
    assert compiled(project, settings, newest=True) == ""
    key = reference.key("aloha")["key"]
    address = reference.base_url("aloha")
    node(script, ALOHA_KEY=key, ALOHA_BASE_URL=address)
    answer = reference.http.get(f"{address}/v1/posts", headers={"authorization": f"Bearer {key}"})
    made: dict[str, object] = answer.json()["data"][0]
    return made


def test_the_document_s_program_runs_as_printed(project: Path, reference: Reference) -> None:
    code = printed()
    made = created(code, project, reference)
    assert f'"{made["content"]}"' in code
    assert str(made["scheduledAt"]).replace(".000", "") in code


def test_a_program_of_our_own_runs(project: Path, reference: Reference) -> None:
    made = created(OWN, project, reference)
    assert made["content"] == "Hello from TypeScript."
    assert str(made["scheduledAt"]).startswith("2026-05-01T08:00:00")
