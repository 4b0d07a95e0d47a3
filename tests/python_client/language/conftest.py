"""A client of a few lines of YAML, wired to a script instead of a network."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest
import yaml

from generator.document import Finding, load
from generator.model.builder import build
from generator.targets import TargetInput
from generator.targets.python import render
from tests.python_client.packages import imported
from tests.python_client.scripted import Script, script

HEAD = {"info": {"title": "Sample", "version": "1.0.0"}}

EMPTY = "{description: OK}"
REFERENCE, WHOLE = re.compile(r"<(\w+)>"), r"{$ref: '#/components/schemas/\1'}"


class Client:
    """The package `sample`: its modules, its client, what it sent, and what was found."""

    def __init__(self, package: ModuleType, findings: tuple[Finding, ...]) -> None:
        self.package = package
        self.findings = findings
        self.server: Script = script([])
        http = httpx2.Client(transport=httpx2.MockTransport(self.server))
        self.api: Any = package.Sample(base_url="https://sample.test", http_client=http)

    @property
    def types(self) -> Any:
        return self.package.types

    @property
    def codes(self) -> list[str]:
        return [finding.code for finding in self.findings]

    @property
    def sent(self) -> httpx2.Request:
        return self.server.requests[-1]

    @property
    def url(self) -> str:
        return str(self.sent.url).removeprefix("https://sample.test")

    def answers(self, *answers: httpx2.Response) -> Any:
        """The API, whose next answers are these."""
        self.server.answers[:] = answers
        return self.api


MakeClient = Callable[..., Client]


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[MakeClient]:
    """Makes a client of YAML; `<Pet>` refers to the schema `Pet`, `<OK>` is an empty answer."""
    with ExitStack() as stack:

        def make(text: str, openapi: str = "3.1.0") -> Client:
            document = tmp_path / "sample.yaml"
            document.write_text(
                yaml.safe_dump({**HEAD, "openapi": openapi})
                + REFERENCE.sub(WHOLE, text.replace("<OK>", EMPTY)),
                "utf-8",
            )
            specification = load(document)
            built = build(specification, "sample")
            output = render(TargetInput(built.api, specification.entry.root.mapping, {}))
            for path, content in output.files.items():
                target = tmp_path / "sample" / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(content, "utf-8")
            package = stack.enter_context(imported(tmp_path / "sample", "sample"))
            return Client(package, (*specification.findings, *built.findings, *output.findings))

        yield make
