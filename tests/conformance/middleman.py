"""A server between the suite and another one, that changes what is asked or what is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.requests import Request
from starlette.responses import Response

Query = dict[str, str]
_OF_A_CONNECTION = {"content-length", "connection", "transfer-encoding", "host", "date"}


@dataclass(slots=True)
class Told:
    """What was asked, and the status and JSON that are told; those may be changed."""

    method: str
    path: str
    asked: Any
    status: int
    body: Any


def as_asked(query: Query) -> Query:
    """Change nothing."""
    return query


def as_told(_: Told) -> None:
    """Change nothing."""


@dataclass(frozen=True, slots=True)
class Middleman:
    """An ASGI application that passes everything on to `origin`, and changes what is said.

    What is no JSON, streams for instance, is passed on whole and as it is.
    """

    origin: str
    ask: Callable[[Query], Query] = as_asked
    tell: Callable[[Told], None] = as_told

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer as the other server does, all but what is changed."""
        request = Request(scope, receive)
        sent = await request.body()
        async with httpx2.AsyncClient(trust_env=False, timeout=30) as client:
            answer = await client.request(
                request.method,
                self.origin + scope["raw_path"].decode(),
                params=self.ask(dict(request.query_params)) or None,
                headers=_kept(request.headers.items()),
                content=sent or None,
            )
        headers = _kept(answer.headers.items())
        response = Response(answer.content, answer.status_code, headers)
        if "json" in answer.headers.get("content-type", "") or not answer.content:
            asked = json.loads(sent) if sent else None
            body = answer.json() if answer.content else None
            told = Told(request.method, request.url.path, asked, answer.status_code, body)
            self.tell(told)
            content = json.dumps(told.body) if told.body is not None else b""
            response = Response(content, told.status, headers)
        await response(scope, receive, send)


def _kept(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in _OF_A_CONNECTION}
