"""Calling every operation of a stub, and what is wrong with the answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from generator.contracts import Contract
from generator.document import load
from generator.document.bundling import bundled
from generator.stub.app import Stub, build_stub
from generator.stub.validity import Validity
from generator.targets.server.runtime.document import Document, Location
from generator.targets.server.runtime.media_types import best_match, is_json
from tests.stub.valid_requests import RequestMaker, UnmadeError


@dataclass
class Called:
    """What came of calling operations: how many, and for each that went wrong why."""

    operations: int = 0
    faults: list[str] = field(default_factory=list)
    unmade: list[str] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)


def stub_of(text: str, folder: Path, name: str = "spec.yaml") -> Stub:
    """The stub of a document given as text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return build_stub(Contract(path.stem, path))


def client(stub: Stub) -> httpx2.AsyncClient:
    """A client of a stub, in process; its paths are below the base path."""
    assert stub.app is not None, stub.findings
    transport = httpx2.ASGITransport(app=stub.app)
    return httpx2.AsyncClient(transport=transport, base_url=f"http://stub.test{stub.base_path}")


def ask(stub: Stub, method: str, target: str, **more: Any) -> httpx2.Response:
    """One call of a stub."""

    async def call() -> httpx2.Response:
        async with client(stub) as http:
            return await http.request(method, target, **more)

    return asyncio.run(call())


def call_all(path: Path, *, whole: bool, prefer: str = "") -> Called:
    """Call every operation of the stub of a contract with a valid request.

    `whole`: with all parameters instead of the required ones.
    """
    stub = build_stub(Contract("spec", path))
    specification = load(path)
    document = Document(bundled(specification, specification.documents).document)
    return asyncio.run(_call_all(stub, document, whole=whole, prefer=prefer))


async def _call_all(stub: Stub, document: Document, *, whole: bool, prefer: str) -> Called:
    called = Called()
    maker = RequestMaker(document)
    answers = Document(document.view("response"))
    validity = Validity(answers)
    places = {(path, method): place for path, method, _, place in answers.operations()}
    async with client(stub) as http:
        for path, method, item, place in maker.document.operations():
            name = f"{method} {path}"
            called.operations += 1
            try:
                request = maker.request(path, method, item, place, whole=whole)
            except UnmadeError as reason:
                called.unmade.append(f"{name}: {reason}")
                continue
            headers = {**request.headers, **({"prefer": prefer} if prefer else {})}
            raw = [(key.encode(), value.encode()) for key, value in headers.items()]
            answer = await http.request(method, request.target, headers=raw, content=request.body)
            called.statuses[answer.status_code] = called.statuses.get(answer.status_code, 0) + 1
            for fault in _faults(answers, validity, places[path, method], answer):
                called.faults.append(f"{name}: {answer.status_code} {fault} {answer.text[:200]}")
    return called


def _faults(
    document: Document, validity: Validity, place: Location, answer: httpx2.Response
) -> Iterator[str]:
    documented = place.value.get("responses", {})
    if not documented:
        return
    if answer.status_code >= 500:
        yield "is no answer to a valid request"
    keys = (str(answer.status_code), f"{answer.status_code // 100}XX", "default")
    key = next((key for key in keys if key in documented), None)
    if key is None:
        yield "is not documented"
        return
    response = document.child(place, "responses", key)
    content = {
        name.partition(";")[0].strip().lower(): name for name in response.value.get("content", {})
    }
    if not answer.content:
        if content and answer.status_code not in {204, 205, 304}:
            yield "has no body"
        return
    essence = answer.headers["content-type"].partition(";")[0]
    match = best_match(essence, content)
    if match is None:
        yield f"has the undocumented type {essence}"
        return
    media = document.child(response, "content", content[match])
    if is_json(essence) and "schema" in media.value:
        schema = document.child(media, "schema")
        for where, keyword in validity.faults(schema, json.loads(answer.content)):
            yield f"breaks {keyword} at {where}"
