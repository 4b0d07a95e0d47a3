"""Where webhooks may be sent: to public addresses, unless a private network is allowed (LEAD-17).

A target is judged by the addresses that its host has at that moment, never by how it is spelt. Who
connects afterwards connects to one of the addresses judged: a name could mean another one by then
(DNS rebinding).
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

Address = IPv4Address | IPv6Address
Resolve = Callable[[str], Awaitable[Sequence[Address]]]
"""Returns the addresses of a host name; raises OSError where it has none."""
Allowed = Callable[[Address], bool]
"""Whether webhooks may be sent to an address."""

_NO_PUBLIC_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
"""IANA IPv4 Special-Purpose Address Registry, multicast and what is reserved."""
_PUBLIC_IPV6 = IPv6Network("2000::/3")
_NO_PUBLIC_IPV6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Within that: IETF protocols (Teredo among them), documentation, 6to4."""
_NAT64 = IPv6Network("64:ff9b::/96")
_LOCALHOST = (IPv4Address("127.0.0.1"), IPv6Address("::1"))
_HOST_NAME = re.compile(r"(?=.{1,254}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE)
_LAST_PORT = 65_535
_SECONDS_TO_RESOLVE = 3


class TargetError(ValueError):
    """Webhooks cannot be sent there; the message is one sentence."""


async def check_target(url: str, resolve: Resolve, allowed: Allowed) -> None:
    """Check a target before it is kept: an http(s) URL, no address of whose host is forbidden.

    Raises TargetError. A host that has no address yet is let through: each delivery checks again.
    """
    host = host_of(parse_target(url))
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_SECONDS_TO_RESOLVE):
            await allowed_addresses(host, resolve, allowed)


def parse_target(url: str) -> "httpx2.URL":
    """Return the parsed URL of a target; raise TargetError for what is none."""
    import httpx2  # noqa: PLC0415 - it is slow to load, and most servers never need it

    try:
        parsed = httpx2.URL(url)
        host = host_of(parsed)
    except (httpx2.InvalidURL, ValueError) as error:
        raise TargetError("The URL of a webhook cannot be read.") from error
    if parsed.scheme not in {"http", "https"} or not host:
        raise TargetError("The URL of a webhook begins with http:// or https:// and a host.")
    if parsed.userinfo:
        raise TargetError("The URL of a webhook has no user name and no password.")
    if ":" not in host and not _HOST_NAME.fullmatch(host):
        raise TargetError("The URL of a webhook has a host that cannot be looked up.")
    if parsed.port is not None and not 1 <= parsed.port <= _LAST_PORT:
        raise TargetError("The URL of a webhook has a port that cannot be connected to.")
    return parsed


def host_of(url: "httpx2.URL") -> str:
    """Return the host of a URL in ASCII, an IPv6 address without its brackets."""
    return url.raw_host.decode("ascii")


async def allowed_addresses(host: str, resolve: Resolve, allowed: Allowed) -> Sequence[Address]:
    """Return the addresses of a host, one or more, all of them allowed.

    Raises TargetError where one is not, OSError where there is none.
    """
    addresses = _spelt_out(host) or await resolve(host)
    if not addresses:
        raise OSError("The host has no address.")
    if not all(map(allowed, addresses)):
        raise TargetError("The URL leads into a private or loopback network.")
    return addresses


def is_public(address: Address) -> bool:
    """Whether an address can be reached from the whole Internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NO_PUBLIC_IPV4)
    embedded = _embedded(address)
    if embedded is not None:
        return is_public(embedded)
    return address in _PUBLIC_IPV6 and not any(address in network for network in _NO_PUBLIC_IPV6)


def is_any(_address: Address) -> bool:
    """Whether an address is one at all: what is allowed where private networks are."""
    return True


async def resolve_by_system(host: str) -> Sequence[Address]:
    """Return the addresses that the system's resolver knows of; raise OSError.

    Each look-up has a thread of its own, which holds up neither other work nor the server's end.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Sequence[Address]] = loop.create_future()

    def settle(addresses: Sequence[Address], error: OSError | None) -> None:
        if found.done():
            return
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def look_up() -> None:
        addresses: Sequence[Address] = ()
        failure = None
        try:
            known = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            addresses = tuple(dict.fromkeys(ip_address(entry[4][0]) for entry in known))
        except (OSError, UnicodeError) as error:
            failure = OSError(*error.args)
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, addresses, failure)

    Thread(target=look_up, daemon=True).start()
    return await found


async def resolve_nothing(_host: str) -> Sequence[Address]:
    """Know of no address of any name, and ask nobody for one; raise OSError."""
    raise OSError("Hosts are not looked up.")


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped


def _spelt_out(host: str) -> Sequence[Address]:
    """Return the addresses that a host says without being looked up, in whichever spelling."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return _LOCALHOST
    with suppress(ValueError):
        return (ip_address(name),)
    with suppress(OSError):  # 2130706433, 0x7f.1, 0177.0.0.1
        return (IPv4Address(socket.inet_aton(name)),)
    return ()
