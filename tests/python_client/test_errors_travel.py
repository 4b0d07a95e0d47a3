"""Every error of every package pickles and copies, whatever it says."""

from __future__ import annotations

import copy
import importlib
import json
import pickle
from collections.abc import Iterator
from itertools import product
from types import ModuleType
from typing import Any

import pytest

from tests.python_client.distributions import APIS, PROJECT
from tests.python_client.packages import imported, write_package

WORDS = [(["", "", ""], 200), (["snow \u2603\n\0", "'quoted\"", "req/1"], 529)]


@pytest.fixture(scope="module", params=APIS)
def package(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ModuleType]:
    document = PROJECT / "openapi" / request.param / "openapi.yaml"
    distribution = write_package(document, request.param, tmp_path_factory.mktemp("client"))
    with imported(distribution, request.param) as module:
        yield module


def classes(package: ModuleType) -> list[type[Exception]]:
    """Every error class of the package, those of its optional modules too."""
    found: dict[str, type[Exception]] = {}
    for name in ("errors", "oauth", "webhooks"):
        try:
            module = importlib.import_module(f"{package.__name__}.{name}")
        except ModuleNotFoundError:
            continue
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, package.APIError):
                found[value.__qualname__] = value
    return list(found.values())


def made(package: ModuleType, kind: Any, words: list[str], status: int) -> Exception:
    message, code, request_id = words
    asked = package.RequestInfo("GET", f"https://api.test/{code}?q=1")
    headers = package.Headers([("Retry-After", "7"), ("X-Request-Id", request_id)])
    body = {"error": {"code": code, "message": message}}
    response = package.Response(status, headers, json.dumps(body).encode(), asked, 0.5, 1e9)
    error: Exception
    if issubclass(kind, package.APIStatusError):
        error = kind(message, response, body, code, request_id)
    elif issubclass(kind, package.APIResponseError):
        error = kind(message, response)
    elif issubclass(kind, package.APIConnectionError):
        error = kind(message, asked, sent=status % 2 == 0)
    else:
        error = kind(message)
    return error


def told(error: Exception) -> dict[str, Any]:
    names = [
        "message",
        "code",
        "request_id",
        "status_code",
        "retry_after",
        "request",
        "sent",
        "body",
    ]
    return {name: getattr(error, name, None) for name in names} | {"text": str(error)}


def test_every_error_pickles_and_copies(package: ModuleType) -> None:
    found = classes(package)
    assert len(found) > 20
    for kind, (words, status) in product(found, WORDS):
        error = made(package, kind, words, status)
        for protocol in (2, pickle.HIGHEST_PROTOCOL):
            twin = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301  our own bytes
            assert type(twin) is kind
            assert told(twin) == told(error)
        for twin in (copy.copy(error), copy.deepcopy(error)):
            assert type(twin) is kind
            assert told(twin) == told(error)
