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
    """An ASGI application that passes everything on to `origin`, and changes what is said."""

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
        told = Told(
            request.method,
            request.url.path,
            json.loads(sent) if sent else None,
            answer.status_code,
            answer.json() if answer.content else None,
        )
        self.tell(told)
        content = json.dumps(told.body) if told.body is not None else b""
        response = Response(content, told.status, _kept(answer.headers.items()))
        await response(scope, receive, send)


def _kept(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in _OF_A_CONNECTION}
