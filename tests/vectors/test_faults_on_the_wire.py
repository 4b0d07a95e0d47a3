"""Every operation of the four APIs against the reference server, over a wire that breaks.

What may be sent again is, until the server answers; what may not is an error that says so, and is
executed once at most. Nobody waits: the client sleeps by a clock that only counts.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pytest

from generator.model import Operation
from generator.model.vectors import Vector
from tests.python_client.scripted import FakeClock
from tests.vectors.contracts import APIS, contract
from tests.vectors.faulty_proxy import PASSES_ON, Fault, Proxy, faulty_proxy
from tests.vectors.python_calls import Package, arguments, method, outcome
from tests.vectors.reference_server import Reference

pytestmark = pytest.mark.xdist_group("reference server of the vectors")

Packages = Callable[[str], Package]

TENANT = "on-the-wire"
IDEMPOTENT = {"get", "put", "delete"}
RETRIES = 2
REFUSED = {
    "authorize": "InvalidRequestError",
    "issueToken": "InvalidClientError",
}
"""What the server answers where its answer is no success: the vectors' app is not registered."""

GONE = {
    "deleteContact": "ContactNotFoundError",
    "deleteArticle": "ArticleNotFoundError",
    "deleteWebhook": "WebhookNotFoundError",
}
"""The same, where it has done already what it was asked to."""

FAULTS = [fault for fault in Fault if fault is not Fault.STALLED]


@pytest.fixture(scope="module")
def proxy(reference: Reference) -> Iterator[Proxy]:
    with faulty_proxy(reference.port) as running:
        yield running


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.lower())
@pytest.mark.parametrize("name", APIS)
def test_every_operation_with_one_fault(
    packages: Packages, reference: Reference, proxy: Proxy, name: str, fault: Fault
) -> None:
    faults = itertools.repeat(fault)
    asyncio.run(drive(packages(name), reference, proxy, faults, asynchronous=False))


@pytest.mark.parametrize("offset", range(2))
@pytest.mark.parametrize("name", APIS)
def test_every_operation_awaited_with_faults_in_turn(
    packages: Packages, reference: Reference, proxy: Proxy, name: str, offset: int
) -> None:
    faults = itertools.islice(itertools.cycle(FAULTS), offset, None)
    asyncio.run(drive(packages(name), reference, proxy, faults, asynchronous=True))


async def drive(
    package: Package,
    reference: Reference,
    proxy: Proxy,
    faults: Iterator[Fault],
    *,
    asynchronous: bool,
) -> None:
    """Call every operation once, each with a fault, and count what the server was asked."""
    api = contract(package.vectors["api"])
    key = reference.key(api.name, TENANT)
    ids = planted(reference, api.name, key)
    clock = FakeClock()
    client = wired(package, reference, proxy, key["key"], clock, asynchronous=asynchronous)
    known = {each["request_id"] for each in journal(reference)}
    everything: Counter[tuple[str, str]] = Counter()
    for operation, fault in zip(driven(api.operations), faults, strict=False):
        vector = addressed(first_vector(package, operation), operation, ids)
        proxy.expect([fault] * RETRIES)
        proxy.passed.clear()
        clock.slept.clear()
        function = method(client, vector)
        gained = await outcome(package, function, arguments(function, vector))
        judge(operation, fault, gained, proxy, clock)
        everything.update(proxy.passed)
    since = [each for each in journal(reference) if each["request_id"] not in known]
    assert Counter((each["method"], quote(each["path"])) for each in since) == everything
    await closed(client)


def judge(
    operation: Operation, fault: Fault, gained: Mapping[str, Any], proxy: Proxy, clock: FakeClock
) -> None:
    """A call did what it may: neither more often, nor less."""
    where = (operation.id, fault, gained)
    raised = gained.get("error", {}).get("class")
    executed, waits = len(proxy.passed), len(clock.slept)
    answered = REFUSED.get(operation.id)
    if fault is Fault.DRIBBLED:
        assert (raised, executed, waits) == (answered, 1, 0), where
    elif fault is Fault.RATE_LIMITED:
        assert (raised, executed, clock.slept) == (answered, 1, [3, 3]), where
    elif operation.method in IDEMPOTENT:
        often = 1 + RETRIES if fault in PASSES_ON else 1
        answered = GONE.get(operation.id, answered) if often > 1 else answered
        assert (raised, executed, waits) == (answered, often, RETRIES), where
    else:
        expected = "InternalServerError" if fault is Fault.UNAVAILABLE else "APIConnectionError"
        assert (raised, executed, waits) == (expected, int(fault in PASSES_ON), 0), where


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_an_answer_that_does_not_end_is_a_timeout(
    packages: Packages, reference: Reference, asynchronous: bool
) -> None:
    package = packages("haleai")

    async def run(proxy: Proxy) -> None:
        key = reference.key("haleai")["key"]
        client = wired(package, reference, proxy, key, FakeClock(), asynchronous=asynchronous)
        proxy.expect([Fault.STALLED])
        listed = client.with_options(max_retries=0, timeout=0.2).contacts.list()
        with pytest.raises(package.module.APITimeoutError):
            await listed if asynchronous else listed.first_page
        await closed(client)

    with faulty_proxy(reference.port) as proxy:
        asyncio.run(run(proxy))


def wired(
    package: Package,
    reference: Reference,
    proxy: Proxy,
    key: str,
    clock: FakeClock,
    *,
    asynchronous: bool,
) -> Any:
    """A client whose requests go over the proxy."""
    name = package.vectors["api"]
    made = getattr(package.module, ("Async" if asynchronous else "") + package.title)
    credential = dict.fromkeys(package.vectors["credentials"], key)
    base_url = f"http://127.0.0.1:{proxy.port}{reference.paths[name]}"
    return made(**credential, base_url=base_url, max_retries=RETRIES, clock=clock)


async def closed(client: Any) -> None:
    """Close a client of either flavour."""
    done = client.close()
    if done is not None:
        await done


def driven(operations: tuple[Operation, ...]) -> list[Operation]:
    """The operations, those that end what others need at the end."""
    last = ["deleteContact", "deleteArticle", "deleteWebhook", "closeWorkspace", "restoreWorkspace"]
    return sorted(operations, key=lambda each: last.index(each.id) + 1 if each.id in last else 0)


def first_vector(package: Package, operation: Operation) -> Vector:
    """The first vector of an operation."""
    return next(each for each in package.vectors["vectors"] if each["operation"] == operation.id)


def planted(reference: Reference, name: str, key: Mapping[str, Any]) -> dict[str, str]:
    """Rows that calls can speak of, by the path of their list, or the member that names them."""

    def insert(collection: str, **values: str) -> str:
        body = {"api": name, "tenant": TENANT, "collection": collection, "insert": 1}
        return str(reference.ask("rows", {**body, "values": values})["ids"][0])

    match name:
        case "haloagents":
            series, user = insert("series"), insert("users")
            return {"org_id": key["org_id"], "series_id": series, "enrolled": user}
        case "aloha":
            return {"/v1/posts": insert("posts"), "/v1/matrix": insert("matrices")}
        case "leadiosa":
            contact, webhook = insert("contacts"), insert("webhooks")
            return {
                "/contacts": contact,
                "contact_id": contact,
                "/webhooks": webhook,
                "/conversations": insert("conversations", status="open", contact_id=contact),
                "/knowledge": insert("knowledge"),
            }
    return {f"/{rows}": insert(rows) for rows in ("contacts", "leads", "deals")}


def addressed(vector: Vector, operation: Operation, ids: Mapping[str, str]) -> Vector:
    """The vector, speaking of rows that are there."""
    parameters = dict(vector["call"]["parameters"])
    for parameter in operation.parameters:
        rows = operation.path.partition(f"/{{{parameter.name}}}")[0]
        place = rows if parameter.location == "path" else parameter.name
        if place in ids:
            parameters[parameter.name] = ids[place]
    body = vector["call"].get("body")
    if not isinstance(body, dict):
        return {**vector, "call": {"parameters": parameters}}
    named = {name: ids[name] for name in ("contact_id", "series_id") if name in {*body} & {*ids}}
    named |= {"user_id": ids["enrolled"]} if "series_id" in named else {}
    return {**vector, "call": {"parameters": parameters, "body": {**body, **named}}}


def journal(reference: Reference) -> list[dict[str, Any]]:
    """The latest requests that the server answered, oldest first."""
    entries: list[dict[str, Any]] = reference.ask("requests")["requests"]
    return entries
