"""Operations that share a method and a path, as documents with fragments or queries have them."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.server.packages import imported, rendered, written
from tests.server.parcels import call

HEAD = """
openapi: 3.1.0
info: {title: Shared, version: 1.0.0}
servers: [{url: /}]
paths:
"""


def operation(path: str, name: str, *parameters: str, method: str = "get") -> str:
    """An operation, with its parameters in flow style."""
    listed = "".join(f"\n        - {each}" for each in parameters) or " []"
    return f"""
  {path}:
    {method}:
      operationId: {name}
      tags: [things]
      parameters:{listed}
      responses: {{'200': {{description: Told., content: {{text/plain: {{}}}}}}}}
"""


def required(where: str, name: str, schema: str) -> str:
    return f"{{name: {name}, in: {where}, required: true, schema: {schema}}}"


ID = required("path", "id", "{type: string}")
SHARED = HEAD + "".join(
    (
        operation("/files/{id}", "read", ID),
        operation("/files/{id}#acl", "readAcl", ID, required("query", "acl", "{enum: [true]}")),
        operation(
            "/files/{name}#part",
            "readPart",
            required("path", "name", "{type: string}"),
            required("query", "op", "{const: part}"),
            "{name: size, in: query, schema: {type: integer}}",
        ),
        operation("/things?kind=a", "listA", "{name: size, in: query, schema: {type: integer}}"),
        operation("/things?kind=b", "listB"),
        operation("/parts?id={id}&all=", "readOne", required("path", "id", "{type: integer}")),
        operation(
            "/#Get", "getOne", required("header", "X-Target", "{const: S.Get}"), method="post"
        ),
        operation(
            "/#Put", "putOne", required("header", "X-Target", "{const: S.Put}"), method="post"
        ),
    )
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("shared")
    contract = folder / "openapi.yaml"
    contract.write_text(SHARED, "utf-8")
    return imported(written(contract, folder))


def answered(package: ModuleType, method: str, url: str, **sent: Any) -> tuple[int, str]:
    class Things:
        def __getattr__(self, name: str) -> Any:
            async def tell(*_: Any, **__: Any) -> str:
                return name

            return tell

    response = call(package.create_app(package.Handlers(things=Things())), method, url, **sent)
    return response.status_code, response.text


@pytest.mark.parametrize(
    ("method", "url", "headers", "handler"),
    [
        ("GET", "/files/1", {}, "read"),
        ("GET", "/files/1?acl=true", {}, "read_acl"),
        ("GET", "/files/1?op=part&size=2", {}, "read_part"),
        ("GET", "/things?kind=a&size=2", {}, "list_a"),
        ("GET", "/things?kind=b", {}, "list_b"),
        ("GET", "/parts?id=5&all=", {}, "read_one"),
        ("POST", "/", {"X-Target": "S.Get"}, "get_one"),
        ("POST", "/", {"X-Target": "S.Put"}, "put_one"),
    ],
)
def test_a_request_reaches_the_operation_whose_marks_it_has(
    shared: ModuleType, method: str, url: str, headers: dict[str, str], handler: str
) -> None:
    assert answered(shared, method, url, headers=headers) == (200, handler)


def test_head_is_answered_as_get_is(shared: ModuleType) -> None:
    assert answered(shared, "HEAD", "/files/1?acl=true") == (200, "")


@pytest.mark.parametrize(
    ("method", "url", "status", "told"),
    [
        ("GET", "/files/1?acl=false", 400, "`acl` is not known here"),
        ("GET", "/things", 400, "told apart by `kind`"),
        ("GET", "/parts", 400, "Path parameter `id` is required"),
        ("GET", "/parts?id=x", 400, "Path parameter `id` must be an integer"),
        ("POST", "/?x-target=S.Get", 400, "told apart by `x-target`"),
        ("POST", "/", 400, "told apart by `x-target`"),
        ("PUT", "/", 405, "PUT is not allowed here"),
    ],
)
def test_what_is_for_none_of_them_is_refused(
    shared: ModuleType, method: str, url: str, status: int, told: str
) -> None:
    found, text = answered(shared, method, url)
    assert (found, told in text) == (status, True), text


def test_operations_that_cannot_be_told_apart_are_findings(tmp_path: Path) -> None:
    contract = tmp_path / "openapi.yaml"
    contract.write_text(
        HEAD
        + operation("/a/{id}", "first", ID)
        + operation("/a/{name}", "second", required("path", "name", "{type: string}"))
        + operation("/b#one", "third")
        + operation("/b#two", "fourth", required("query", "op", "{const: two}")),
        "utf-8",
    )
    told = [found for found in rendered(contract).findings if found.code == "GEN-054"]
    assert [(found.position.line, "'first'" in found.message) for found in told] == [(16, True)]
