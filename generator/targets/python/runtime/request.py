"""Requests as values: built from an operation, its arguments and the caller's options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from .bodies import encode_body
from .configuration import Configuration
from .credentials import Authentication
from .errors import ArgumentError
from .headers import sendable
from .operation import Cookie, Header, Operation, Path, Query
from .options import RequestOptions, Timeout, check_options
from .response import RequestInfo
from .serialization import cookie_pairs, extra_pairs, header_value, path_segment, query_pairs
from .values import UNSET

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}|#.*", re.DOTALL)
"""A parameter of a path, or its fragment, which some contracts tell operations apart by."""
_NOTHING: Mapping[str, Any] = {}


class Request(msgspec.Struct, frozen=True):
    """A request that can be sent any number of times.

    `security` lists the alternatives of schemes that it may be authenticated with; none where
    credentials must stay at home. `template` is the path as the contract has it, `attempt` how
    often the request was sent before. Its text shows no header: those may be secret.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None
    timeout: Timeout
    security: tuple[tuple[str, ...], ...] = ()
    template: str = ""
    attempt: int = 0

    @property
    def info(self) -> RequestInfo:
        """What errors remember of it."""
        return RequestInfo(self.method, self.url)

    def with_headers(self, headers: Mapping[str, str]) -> Request:
        """The same request with other headers besides. Raises `ArgumentError`."""
        return msgspec.structs.replace(self, headers={**self.headers, **sendable(headers)})

    def __repr__(self) -> str:
        return f"Request({self.method} {self.info.path})"


def build_request(
    operation: Operation[Any],
    arguments: Mapping[str, Any],
    options: RequestOptions,
    configuration: Configuration,
) -> Request:
    """The request that calls `operation`, not authenticated yet.

    Raises `ArgumentError` for what cannot be sent, `TypeError` for an option that there is not.
    """
    if options:
        check_options(options)
    try:
        path = _path(operation, arguments)
        query = _query(operation, arguments, options.get("query", _NOTHING))
        body = encode_body(operation.body, arguments, options.get("extra_body", _NOTHING))
        parameters = _headers(operation, arguments)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ArgumentError(f"{operation.method} {operation.path}: {error}") from error
    headers = {"accept": operation.accept, **configuration.sent_headers}
    if parameters:
        headers.update(sendable(parameters))
    if body is not None:
        headers["content-type"] = body.media
    if options:
        headers.update(sendable(options.get("headers", _NOTHING)))
    security = operation.security if operation.security is not None else configuration.security
    return Request(
        operation.method,
        configuration.root + _with_query(path, query),
        headers,
        body.content if body else None,
        options.get("timeout", configuration.timeout),
        () if "authorization" in headers else security,
        operation.path,
    )


def authenticated(request: Request, proof: Authentication) -> Request:
    """The request with credentials, which give way to what the caller said himself.

    Raises `ArgumentError` for a credential that no header can carry.
    """
    if not proof.headers and not proof.query:
        return request
    url = request.url
    if proof.query:
        url = _with_query(
            url, "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in proof.query)
        )
    headers = {**sendable(proof.headers), **request.headers}
    if "cookie" in proof.headers and "cookie" in request.headers:
        headers["cookie"] = f"{request.headers['cookie']}; {proof.headers['cookie']}"
    return msgspec.structs.replace(request, url=url, headers=headers)


def _path(operation: Operation[Any], arguments: Mapping[str, Any]) -> str:
    if "{" not in operation.path and "#" not in operation.path:
        return operation.path
    segments = {
        parameter.wire or parameter.name: path_segment(parameter, arguments[parameter.name])
        for parameter in operation.parameters
        if isinstance(parameter, Path)
    }

    def filled(match: re.Match[str]) -> str:
        return segments.get(match[1], match[0]) if match[1] else ""

    return _PLACEHOLDER.sub(filled, operation.path)


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
            cookies.extend(cookie_pairs(parameter, value))
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    return headers


def _given(value: Any) -> bool:
    return value is not None and value is not UNSET
