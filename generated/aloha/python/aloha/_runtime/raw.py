"""Requests that no operation describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from .operation import JSON, Body, Operation
from .options import RequestOptions, Timeout
from .values import UNSET, Unset


def raw_operation(method: str, path: str, body: Any) -> Operation[Any]:
    """An operation that sends `path` as it stands and returns any JSON."""
    media = "application/octet-stream" if isinstance(body, bytes) else JSON
    return Operation(
        method.upper(),
        "/" + path.removeprefix("/"),
        body=None if body is UNSET else Body(media=media),
        returns=Any,
        media="*/*",
    )


def raw_options(
    query: Mapping[str, Any] | None, headers: Mapping[str, str] | None, timeout: Timeout | Unset
) -> RequestOptions:
    """The options of a raw request, those that were given."""
    given = {"query": query, "headers": headers, "timeout": timeout}
    return cast(
        RequestOptions,
        {k: v for k, v in given.items() if v is not UNSET and (v is not None or k == "timeout")},
    )
