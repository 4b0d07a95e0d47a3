"""Pages of a document that is written in a test, as the command makes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from generator.contracts import Contract
from generator.generate.render import render
from tests.docs.checking import faults

Pages = Callable[..., dict[str, str]]

HEAD = "openapi: 3.1.0\ninfo: {title: Zoo, version: '1'}\n"


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    """The pages of a document, by file name; `head` is what stands above it."""

    def made(text: str, head: str = HEAD, names: dict[str, str] | None = None) -> dict[str, str]:
        path = tmp_path / "zoo.yaml"
        path.write_text(head + dedent(text).lstrip("\n"))
        published = {"docs": names or {}}
        rendered = render(Contract("zoo", path), ["docs"], published)
        files = {name.removeprefix("docs/"): t for name, t in rendered.files["docs"].items()}
        assert faults(files) == []
        return files

    return made
