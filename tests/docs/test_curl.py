"""The command for a shell: its words are the request, whatever the contract says."""

from __future__ import annotations

import html
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.contracts import Contract
from generator.generate.render import render
from tests.fuzz.hostile_text import INJECTIONS, MARK

HOSTILE = st.sampled_from(
    [
        *(text for text in INJECTIONS if text.isprintable() and len(text) < 300),
        "$(touch pwned)",
        "'",
    ]
)


def operation(**parts: Any) -> dict[str, Any]:
    described = {"operationId": "it", "tags": ["t"], "responses": {"200": {"description": "It."}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "A", "version": "1"},
        "servers": [{"url": "https://a.example/v1"}],
        "paths": {"/a/{id}": {"post": described | parts}},
    }


def command(folder: Path, document: dict[str, Any]) -> str:
    """The command as a reader copies it from the page."""
    path = folder / "a.json"
    path.write_text(json.dumps(document))
    page = render(Contract("a", path), ["docs"], {}).files["docs"]["docs/t.html"]
    found = re.search(r'<figure class="sample client curl">.*?<code>(.*?)</code>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


def words(line: str, folder: Path) -> list[str]:
    """What a shell makes of a command: the arguments that curl gets."""
    script = f"curl() {{ printf '%s\\0' \"$@\"; }}\nKEY=secret\n{line}\n"
    done = subprocess.run(
        ["/bin/sh"], input=script, capture_output=True, check=True, cwd=folder, text=True
    )
    return done.stdout.split("\0")[:-1]


def parameter(name: str, location: str, example: Any, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "in": location,
        "required": True,
        "schema": {},
        "example": example,
        **more,
    }


def test_a_request_is_written_as_the_contract_says(tmp_path: Path) -> None:
    document = operation(
        parameters=[
            parameter("id", "path", "x/y"),
            parameter("tags", "query", ["a", "b&c"]),
            parameter("few", "query", ["a", "b"], explode=False),
            parameter("where", "query", {"city": "Rome"}, style="deepObject"),
            parameter("X-Trace", "header", "one two"),
        ],
        requestBody={"content": {"application/json": {"example": {"name": "it's"}}}},
        security=[{"key": []}],
    )
    document["components"] = {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}}
    sent = words(command(tmp_path, document), tmp_path)
    url = "https://a.example/v1/a/x%2Fy?tags=a&tags=b%26c&few=a,b&where%5Bcity%5D=Rome"
    assert sent[:3] == ["--request", "POST", url]
    assert sent[3:9] == [
        *("--header", "Authorization: Bearer secret"),
        *("--header", "X-Trace: one two"),
        *("--header", "Content-Type: application/json"),
    ]
    assert json.loads(sent[10]) == {"name": "it's"}


@pytest.mark.parametrize(
    ("own", "url"),
    [
        ("https://{where}.example/x/", "https://files.example/x/a/ID"),
        ("/files", "https://a.example/files/a/ID"),
    ],
)
def test_it_goes_to_the_server_of_the_operation(tmp_path: Path, own: str, url: str) -> None:
    listed = [
        {"url": own, "variables": {"where": {"default": "files"}}},
        {"url": "https://no.test"},
    ]
    sent = words(command(tmp_path, operation(servers=listed)), tmp_path)
    assert sent == ["--request", "POST", url]
    document = operation()
    document["paths"]["/a/{id}"]["servers"] = listed
    assert words(command(tmp_path, document), tmp_path) == sent


def test_a_form_is_sent_by_its_members(tmp_path: Path) -> None:
    schema = {"properties": {"photo": {"type": "string", "format": "binary"}, "name": {}}}
    example = {"photo": "…", "name": "@Ada;type=x"}
    content = {"multipart/form-data": {"schema": {"type": "object", **schema}, "example": example}}
    sent = words(command(tmp_path, operation(requestBody={"content": content})), tmp_path)
    assert sent[-4:] == ["--form", "photo=@file", "--form-string", "name=@Ada;type=x"]


@settings(max_examples=25, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_of_a_contract_is_executed(name: str, value: str, scheme: str) -> None:
    document = operation(
        parameters=[parameter(name, where, value) for where in ("query", "header", "cookie")],
        requestBody={"content": {"text/plain": {"example": value}}},
        security=[{scheme: []}],
    )
    key = {"type": "apiKey", "in": "header", "name": name}
    document["components"] = {"securitySchemes": {scheme: key}}
    document["servers"] = [{"url": f"https://a.example/{value}"}]
    with tempfile.TemporaryDirectory() as folder:
        sent = words(command(Path(folder), document), Path(folder))
        assert not (Path(folder) / MARK).exists()
    assert sent[-1] == value or sent[-2] == "--data-binary"
