"""Examples of calls: what is shown of each method can be run, and sends what the document takes."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import httpx2

from tests.python_client.language.conftest import Client, MakeClient

ORDERS = """
paths:
  /orders/{id}:
    put:
      operationId: replaceOrder
      tags: [orders]
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}, example: first}
      requestBody:
        required: true
        content: {application/json: {schema: <Order>}}
      responses: {'204': <OK>}
    patch:
      operationId: updateOrder
      tags: [orders]
      parameters: [{name: id, in: path, required: true, schema: {type: integer}, example: 7}]
      requestBody:
        required: true
        content:
          application/json:
            schema: <Order>
            example:
              placed: '2026-05-01T00:00:00Z'
              buyer: {name: Ann}
              paid: {kind: cash, coins: [{value: 2}]}
      responses: {'204': <OK>}
  /parcels:
    post:
      operationId: createParcels
      tags: [parcels]
      requestBody:
        required: true
        content: {application/json: {schema: {type: array, items: <Coin>}}}
      responses: {'204': <OK>}
    put:
      operationId: replaceParcels
      tags: [parcels]
      requestBody: {required: true, content: {application/xml: {schema: <Coin>}}}
      responses: {'204': <OK>}
components:
  schemas:
    Order:
      type: object
      required: [placed, buyer, paid]
      properties:
        placed: {type: string, format: date-time}
        buyer: <Buyer>
        paid: {oneOf: [<Card>, <Cash>], discriminator: {propertyName: kind}}
        note: {type: string}
    Buyer:
      type: object
      required: [name, level]
      properties: {name: {type: string}, level: {enum: [low, high]}}
    Card:
      type: object
      required: [kind, number]
      properties: {kind: {const: card}, number: {type: string}}
    Cash:
      type: object
      required: [kind]
      properties: {kind: {const: cash}, coins: {type: array, items: <Coin>}}
    Coin: {type: object, required: [value], properties: {value: {type: integer, minimum: 1}}}
"""


def example(folder: Path, call: str) -> str:
    """What the package's own reference shows of a call."""
    text = (folder / "sample" / "REFERENCE.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (found,) = (each for each in blocks if f"{call}(" in each and ") -> " not in each)
    return str(found)


def sent(client: Client, folder: Path, call: str) -> httpx2.Request:
    """What the example of a call sends."""
    known: dict[str, Any] = {name: getattr(client.types, name) for name in client.types.__all__}
    api = client.answers(httpx2.Response(204))
    exec(example(folder, call), {**known, "client": api, "datetime": dt.datetime})  # noqa: S102
    return client.sent


def test_what_has_no_example_is_made_up_by_its_type(sample: MakeClient, tmp_path: Path) -> None:
    request = sent(sample(ORDERS), tmp_path, "orders.replace")
    assert request.url.path == "/orders/1"
    assert json.loads(request.content) == {
        "placed": "2026-01-01T00:00:00Z",
        "buyer": {"name": "…", "level": "low"},
        "paid": {"kind": "card", "number": "…"},
    }


def test_what_an_example_leaves_out_is_made_up(sample: MakeClient, tmp_path: Path) -> None:
    request = sent(sample(ORDERS), tmp_path, "orders.update")
    assert request.url.path == "/orders/7"
    assert json.loads(request.content) == {
        "placed": "2026-05-01T00:00:00Z",
        "buyer": {"name": "Ann", "level": "low"},
        "paid": {"kind": "cash", "coins": [{"value": 2}]},
    }


def test_a_whole_body_is_made_up_too(sample: MakeClient, tmp_path: Path) -> None:
    client = sample(ORDERS)
    assert json.loads(sent(client, tmp_path, "parcels.create").content) == []
    assert sent(client, tmp_path, "parcels.replace").content == "…".encode()


def test_what_is_made_up_is_small(sample: MakeClient, tmp_path: Path) -> None:
    """Eight members each of eight, seven times over, are two million values."""
    text = """
paths:
  /orders:
    post:
      operationId: createOrders
      tags: [orders]
      requestBody: {required: true, content: {application/json: {schema: <S0>}}}
      responses: {'204': <OK>}
components:
  schemas:
"""
    members = [f"p{number}" for number in range(8)]
    for level in range(7):
        kind = f"<S{level + 1}>" if level < 6 else "{type: string}"
        typed = ", ".join(f"{member}: {kind}" for member in members)
        required = ", ".join(members)
        text += f"    S{level}: {{required: [{required}], properties: {{{typed}}}}}\n"
    sample(text)
    assert len(example(tmp_path, "orders.create")) < 50_000
