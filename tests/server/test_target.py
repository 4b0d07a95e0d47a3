"""The server target: what it makes of a contract imports, type-checks, and serves."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
import pytest

from generator.explanations import explanation
from tests.server.packages import ROOT, Anything, imported, rendered, run, written
from tests.server.parcels import call

CONTRACTS = sorted(ROOT.glob("openapi/*/openapi.yaml"))
NAMES = [contract.parent.name for contract in CONTRACTS]

SHOP = Path(__file__).with_name("shop.yaml")


@pytest.fixture(scope="module")
def shop_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(SHOP, tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def shop(shop_package: Path) -> ModuleType:
    return imported(shop_package)


@pytest.mark.parametrize("contract", CONTRACTS, ids=NAMES)
def test_a_contract_becomes_a_package_that_imports_and_starts(
    contract: Path, tmp_path: Path
) -> None:
    package = imported(written(contract, tmp_path))
    app = package.create_app(Anything(), security=Anything(), base_path="/here")
    response = call(app, "GET", "/here/nowhere")
    assert response.status_code == 404
    assert response.json().keys() == {"error"}


@pytest.mark.parametrize("contract", CONTRACTS, ids=NAMES)
def test_every_operation_has_one_handler_method(contract: Path, tmp_path: Path) -> None:
    package = imported(written(contract, tmp_path))
    document = json.loads((Path(str(package.__file__)).parent / "openapi.json").read_text())
    documented = sum(
        "operationId" in operation
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    )
    hints = get_type_hints(package.Handlers)
    methods = [
        name
        for handler in hints.values()
        for name, member in inspect.getmembers(handler.__origin__)
        if inspect.iscoroutinefunction(member)
    ]
    assert len(methods) == documented


@pytest.mark.parametrize("contract", CONTRACTS, ids=NAMES)
def test_the_same_contract_gives_the_same_bytes(contract: Path) -> None:
    first, second = rendered(contract), rendered(contract)
    assert list(first.files.items()) == list(second.files.items())
    assert not first.findings


def test_what_is_made_of_a_hostile_contract_is_clean(shop_package: Path) -> None:
    config = str(ROOT / "pyproject.toml")
    select = "E,F,W,I,B,UP,D100,D101,D102,D103,D104"
    run("ruff", "check", "--config", config, "--select", select, str(shop_package))
    mypy = ("mypy", "--strict", "--config-file", config, "-p", shop_package.name)
    run(*mypy, cwd=shop_package.parent)


def test_the_runtime_stands_alone() -> None:
    allowed = {*sys.stdlib_module_names, "connexion", "starlette", "msgspec", "jsonschema_rs"}
    for path in (ROOT / "generator/targets/server/runtime").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported_names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                imported_names = [str(node.module)]
            else:
                continue
            assert {name.partition(".")[0] for name in imported_names} <= allowed, path.name


def test_names_are_python_and_types_precise(shop: ModuleType) -> None:
    handler = shop.OrdersHandler
    signature = inspect.signature(handler.get_order)
    assert [str(parameter) for parameter in signature.parameters.values()] == [
        "self",
        "request: 'Request[P]'",
        "class_: 'str'",
        "order_id: 'int'",
        "self_: 'str | None' = None",
        "date: 'date | None' = None",
        "x_shop: 'str'",
        "page_size: 'int' = 10",
        "page_size_2: 'int | None' = None",
        "state: 'models.State | None' = None",
    ]
    assert signature.return_annotation == "Result[models.Order]"
    created = inspect.signature(handler.create_order)
    assert created.parameters["request"].annotation == "Request[P | None]"
    assert created.parameters["body"].annotation == "models.Order | models.Note"
    assert created.return_annotation == "Result[models.Order | None]"
    exported = inspect.signature(handler.export_orders)
    assert exported.parameters["request"].annotation == "Request[None]"
    assert exported.return_annotation == "Result[str | bytes]"
    watched = inspect.signature(handler.watch_orders)
    assert watched.return_annotation == "Result[EventStream[models.Order | models.Note]]"
    lines = inspect.signature(shop.OrderLinesHandler.put_lines)
    assert lines.parameters["body"].annotation == "bytes | None"


DEFAULTS: list[tuple[str, Any]] = [
    ("{type: integer, default: '12'}", None),
    ("{type: integer, default: 1.5}", None),
    ("{type: integer, default: true}", None),
    ("{type: integer, default: {}}", None),
    ("{type: integer, default: 12.0}", 12),
    ("{type: number, default: true}", None),
    ("{type: number, default: 2}", 2),
    ("{type: boolean, default: 'true'}", None),
    ("{type: boolean, default: 1}", None),
    ("{type: boolean, default: true}", True),
    ("{type: string, default: 3}", None),
    ("{type: string, default: ''}", ""),
    ("{type: string, enum: [x, y], default: z}", None),
    ("{type: string, enum: [x, y], default: y}", "y"),
    ("{type: integer, enum: [1, 2], default: true}", None),
    ("{type: integer, enum: [1, 2], default: 2.0}", 2),
    ("{type: array, items: {type: string}, default: {}}", None),
    ("{type: array, items: {type: string}, default: []}", []),
    ("{type: object, additionalProperties: {type: string}, default: []}", None),
    ("{type: object, additionalProperties: {type: string}, default: {}}", {}),
]


def test_a_default_that_does_not_fit_its_type_is_left_out(tmp_path: Path) -> None:
    schemas = [schema for schema, _ in DEFAULTS]
    parameters = "".join(
        f"        - {{name: p{number}, in: query, schema: {schema}}}\n"
        for number, schema in enumerate(schemas)
    )
    members = "".join(f"        p{number}: {schema}\n" for number, schema in enumerate(schemas))
    contract = tmp_path / "openapi.yaml"
    contract.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    post:\n"
        f"      operationId: sendA\n      parameters:\n{parameters}"
        "      requestBody: {content: {application/json: {schema: "
        "{$ref: '#/components/schemas/A'}}}}\n      responses: {'204': {description: Done.}}\n"
        f"components:\n  schemas:\n    A:\n      type: object\n      properties:\n{members}"
    )
    path = written(contract, tmp_path)
    run(
        "mypy",
        "--strict",
        "--config-file",
        str(ROOT / "pyproject.toml"),
        "-p",
        path.name,
        cwd=tmp_path,
    )
    package = imported(path)
    arguments = inspect.signature(package.AHandler.send_a).parameters
    member = package.models.A()
    for number, (schema, expected) in enumerate(DEFAULTS):
        for found in (arguments[f"p{number}"].default, getattr(member, f"p{number}")):
            assert (type(found), found) == (type(expected), expected), schema


@pytest.mark.parametrize("values", [["a", 1.5], [1, 2.5], [True, 0.5], ["a", 1, True]], ids=str)
def test_an_enumeration_takes_each_of_its_values(tmp_path: Path, values: list[Any]) -> None:
    contract = tmp_path / "openapi.yaml"
    contract.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n"
        f"    A: {{type: object, properties: {{v: {{enum: {json.dumps(values)}}}}}}}\n"
    )
    models = imported(written(contract, tmp_path)).models
    for value in values:
        sent = msgspec.json.encode({"v": value})
        assert msgspec.json.decode(sent, type=models.A).v == value


def test_documented_errors_are_classes(shop: ModuleType) -> None:
    error = shop.errors.OrderNotFound("Gone.", {"X-Hint": "a"})
    assert (error.status, error.code, error.message) == (404, "order_not_found", "Gone.")
    assert error.headers == {"X-Hint": "a"}
    assert shop.errors.Conflict("Taken.").status == 409


def test_a_union_that_msgspec_cannot_tell_apart_is_reported() -> None:
    [finding] = rendered(SHOP).findings
    assert finding.code == "GEN-050"
    assert "oneOf" in SHOP.read_text().splitlines()[finding.position.line - 1]


class Shop:
    """All handlers in one."""

    def __init__(self, shop: ModuleType) -> None:
        self.shop = shop
        self.bodies: list[Any] = []

    def order(self, **members: Any) -> Any:
        runtime = imported_runtime(self.shop)
        moment = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
        return self.shop.models.Order(
            id="o1",
            class_="a",
            placed_at=runtime.Timestamp.of(moment),
            payment=self.shop.models.Card(number="1"),
            **members,
        )

    async def get_order(self, request: Any, class_: str, order_id: int, **query: Any) -> Any:
        if order_id == 2:
            raise self.shop.errors.OrderNotFound("No such order.")
        return self.order(note=None, parent=self.order())

    async def create_order(self, request: Any, *, body: Any) -> Any:
        self.bodies.append(body)
        return self.order()

    async def export_orders(self, request: Any) -> Any:
        return "id\n1\n"

    async def watch_orders(self, request: Any) -> Any:
        runtime = imported_runtime(self.shop)

        async def events() -> AsyncIterator[Any]:
            yield runtime.ServerSentEvent(self.order(), event="order")
            yield runtime.ServerSentEvent(self.shop.models.Note(text="end"), event="note")

        return runtime.EventStream(events())

    async def put_lines(self, request: Any, order: str, *, body: bytes | None = None) -> None:
        self.bodies.append(body)


class Known:
    """Knows everybody."""

    async def token(self, token: str, request: Any) -> str:
        return token


def imported_runtime(package: ModuleType) -> Any:
    return importlib.import_module(f"{package.__name__}.runtime")


def served(shop: ModuleType) -> tuple[Any, Shop]:
    handler = Shop(shop)
    handlers = shop.Handlers(orders=handler, order_lines=handler)
    return shop.create_app(handlers, security=Known()), handler


SENT = {
    "id": "o1",
    "class": "a",
    "placedAt": "2026-01-02T03:04:05.678Z",
    "payment": {"number": "1"},
}


def test_a_made_package_serves_its_contract(shop: ModuleType) -> None:
    app, _ = served(shop)
    response = call(app, "GET", "/base/v1/orders/a/1?state=new", headers={"X-Shop": "x"})
    assert response.json() == {**SENT, "note": None, "parent": SENT}
    missing = call(app, "GET", "/base/v1/orders/a/2", headers={"X-Shop": "x"})
    assert missing.status_code == 404
    assert missing.json() == {"error": {"code": "order_not_found", "message": "No such order."}}
    assert call(app, "GET", "/base/v1/orders/a/1").status_code == 400
    assert call(app, "GET", "/base/v1/orders/export").text == "id\n1\n"
    watched = call(app, "GET", "/base/v1/orders/watch").text
    assert watched.startswith('event: order\ndata: {"id":"o1"')
    assert watched.endswith('event: note\ndata: {"text":"end"}\n\n')


def test_a_made_package_takes_its_bodies(shop: ModuleType) -> None:
    app, handler = served(shop)
    sent = {name: value for name, value in SENT.items() if name != "id"}
    body = {**sent, "datetime": "2026-01-02T03:04:05Z", "count": "1", "tree": [[], [[]]]}
    assert call(app, "POST", "/base/v1/orders", json=body).status_code == 201
    [order] = handler.bodies
    assert isinstance(order, shop.models.Order)
    assert (order.id, order.class_, order.count, order.state) == (None, "a", "1", "new")
    assert order.placed_at == datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    assert order.datetime_ == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert order.payment == {"number": "1"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    call(app, "POST", "/base/v1/orders", content="text=a+b", headers=form)
    assert handler.bodies[1] == shop.models.Note(text="a b")
    binary = {"Content-Type": "application/octet-stream"}
    response = call(app, "PUT", "/base/v1/orders/1/lines", content=b"\x00", headers=binary)
    assert response.status_code == 204
    assert handler.bodies[2] == b"\x00"


def test_every_finding_of_the_target_is_explained() -> None:
    sources = (ROOT / "generator/targets/server").glob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in sources if path.stem != "explanations"]
    codes = {code for text in texts for code in re.findall(r"GEN-\d{3}", text)}
    assert codes
    for code in codes:
        assert str(explanation(code)).startswith(code)
