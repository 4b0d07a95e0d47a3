"""Requests as values: built from an operation, its arguments and the caller's options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from .bodies import encode_body
from .configuration import Configuration
from .errors import ArgumentError
from .operation import Cookie, Header, Operation, Path, Query
from .options import RequestOptions, Timeout
from .response import RequestInfo
from .serialization import cookie_value, extra_pairs, header_value, path_segment, query_pairs
from .values import UNSET

_HEADER_TEXT = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be sent any number of times, before it is authenticated.

    `security` lists the alternatives of schemes that it may be authenticated with; none where
    credentials must stay at home.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)
    timeout: Timeout
    security: tuple[tuple[str, ...], ...] = ()

    @property
    def info(self) -> RequestInfo:
        """What errors remember of it."""
        return RequestInfo(self.method, self.url)


def build_request(
    operation: Operation[Any],
    arguments: Mapping[str, Any],
    options: RequestOptions,
    configuration: Configuration,
) -> Request:
    """The request that calls `operation`. Raises `ArgumentError` for what cannot be sent."""
    try:
        path = _path(operation, arguments)
        query = _query(operation, arguments, options.get("extra_query", {}))
        body = encode_body(operation.body, arguments, options.get("extra_body", {}))
        headers = _headers(operation, arguments)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ArgumentError(f"{operation.method} {operation.path}: {error}") from error
    chosen = {
        "accept": _accept(operation),
        "user-agent": configuration.user_agent,
        **lower(configuration.headers),
        **headers,
        **({"content-type": body.media} if body else {}),
        **lower(options.get("extra_headers", {})),
    }
    security = operation.security if operation.security is not None else configuration.security
    return Request(
        method=operation.method,
        url=configuration.base_url.rstrip("/") + _with_query(path, query),
        headers=checked(chosen),
        content=body.content if body else None,
        timeout=options.get("timeout", configuration.timeout),
        security=() if "authorization" in chosen else security,
    )


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by lower-case name, so that one replaces another."""
    return {name.lower(): value for name, value in headers.items()}


def checked(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers, all of them fit to be sent (RFC 9110 §5.5). Raises `ArgumentError`.

    The message names the header and keeps its value, which may be a secret, to itself.
    """
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            raise ArgumentError(f"{name!r} is not the name of a header")
        if not isinstance(value, str) or not _HEADER_TEXT.fullmatch(value):
            raise ArgumentError(f"the header {name} has a value that no header can carry")
    return headers


def _path(operation: Operation[Any], arguments: Mapping[str, Any]) -> str:
    segments = {
        parameter.wire or parameter.name: path_segment(parameter, arguments[parameter.name])
        for parameter in operation.parameters
        if isinstance(parameter, Path)
    }
    return _PLACEHOLDER.sub(lambda match: segments.get(match[1], match[0]), operation.path)


def _query(
    operation: Operation[Any], arguments: Mapping[str, Any], extra: Mapping[str, Any]
) -> str:
    pairs: list[str] = []
    for parameter in operation.parameters:
        value = arguments.get(parameter.name)
        name = parameter.wire or parameter.name
        if isinstance(parameter, Query) and _given(value) and name not in extra:
            pairs.extend(query_pairs(parameter, value))
    pairs.extend(extra_pairs(extra))
    return "&".join(pairs)


def _with_query(path: str, query: str) -> str:
    return path + ("&" if "?" in path else "?") + query if query else path


def _headers(operation: Operation[Any], arguments: Mapping[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for parameter in operation.parameters:
        value = arguments.get(parameter.name)
        name = parameter.wire or parameter.name
        if isinstance(parameter, Header) and _given(value):
            headers[name.lower()] = header_value(parameter, value)
        elif isinstance(parameter, Cookie) and _given(value):
            cookies.append(f"{quote(name, safe='')}={cookie_value(parameter, value)}")
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    return headers


def _given(value: Any) -> bool:
    return value is not None and value is not UNSET


def _accept(operation: Operation[Any]) -> str:
    return "text/event-stream" if operation.events else operation.media
