"""The four contracts: every documented example can be called, and every documented answer read."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from generator.document import load
from generator.model import Api, Operation, Response
from generator.model.builder import build
from tests.python_client.packages import imported, write_package
from tests.python_client.scripted import Script, json_answer, script

APIS = ("haleai", "haloagents", "aloha", "leadiosa")


@pytest.fixture(scope="module", params=APIS)
def contract(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Api, ModuleType]]:
    document = Path("openapi") / request.param / "openapi.yaml"
    api = build(load(document), request.param).api
    distribution = write_package(document, request.param, tmp_path_factory.mktemp("client"))
    with imported(distribution, request.param) as module:
        yield api, module


def documented(response: Response) -> Iterator[httpx2.Response]:
    """The examples of an answer, as answers; an empty one where it has no body."""
    status = int(response.status.replace("XX", "00"))
    for media in response.media:
        for value in media.examples.values():
            if isinstance(value, str) and "json" not in media.type:
                headers = {"content-type": media.type}
                yield httpx2.Response(status, content=value.encode(), headers=headers)
            else:
                yield json_answer(value, status)
    if not response.media:
        yield httpx2.Response(status)


def wired(api: Api, package: ModuleType, *answers: httpx2.Response) -> tuple[Any, Script]:
    server = script(answers)
    http = httpx2.Client(transport=httpx2.MockTransport(server))
    cls = getattr(package, api.title)
    credential = {api.security_schemes[0].argument: "k"}
    return cls(**credential, http_client=http, max_retries=0), server


def method(client: Any, operation: Operation, package: ModuleType) -> Any:
    target = client
    for name in operation.resource:
        target = getattr(target, name)
    return getattr(target, operation.name)


def example(function: Any) -> str:
    """The example of a docstring, its loop left after the first page."""
    text = inspect.cleandoc(function.__doc__).partition("Example:\n")[2]
    return textwrap.dedent(text)


def run(code: str, client: Any, package: ModuleType) -> None:
    types = __import__(f"{package.__name__}.types", fromlist=["types"])
    names = {name: getattr(types, name) for name in types.__all__}
    moments = {"datetime": dt.datetime, "date": dt.date}
    exec(code, {"client": client, "print": lambda *_: None, **names, **moments})  # noqa: S102


def test_every_documented_call_and_answer(contract: tuple[Api, ModuleType]) -> None:
    api, package = contract
    for operation in api.operations:
        success = operation.success
        if success is None:
            continue
        for answer in documented(success):
            client, server = wired(api, package, *[answer] * 2)
            function = method(client, operation, package)
            try:
                run(example(function), client, package)
            except package.PaginationError:
                assert operation.pagination
            sent = server.requests[0]
            assert sent.method == operation.method.upper()
            route = re.sub(r"\\{[^}]+\\}", "[^/]+", re.escape(operation.path))
            assert re.search(f"{route}$", sent.url.raw_path.decode().partition("?")[0])


def test_every_documented_error(contract: tuple[Api, ModuleType]) -> None:
    api, package = contract
    seen = 0
    for operation in api.operations:
        for response in operation.responses:
            if not response.is_error:
                continue
            for answer in documented(response):
                client, _ = wired(api, package, answer)
                with pytest.raises(package.APIStatusError) as caught:
                    run(example(method(client, operation, package)), client, package)
                error = caught.value
                assert error.status_code == int(response.status)
                assert error.message
                if error.code and response.error_codes:
                    assert error.code in response.error_codes
                    seen += 1
    assert seen or not any(each.error_codes for op in api.operations for each in op.responses)


def test_every_documented_webhook(contract: tuple[Api, ModuleType]) -> None:
    api, package = contract
    for webhook in api.webhooks:
        module = __import__(f"{package.__name__}.webhooks", fromlist=["webhooks"])
        for value in webhook.body.media[0].examples.values():
            event = module.parse(json_answer(value).content)
            assert not isinstance(event, package.Unknown)


def test_the_line_that_aloha_documents(tmp_path: Path) -> None:
    distribution = write_package(Path("openapi/aloha/openapi.yaml"), "aloha", tmp_path)
    post = {
        "id": "post_1",
        "status": "scheduled",
        "content": "a monday note.",
        "channels": [{"channel": "instagram", "status": "scheduled"}],
        "createdAt": "2026-04-13T08:02:11Z",
    }
    server = script([json_answer(post, 201)])
    http = httpx2.Client(transport=httpx2.MockTransport(server))
    with imported(distribution, "aloha") as aloha:
        made = aloha.Aloha(api_key="alo_test_x", http_client=http).posts.create(
            content="a monday note.",
            channels=["instagram"],
            scheduled_at=dt.datetime(2026, 4, 15, 9, 30, tzinfo=dt.UTC),
        )
    assert made.id == "post_1"
    sent = server.requests[0]
    assert (sent.method, str(sent.url)) == ("POST", "https://api.usealoha.app/v1/posts")
    assert sent.headers["authorization"] == "Bearer alo_test_x"
    assert json.loads(sent.content) == {
        "content": "a monday note.",
        "channels": ["instagram"],
        "scheduledAt": "2026-04-15T09:30:00Z",
    }
