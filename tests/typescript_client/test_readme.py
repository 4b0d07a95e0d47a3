"""The README of each package: every snippet compiles, and runs against the contract's examples."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.typescript_client.packages import APIS, STRICT, compiled, node, package

VARIABLES = ("ALOHA_KEY", "HALEAI_API_KEY", "HALOAGENTS_API_KEY", "LEADIOSA_TOKEN")
_SNIPPET = re.compile(r"^```ts\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def snippets(api: str) -> list[str]:
    found: list[str] = _SNIPPET.findall((package(api) / "README.md").read_text("utf-8"))
    assert found
    return found


def test_every_snippet_compiles(project: Path) -> None:
    folder = project / "readme"
    folder.mkdir()
    for api in APIS:
        for number, code in enumerate(snippets(api)):
            (folder / f"{api}{number}.ts").write_text(code)
    settings = {"compilerOptions": {**STRICT, "types": []}, "include": ["readme"]}
    assert compiled(project, settings, newest=True) == ""


@pytest.mark.parametrize("api", APIS)
def test_every_snippet_runs(project: Path, stubs: Mapping[str, str], api: str) -> None:
    folder = project / f"readme_{api}"
    folder.mkdir()
    found = snippets(api)
    for number, code in enumerate(found):
        (folder / f"{number}.ts").write_text(once(code))
    program = folder / "all.ts"
    program.write_text("".join(f'await import("./{n}.ts");\n' for n in range(len(found))))
    secrets = dict.fromkeys(VARIABLES, "k")
    node(program, **secrets, **{f"{api.upper()}_BASE_URL": stubs[api]})


def once(code: str) -> str:
    """The snippet, its loops left after one round: an example is followed by itself for ever."""
    return re.sub(
        r"^for await .*?(?=^\}$)", r"\g<0>  break;\n", code, flags=re.DOTALL | re.MULTILINE
    )
