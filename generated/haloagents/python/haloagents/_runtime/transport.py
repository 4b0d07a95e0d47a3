"""The edge to httpx2: our requests as its requests, its answers and errors as ours."""

from __future__ import annotations

from urllib.parse import quote

import httpx2

from .credentials import Authentication
from .errors import APIConnectionError, APITimeoutError
from .request import Request, checked

_UNSENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)


def outgoing(
    client: httpx2.Client | httpx2.AsyncClient, request: Request, proof: Authentication
) -> httpx2.Request:
    """The request, authenticated, for `client` to send. Credentials give way to the caller's."""
    url = request.url
    if proof.query:
        pairs = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in proof.query)
        url += ("&" if "?" in url else "?") + pairs
    cookies = [
        headers["cookie"] for headers in (request.headers, proof.headers) if "cookie" in headers
    ]
    headers = {**checked(proof.headers), **request.headers}
    if cookies:
        headers["cookie"] = "; ".join(cookies)
    return client.build_request(
        request.method, url, headers=headers, content=request.content, timeout=request.timeout
    )


def connection_error(error: Exception, request: Request) -> APIConnectionError:
    """What kept the answer away, in our words, with httpx2's error as its cause."""
    info = request.info
    where = f"{info.method} {info.path}"
    reason = str(error) or type(error).__name__
    sent = not isinstance(error, _UNSENT)
    failure: APIConnectionError
    if isinstance(error, httpx2.TimeoutException):
        failure = APITimeoutError(f"{where} took too long: {reason}", info, sent)
    else:
        failure = APIConnectionError(f"{where} was not answered: {reason}", info, sent)
    failure.__cause__ = error
    return failure
