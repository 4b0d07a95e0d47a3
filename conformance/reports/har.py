"""Everything that went over the wire, as an HTTP archive (HAR 1.2), without the secrets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.exchange import Exchange, Pairs, Request
from conformance.results import Report

_MOST_TEXT = 20_000


def har(report: Report) -> str:
    """The archive: an entry a request, in the order in which they were sent, one a line.

    Secrets are taken out of each entry, which is short: there are hundreds of both.
    """
    start = datetime.fromisoformat(report.started)
    creator = json.dumps({"name": "fourfold", "version": version("fourfold")})
    entries = (
        report.redactor.clean(json.dumps(_entry(exchange, start), ensure_ascii=False))
        for exchange in report.exchanges
    )
    lines = ",\n".join(entries)
    return f'{{"log": {{"version": "1.2", "creator": {creator}, "entries": [\n{lines}\n]}}}}\n'


def _entry(exchange: Exchange, start: datetime) -> Mapping[str, Any]:
    answer, milliseconds = exchange.answer, round(exchange.answer.seconds * 1000, 3)
    text = answer.body.decode("utf-8", "replace")
    return {
        "startedDateTime": (start + timedelta(seconds=exchange.started)).isoformat(),
        "time": milliseconds,
        "request": _request(exchange.request),
        "response": {
            "status": answer.status,
            "statusText": "",
            "httpVersion": "HTTP/1.1",
            "headers": _pairs(answer.headers),
            "cookies": [],
            "content": {
                "size": len(answer.body),
                "mimeType": answer.header("content-type") or "",
                "text": text[:_MOST_TEXT],
            },
            "redirectURL": answer.header("location") or "",
            "headersSize": -1,
            "bodySize": len(answer.body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": exchange.operation,
    }


def _request(request: Request) -> Mapping[str, Any]:
    written: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "headers": _pairs(request.headers),
        "queryString": _pairs(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)),
        "cookies": [],
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        written["postData"] = {
            "mimeType": request.header("content-type") or "",
            "text": request.body.decode("utf-8", "replace")[:_MOST_TEXT],
        }
    return written


def _pairs(pairs: Pairs | Iterable[tuple[str, str]]) -> list[Mapping[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]
