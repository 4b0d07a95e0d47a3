"""Every vector against the generated Python client, synchronous and asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from generator.model import Api, Array, Schema
from generator.model.vectors import Delivery, Response, Vector
from generator.targets.definitions import at
from tests.vectors.comparison import comparable, documented, moments
from tests.vectors.contracts import APIS, contract, every_vector, vectors
from tests.vectors.python_calls import Package, Wire, arguments, called, failure, method, outcome

Packages = Callable[[str], Package]

VECTORS = [
    pytest.param(name, vector, id=f"{name}: {vector['operation']}: {vector['name']}")
    for name, vector in every_vector()
]
DELIVERIES = [
    pytest.param(name, delivery, id=f"{name}: {delivery['name']}")
    for name in APIS
    for delivery in vectors(name)["webhooks"]
]


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(("name", "vector"), VECTORS)
def test_a_call_sends_the_request_and_gives_what_the_answer_means(
    packages: Packages, name: str, vector: Vector, asynchronous: bool
) -> None:
    package = packages(name)

    async def run() -> None:
        for response in vector["responses"]:
            wire = Wire(response)
            function = method(package.client(wire, asynchronous=asynchronous), vector)
            given = arguments(function, vector)
            gained = await outcome(package, function, given)
            where = f"{vector['position']} → {response['name']} ({response['position']})"
            assert wire.requests == [comparable(vector["request"])], where
            check(gained, response, vector, contract(name), where)
            if "value" in response:
                raw = getattr(function.__self__.with_raw_response, function.__name__)
                whole = await called(raw, given, like=function)
                assert whole.text == response["text"], where

    asyncio.run(run())


@pytest.mark.parametrize(("name", "delivery"), DELIVERIES)
def test_a_delivery_is_an_event_or_an_error(
    packages: Packages, name: str, delivery: Delivery
) -> None:
    package = packages(name)
    gained: dict[str, Any] = {}
    body = delivery["text"].encode()
    try:
        event = package.part("webhooks").verify(
            body, delivery["headers"], secret=delivery["secrets"], now=delivery["now"]
        )
    except package.module.APIError as error:
        gained["error"] = failure(error)
    else:
        unknown = isinstance(event, package.module.Unknown)
        assert unknown == (delivery["event"] is None)
    assert gained.get("error", {}).get("class") == delivery.get("error", {}).get("class")
    if not gained:
        told = package.part("_runtime.values").decode(body, Any)
        whole, listed = moments(told), moments(known_event(contract(name), delivery, told))
        assert moments(package.plain(event)) in (whole, listed)


def check(gained: dict[str, Any], response: Response, vector: Vector, api: Api, where: str) -> None:
    """What came of an answer is what its vector says; unknown members need not be kept."""
    expected = {name: response[name] for name in OUTCOMES if name in response}  # type: ignore[literal-required]  # of these
    assert gained.keys() == expected.keys(), (where, gained)
    if "error" in expected:
        told = {**gained["error"], "message": response["error"].get("message")}
        assert gained["error"]["message"], where
        if told["message"]:
            assert gained["error"]["message"] == told["message"], where
        assert told == {"message": None, **response["error"]}, where
    if "events" in expected:
        without_ids = [
            {key: value for key, value in event.items() if key != "id" or value}
            for event in gained["events"]
        ]
        assert without_ids in (
            expected["events"],
            [documented_event(vector, api, event) for event in expected["events"]],
        ), where
    if "value" in expected:
        schema = success(vector, api)
        value = expected["value"]
        assert moments(gained["value"]) in (
            moments(value),
            moments(documented(api, schema, value)),
        ), where
    if "page" in expected:
        rows = rows_schema(vector, api)
        listed = [documented(api, rows, row) for row in expected["page"]["rows"]]
        assert gained["page"]["next"] == expected["page"]["next"], where
        assert moments(gained["page"]["rows"]) in (
            moments(expected["page"]["rows"]),
            moments(listed),
        ), where


OUTCOMES = ("value", "page", "events", "error")


def success(vector: Vector, api: Api) -> Schema | None:
    """The schema of the first success of an operation."""
    operation = next(each for each in api.operations if each.id == vector["operation"])
    answer = operation.success
    return answer.media[0].schema if answer and answer.media else None


def documented_event(vector: Vector, api: Api, event: dict[str, Any]) -> dict[str, Any]:
    """An event without the members that the contract does not list."""
    operation = next(each for each in api.operations if each.id == vector["operation"])
    stream = operation.success.media[0].stream if operation.success else None
    schema = stream.events.get(event["event"]) if stream else None
    return {**event, "data": documented(api, schema, event["data"])}


def rows_schema(vector: Vector, api: Api) -> Schema | None:
    """The schema of the rows of a list."""
    operation = next(each for each in api.operations if each.id == vector["operation"])
    schema = success(vector, api)
    path = operation.pagination.results if operation.pagination else ()
    found = at(api, schema, path)
    return found.type.items if path and found and isinstance(found.type, Array) else None


def known_event(api: Api, delivery: Delivery, told: Any) -> Any:
    """An event without the members that the contract does not list."""
    hook = next((each for each in api.webhooks if each.name == delivery["event"]), None)
    return documented(api, hook.body.media[0].schema if hook else None, told)
