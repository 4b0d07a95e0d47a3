"""The control plane as an ASGI app: on loopback, for whoever has the control token."""

import asyncio
import hmac
import ipaddress
import logging

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from reference.control.call import Answer, Call, Controlled, RefusedError, Text
from reference.control.catalogue import CALLS

_MAX_BODY_BYTES = 1_048_576
_SECONDS_FOR_BODY = 10.0
_CALLS = {(call.path, call.method): call for call in CALLS}

_log = logging.getLogger("fourfold.control")


class ControlPlane:
    """Answers the calls under a prefix."""

    def __init__(self, prefix: str, token: str, controlled: Controlled) -> None:
        self._prefix = prefix
        self._token = token.encode()
        self._controlled = controlled

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, always with JSON but for `metrics`."""
        request = Request(scope, receive)
        try:
            response = _response(await self._answer(request))
        except RefusedError as error:
            response = _refusal(error)
        except ClientDisconnect:
            return
        except Exception:
            _log.exception("a control call failed")
            response = _refusal(RefusedError(500, "The server failed; its log says why."))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Answer:
        if not _is_loopback(request):
            raise RefusedError(403, "The control plane is for this machine only.")
        if not self._has_token(request):
            raise RefusedError(401, "Send the control token: Authorization: Bearer TOKEN.")
        call = self._call(request)
        if not call.applies(self._controlled):
            raise RefusedError(501, "Nothing that this server runs has to do with this call.")
        return await call.run(self._controlled, await _body(request, call))

    def _has_token(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        sent = token.strip().encode("latin-1")
        return scheme.lower() == "bearer" and hmac.compare_digest(sent, self._token)

    def _call(self, request: Request) -> Call:
        path = request.scope["path"].removeprefix(self._prefix).strip("/")
        if call := _CALLS.get((path, request.method)):
            return call
        if allowed := sorted(method for known, method in _CALLS if known == path):
            raise RefusedError(
                405,
                f"{request.method} is not a way to call {path}, only {', '.join(allowed)}.",
                {"Allow": ", ".join(allowed)},
            )
        raise RefusedError(404, f"There is no control call {path!r}.")


def _is_loopback(request: Request) -> bool:
    try:
        peer = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    mapped = peer.ipv4_mapped if isinstance(peer, ipaddress.IPv6Address) else None
    return (mapped or peer).is_loopback


async def _body(request: Request, call: Call) -> msgspec.Struct:
    """Return what a call is given: in a body, or in the query of a GET."""
    query = dict(request.query_params) if request.method == "GET" else {}
    raw = (msgspec.json.encode(query) if query else b"") + await _raw_body(request)
    try:
        return msgspec.json.decode(raw or b"{}", type=call.body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise RefusedError(
            400, f"The body of {call.method} {call.path} cannot be used: {error}."
        ) from error


async def _raw_body(request: Request) -> bytes:
    raw = b""
    try:
        async with asyncio.timeout(_SECONDS_FOR_BODY):
            async for chunk in request.stream():
                raw += chunk
                if len(raw) > _MAX_BODY_BYTES:
                    raise RefusedError(400, f"The body is over {_MAX_BODY_BYTES} bytes.")
    except TimeoutError as error:
        raise RefusedError(400, "The body took too long to arrive.") from error
    return raw


def _response(answer: Answer) -> Response:
    if isinstance(answer, Text):
        return Response(answer.content, headers={"Content-Type": answer.content_type})
    return _json(200, answer, {})


def _refusal(error: RefusedError) -> Response:
    headers = dict(error.headers)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return _json(error.status, {"error": {"message": str(error)}}, headers)


def _json(status: int, value: object, headers: dict[str, str]) -> Response:
    return Response(
        msgspec.json.encode(value),
        status,
        {"Cache-Control": "no-store", **headers},
        media_type="application/json",
    )
