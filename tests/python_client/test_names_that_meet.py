"""Packages of documents whose names meet those of the package, as mypy and a caller see them."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import httpx2
import pytest
from mypy import api as mypy

from tests.python_client.packages import imported, write_package

TITLES = ("Runs", "Hooks", "Timeout", "Client", "SyncClient", "Page", "RateLimitError", "---")
FLOW = (
    "{tokenUrl: 'https://a.test/token', authorizationUrl: 'https://a.test/in', scopes: {%s: It.}}"
)
FLOWS = {
    "app": f"app: {{type: oauth2, flows: {{clientCredentials: {FLOW % 'run'}}}}}",
    "both": f"app: {{type: oauth2, flows: {{clientCredentials: {FLOW % 'run'}, "
    f"authorizationCode: {FLOW % 'read'}}}}}",
    "two": f"app: {{type: oauth2, flows: {{clientCredentials: {FLOW % 'run'}}}}}\n"
    f"async: {{type: oauth2, flows: {{clientCredentials: {FLOW % 'read'}}}}}",
}


def document(title: str, schemes: str = "") -> str:
    security = "app" if schemes else "nobodyKnowsIt"
    components = f"components:\n  securitySchemes:\n{indent(schemes, '    ')}\n" if schemes else ""
    return f"""
openapi: 3.1.0
info: {{title: {title!r}, version: 1.0.0}}
servers: [{{url: https://sample.test}}]
security: [{{{security}: []}}]
paths:
  /runs:
    get: {{operationId: listRuns, tags: [runs], responses: {{'204': {{description: OK}}}}}}
{components}"""


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "openapi.yaml"
    file.write_text(text, "utf-8")
    return write_package(file, "sample", tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        *(pytest.param(document(title), id=title) for title in TITLES),
        *(pytest.param(document("Sample", schemes), id=name) for name, schemes in FLOWS.items()),
    ],
)
def test_types_are_whole(tmp_path: Path, text: str) -> None:
    report, errors, status = mypy.run(
        ["--strict", f"--cache-dir={tmp_path.parent}/mypy", str(written(tmp_path, text) / "sample")]
    )
    assert status == 0, report + errors


def test_resources_give_way_to_what_the_clients_import(tmp_path: Path) -> None:
    package = written(tmp_path, document("Sample", FLOWS["both"])) / "sample"
    code = "".join((package / name).read_text() for name in ("_client.py", "_async_client.py"))
    imports = re.findall(r"^ *from \S+ import (.*)$", code, re.MULTILINE)
    names = {name for each in imports for name in re.findall(r"\w+", each)}
    assert {"Hooks", "AsyncTransport", "ClientCredentials"} <= names
    paths = "".join(
        f"  /{name}: {{get: {{tags: [{name}], responses: {{'204': {{description: OK}}}}}}}}\n"
        for name in sorted(names)
    )
    text = document("Sample", FLOWS["both"]).replace("paths:\n", f"paths:\n{paths}")
    report, errors, status = mypy.run(
        ["--strict", f"--cache-dir={tmp_path.parent}/mypy", str(written(tmp_path, text) / "sample")]
    )
    assert status == 0, report + errors


@pytest.mark.parametrize(
    "kind",
    ["type: http, scheme: bearer", f"type: oauth2, flows: {{clientCredentials: {FLOW % 'run'}}}"],
    ids=["bearer", "oauth2"],
)
def test_credentials_give_way_to_what_the_clients_say(tmp_path: Path, kind: str) -> None:
    folder = written(tmp_path, document("Sample", FLOWS["two"])) / "sample"
    said = (folder / "_client.py").read_text() + (folder / "_configuration.py").read_text()
    words = {word.lower() for word in re.findall(r"\w+", said)}
    assert {"base_url", "credentials", "super", "type_checking"} <= words
    schemes = "\n".join(f"'{word}': {{{kind}}}" for word in sorted(words))
    text = document("Sample", schemes)
    needed = ", ".join(f"{{'{word}': []}}" for word in sorted(words))
    text = text.replace("security: [{app: []}]", f"security: [{needed}]")
    distribution = written(tmp_path, text)
    report, errors, status = mypy.run(
        ["--strict", f"--cache-dir={tmp_path.parent}/mypy", str(distribution / "sample")]
    )
    assert status == 0, report + errors
    with imported(distribution, "sample") as package:
        assert package.Sample().runs


def test_a_resource_gives_way_to_the_client(tmp_path: Path) -> None:
    with imported(written(tmp_path, document("Runs")), "sample") as package:
        answer = httpx2.MockTransport(lambda _: httpx2.Response(204))
        client = package.Runs(http_client=httpx2.Client(transport=answer))
        assert type(client.runs).__name__ == "RunsResource"
        assert client.runs.list() is None


def test_a_scheme_that_nobody_declared_is_not_asked_for(tmp_path: Path) -> None:
    sent: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(204)

    with imported(written(tmp_path, document("Sample")), "sample") as package:
        http = httpx2.Client(transport=httpx2.MockTransport(answer))
        package.Sample(http_client=http).runs.list()
    assert "authorization" not in sent[0].headers


def test_each_flow_has_its_scopes(tmp_path: Path) -> None:
    with imported(written(tmp_path, document("Sample", FLOWS["both"])), "sample") as package:
        assert "read" in str(package.oauth.Scope)
        assert "run" in str(package.oauth.ClientCredentialsScope)


@pytest.mark.parametrize("name", ["calendar", "email", "msgspec", "httpx2"])
def test_a_package_hides_no_module_that_it_needs(tmp_path: Path, name: str) -> None:
    file = tmp_path / f"{name}.yaml"
    file.write_text(document("Sample"), "utf-8")
    distribution = write_package(file, name, tmp_path)
    assert f'name = "{name}-client"' in (distribution / "pyproject.toml").read_text()
    with imported(distribution, f"{name}_client") as package:
        assert package.Sample().runs
