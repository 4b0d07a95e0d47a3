"""When two requests, and two values, are the same."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from generator.model import Api, Array, Object, Reference, Schema
from generator.model.vectors import Request

CONNECTION = frozenset(
    {"host", "connection", "content-length", "accept-encoding", "user-agent", "transfer-encoding"}
)
"""Headers that belong to the connection, and not to the call."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def comparable(request: Request) -> dict[str, Any]:
    """A request of a vector, such that equal ones are the same on the wire."""
    return sent(
        request["method"],
        request["target"],
        request["headers"],
        body=request.get("body"),
        form=sorted(request["form"].items()) if "form" in request else None,
    )


def received(
    method: str, target: str, headers: Mapping[str, str], content: bytes
) -> dict[str, Any]:
    """A request as it came, in the same form."""
    if headers.get("content-type") == "application/x-www-form-urlencoded":
        pairs = sorted(parse_qsl(content.decode(), strict_parsing=True, keep_blank_values=True))
        return sent(method, target, headers, body=None, form=pairs)
    return sent(method, target, headers, body=json.loads(content) if content else None, form=None)


def sent(
    method: str, target: str, headers: Mapping[str, str], *, body: Any, form: Any
) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "method": method,
        "path": path,
        "query": sorted(query.split("&")),
        "headers": {name: text for name, text in headers.items() if name not in CONNECTION},
        "body": moments(body),
        "form": form,
    }


def moments(value: Any) -> Any:
    """JSON whose moments are all written in one way."""
    match value:
        case dict():
            return {name: moments(member) for name, member in value.items()}
        case list():
            return [moments(element) for element in value]
        case str() if _MOMENT.fullmatch(value):
            return dt.datetime.fromisoformat(value).astimezone(dt.UTC).isoformat()
    return value


def documented(api: Api, schema: Schema | None, value: Any) -> Any:
    """A value without the members that its schema does not list."""
    match schema.type if schema else None, value:
        case Reference(name), _:
            return documented(api, api.schemas[name], value)
        case Object(properties), dict():
            return {
                prop.name: documented(api, prop.schema, value[prop.name])
                for prop in properties
                if prop.name in value
            }
        case Array(items), list():
            return [documented(api, items, element) for element in value]
    return value
