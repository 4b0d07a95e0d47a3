"""Vectors as calls of a generated Python client, and what comes of them as JSON again."""

from __future__ import annotations

import collections.abc
import datetime as dt
import inspect
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import httpx2

from generator.model.vectors import Response, Vector, Vectors
from generator.targets.python_source import identifier
from tests.vectors.comparison import received


@dataclass
class Wire:
    """Answers every request with one answer, and remembers what was asked."""

    answer: Response
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        target = request.url.raw_path.decode()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.requests.append(received(request.method, target, headers, request.content))
        content = self.answer["text"].encode()
        return httpx2.Response(
            self.answer["status"], headers=self.answer["headers"], content=content
        )


@dataclass(frozen=True)
class Package:
    """A generated package, and the vectors of its API."""

    module: ModuleType
    title: str
    vectors: Vectors

    def part(self, name: str) -> Any:
        """A module of the package."""
        return __import__(f"{self.module.__name__}.{name}", fromlist=["part"])

    def client(self, wire: Wire, *, asynchronous: bool) -> Any:
        """A client that `wire` answers."""
        transport = httpx2.MockTransport(wire)
        http = httpx2.AsyncClient if asynchronous else httpx2.Client
        made = getattr(self.module, ("Async" if asynchronous else "") + self.title)
        credentials = self.vectors["credentials"]
        base_url = self.vectors["base_url"]
        return made(
            **credentials, base_url=base_url, max_retries=0, http_client=http(transport=transport)
        )

    def plain(self, value: Any) -> Any:
        """A value as the JSON that it would be sent as."""
        return self.part("_runtime.values").to_wire(value)


def method(client: Any, vector: Vector) -> Any:
    """The method that a vector calls."""
    for name in vector["resource"]:
        client = getattr(client, name)
    return getattr(client, vector["method"])


def arguments(function: Any, vector: Vector) -> dict[str, Any]:
    """The arguments of the call, typed as the method declares them."""
    call = vector["call"]
    given = {**call["parameters"]}
    body: Any = call.get("body", {})
    members = {identifier(wire) for wire in body} if isinstance(body, dict) else {"not an object"}
    spread = members <= inspect.signature(function).parameters.keys()
    given |= body if spread else {"body": body}
    kinds = typing.get_type_hints(function)
    named = {identifier(wire): value for wire, value in given.items()}
    return {name: typed(kinds[name], value) for name, value in named.items()}


def typed(kind: Any, value: Any) -> Any:
    """JSON as a value of the declared type of an argument."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    structs = [each for each in inner if hasattr(each, "__struct_fields__")]
    if isinstance(value, str) and dt.datetime in (kind, *inner):
        return dt.datetime.fromisoformat(value)
    if isinstance(value, str) and dt.date in (kind, *inner):
        return dt.date.fromisoformat(value)
    if isinstance(value, dict) and structs:
        return structs[0](**{identifier(name): member for name, member in value.items()})
    if isinstance(value, list) and origin is collections.abc.Sequence:
        return [typed(inner[0] | None, element) for element in value]
    if isinstance(value, list | dict) and inner:
        return typed(inner[0], value)
    return value


async def called(function: Any, given: Mapping[str, Any], like: Any = None) -> Any:
    """What a function gives, awaited where it is a coroutine; `like` has its signature."""
    parameters = inspect.signature(like or function).parameters
    either = inspect.Parameter.POSITIONAL_OR_KEYWORD
    positional = [name for name in given if parameters[name].kind is either]
    named = {name: value for name, value in given.items() if name not in positional}
    result = function(*[given[name] for name in positional], **named)
    return await result if inspect.iscoroutine(result) else result


async def outcome(package: Package, function: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a call gives: its value, page or events, and its error, as JSON."""
    gained: dict[str, Any] = {}
    try:
        result = await called(function, given)
        if hasattr(result, "pages"):
            page = result.first_page
            page = await page if inspect.isawaitable(page) else page
            rows = [package.plain(row) for row in page.items]
            gained["page"] = {"rows": rows, "next": page.next_cursor}
        elif hasattr(result, "close"):
            gained["events"] = []
            async for event in events(result):
                gained["events"].append(package.plain(event))
        else:
            gained["value"] = package.plain(result)
    except package.module.APIError as error:
        gained["error"] = failure(error)
    return gained


async def events(stream: Any) -> collections.abc.AsyncIterator[Any]:
    """The events of a stream of either flavour."""
    if hasattr(stream, "__aiter__"):
        async for event in stream:
            yield event
    else:
        for event in stream:
            yield event


def failure(error: Any) -> dict[str, Any]:
    """An error as vectors write it."""
    return {
        "class": type(error).__name__,
        "code": getattr(error, "code", ""),
        "request_id": getattr(error, "request_id", ""),
        "retry_after": getattr(error, "retry_after", None),
        "message": error.message,
    }
