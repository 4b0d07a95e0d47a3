"""Rate limits of what writes, on a library that books can be added to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse

from conformance.contract import Contract, load
from conformance.judging import judge_all
from conformance.rules import rules_of
from conformance.session import opened
from conformance.target import Target
from tests.conformance.conftest import CONTRACT, listening
from tests.conformance.library_input import Refusal
from tests.conformance.library_server import Library, error

ADDING = """
    post:
      operationId: addBook
      x-rate-limit: true
      requestBody:
        content: {application/json: {schema: {type: object}, example: {title: Emma}}}
      responses:
        '201': {description: It is there., content: {application/json: {schema: {type: object}}}}
        '429': {$ref: '#/components/responses/TooMany'}
"""


@dataclass(frozen=True)
class WritableLibrary:
    """A library that takes books, and counts that or not."""

    library: Library
    counts_writes: bool

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"] != "/api/books":
            await self.library(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            key = self.library.admitted(request)
            headers = await self.library.spent(key, "/books") if self.counts_writes else {}
            answer = JSONResponse({"title": "Emma"}, 201, headers)
        except Refusal as refusal:
            answer = error(refusal.status, refusal.code, refusal.message)
            answer.headers.update(refusal.headers)
        await answer(scope, receive, send)


def with_adding(text: str) -> str:
    """The library's contract with an operation that adds a book."""
    return text.replace("  /books:\n", "  /books:" + ADDING, 1)


@contextmanager
def served(*bugs: str) -> Iterator[Target]:
    library = Library()
    with listening(WritableLibrary(library, "free-writes" not in bugs)) as url:
        yield Target(f"{url}/api", f"{url}/_control", library.token, writes=True)


@pytest.fixture
def writable(tmp_path: Path) -> Contract:
    file = tmp_path / "openapi.yaml"
    file.write_text(with_adding(CONTRACT.read_text("utf-8")))
    return load(str(file), tmp_path)


@pytest.mark.parametrize(
    ("bug", "outcome", "message"),
    [
        ("", "pass", ""),
        ("free-writes", "fail", "addBook with an empty bucket is answered with 201, not 429."),
    ],
)
def test_a_write_that_is_not_limited_is_caught(
    writable: Contract, bug: str, outcome: str, message: str
) -> None:
    with served(bug) as target, opened(writable, target) as session:
        rules = [rule for rule in rules_of("rate_limits") if rule.id == "RAT-014"]
        (found,) = judge_all(session, rules)
    assert (found.outcome, found.message) == (outcome, message)
