"""Cases, run all at once: one project, one compiler, one Node."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.typescript_client.packages import STRICT, compiled, node, write_package

_HEAD = {"openapi": "3.1.0", "info": {"title": "Sample", "version": "1.0.0"}}
_REFERENCE, _WHOLE = re.compile(r"<(\w+)>"), r"{$ref: '#/components/schemas/\1'}"
_BENCH = """
function bench() {
  const asked: Request[] = [];
  const answers: Response[] = [];
  const lines: string[] = [];
  return {
    answers,
    lines,
    answer: (value: unknown, status = 200) => answers.push(Response.json(value, { status })),
    sent: () => asked.at(-1) as Request,
    log: (...told: unknown[]) =>
      lines.push(told.map((it) => (typeof it === "string" ? it : JSON.stringify(it))).join(" ")),
    options: {
      baseURL: "https://sample.test",
      maxRetries: 0,
      fetch: async (url: string | URL | Request, init?: RequestInit) => {
        asked.push(new Request(url, init));
        return answers.shift() ?? new Response(null, { status: 204 });
      },
    },
  };
}
/** JSON whose members are in the order of their names. */
const ordered = (value: unknown): string =>
  JSON.stringify(value, (_, each) =>
    typeof each !== "object" || !each || Array.isArray(each)
      ? each
      : Object.fromEntries(Object.entries(each).sort()),
  );
const cases: Record<string, () => Promise<string[]>> = {};
const printed: Record<string, string[]> = {};
"""
_END = """
for (const [name, run] of Object.entries(cases)) {
  printed[name] = await run().catch((error) => [String(error)]);
}
console.log(JSON.stringify(printed));
"""


@dataclass(frozen=True)
class Case:
    """Some YAML, a program that uses its `client`, and what that prints.

    `<Pet>` refers to the schema `Pet`, `<OK>` is an empty answer; in the program `./SDK/` is where
    the package is. Cases with the same `root`, members of the document itself, share a document.
    """

    name: str
    text: str
    program: str
    printed: list[str]
    root: dict[str, Any] = field(default_factory=dict)

    @property
    def document(self) -> dict[str, Any]:
        """The document's paths, components and webhooks."""
        text = self.text.replace("<OK>", "{'204': {description: OK}}")
        found: dict[str, Any] = yaml.safe_load(_REFERENCE.sub(_WHOLE, textwrap.dedent(text)))
        return found


def run(cases: Iterable[Case], folder: Path) -> dict[str, list[str]]:
    """What each case prints; AssertionError with what the compiler says of them, if anything."""
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(json.dumps(case.root), []).append(case)
    imports, programs = [], []
    for number, (root, members) in enumerate(groups.items()):
        place = folder / f"group{number}"
        place.mkdir()
        text = json.dumps(_merged({**_HEAD, **json.loads(root)}, members))
        source = write_package(text, place) / "src"
        imports.append(f'import * as sdk{number} from "{source}/index.ts";')
        programs += [_program(case, number) for case in members]
    script = folder / "program.ts"
    script.write_text("\n".join([*imports, _BENCH, *programs, _END]))
    options = {**STRICT, "allowImportingTsExtensions": True, "skipLibCheck": True, "types": []}
    settings = {"compilerOptions": options, "include": ["program.ts"]}
    told = compiled(folder, settings, newest=True)
    assert told == "", told
    found: dict[str, list[str]] = json.loads(node(script))
    return found


def _merged(document: dict[str, Any], cases: Iterable[Case]) -> dict[str, Any]:
    """All cases in one document; they have no name in common."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for case in cases:
        own = case.document
        for whole, more in (
            (paths, own.get("paths", {})),
            (schemas, own.get("components", {}).get("schemas", {})),
        ):
            assert not whole.keys() & more.keys(), f"{case.name}: {whole.keys() & more.keys()}"
            whole.update(more)
        document |= {key: own[key] for key in own.keys() - {"paths", "components"}}
    components = document.get("components", {})
    return {**document, "paths": paths, "components": {**components, "schemas": schemas}}


def _program(case: Case, number: int) -> str:
    body = textwrap.indent(textwrap.dedent(case.program).strip(), "  ")
    body = body.replace("./SDK/", f"./group{number}/typescript/src/")
    return (
        f"cases[{json.dumps(case.name)}] = async () => {{\n"
        "  const { answer, answers, lines, log, options, sent } = bench();\n"
        f"  const sdk = sdk{number};\n"
        "  const client = new sdk.Sample(options);\n"
        f"{body}\n  return lines;\n}};"
    )
