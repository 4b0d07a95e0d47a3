"""Sending one delivery: a POST to an address that was judged, and what came of it."""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress

import httpx2

from reference.webhooks.outcome import Outcome
from reference.webhooks.targets import (
    Allowed,
    Resolve,
    TargetError,
    allowed_addresses,
    host_of,
    parse_target,
)

_DRAINED_BYTES = 16_384
_SECONDS_TO_DRAIN = 0.5
_ADDRESSES_TO_TRY = 3
"""How many that do not answer there is time for."""


class Sender:
    """Sends deliveries, each over a connection of its own, within `seconds` altogether.

    The transports stand alone, so that no proxy, cookie or redirect comes between.
    """

    def __init__(
        self, resolve: Resolve, seconds: float, trust: Callable[[], ssl.SSLContext]
    ) -> None:
        """Look hosts up with `resolve`, and let `trust` say which certificates are good."""
        self._resolve = resolve
        self._seconds = seconds
        self._trust = trust
        self._transports: dict[str, asyncio.Task[httpx2.AsyncHTTPTransport]] = {}

    async def send(
        self, url: str, headers: Mapping[str, str], body: bytes, allowed: Allowed
    ) -> Outcome:
        """Send a delivery once. Whatever goes wrong is an outcome, in a sentence without secrets.

        Redirects are not followed. The status decides, as soon as it is there: of the rest of the
        answer no more is read than polite.
        """
        try:
            async with asyncio.timeout(self._seconds):
                response = await self._answer(parse_target(url), headers, body, allowed)
        except TargetError as error:
            return Outcome(None, str(error))
        except (TimeoutError, httpx2.TimeoutException):
            return Outcome(None, f"There was no answer within {self._seconds:g} seconds.")
        except (OSError, httpx2.HTTPError) as error:
            return Outcome(None, _sentence(error))
        await _drain(response)
        return Outcome(response.status_code, _objection(response.status_code))

    async def aclose(self) -> None:
        """Let go of the connections."""
        for transport in self._transports.values():
            await (await transport).aclose()

    async def _answer(
        self, url: httpx2.URL, headers: Mapping[str, str], body: bytes, allowed: Allowed
    ) -> httpx2.Response:
        """Return the answer, yet to be read, of the first address that can be connected to."""
        addresses = await allowed_addresses(host_of(url), self._resolve, allowed)
        for address in addresses[:-1]:
            with suppress(httpx2.ConnectError, httpx2.ConnectTimeout):
                return await self._post(url, str(address), headers, body)
        return await self._post(url, str(addresses[-1]), headers, body)

    async def _post(
        self, url: httpx2.URL, address: str, headers: Mapping[str, str], body: bytes
    ) -> httpx2.Response:
        """Post to an address what is meant for a host, which TLS and `Host` go on to name."""
        request = httpx2.Request(
            "POST",
            url.copy_with(host=address, fragment=None),
            headers={
                **headers,
                "Host": url.netloc.decode("ascii"),
                "Content-Type": "application/json",
                "User-Agent": "Fourfold",
                "Connection": "close",
            },
            content=body,
            extensions={
                "sni_hostname": host_of(url).rstrip("."),
                "timeout": {"connect": self._seconds / _ADDRESSES_TO_TRY},
            },
        )
        transport = await self._transport(url.scheme)
        return await transport.handle_async_request(request)

    async def _transport(self, scheme: str) -> httpx2.AsyncHTTPTransport:
        """Return the transport for a scheme; a thread makes it, which takes a while."""
        if scheme not in self._transports:
            making = asyncio.to_thread(self._make_transport, scheme)
            self._transports[scheme] = asyncio.create_task(making)
        return await asyncio.shield(self._transports[scheme])

    def _make_transport(self, scheme: str) -> httpx2.AsyncHTTPTransport:
        unused = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return httpx2.AsyncHTTPTransport(self._trust() if scheme == "https" else unused)


async def _drain(response: httpx2.Response) -> None:
    """Read the little that an answer usually has: hanging up on a receiver looks like a failure."""
    read = 0
    with suppress(TimeoutError, httpx2.HTTPError):
        async with asyncio.timeout(_SECONDS_TO_DRAIN):
            async for chunk in response.aiter_raw():
                read += len(chunk)
                if read > _DRAINED_BYTES:
                    break
    await response.aclose()


def _objection(status: int) -> str | None:
    if 200 <= status <= 299:
        return None
    if 300 <= status <= 399:
        return f"The receiver answered {status}, and redirects are not followed."
    return f"The receiver answered {status}, which is not 2xx."


def _sentence(error: BaseException) -> str:
    if isinstance(error, httpx2.ConnectError):
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLError):
                return f"There is no TLS with the receiver ({_reason(cause)})."
            cause = cause.__cause__ or cause.__context__
        return "The receiver cannot be connected to."
    if isinstance(error, httpx2.RemoteProtocolError):
        return "What the receiver answered is not HTTP."
    if isinstance(error, httpx2.HTTPError):
        return "The connection broke before there was an answer."
    return "The receiver's host cannot be found."


def _reason(error: ssl.SSLError) -> str:
    return str(getattr(error, "verify_message", "") or error.reason or "handshake failed")
