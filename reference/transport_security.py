"""Whether a request came over TLS, as far as a server behind a proxy can know."""

import ipaddress
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import Scope

TRUSTED_PEERS = ("127.0.0.1", "::1")
"""The proxies whose word counts."""


def came_in_the_clear(scope: Scope, trusted_peers: Collection[str] = TRUSTED_PEERS) -> bool:
    """Return whether a trusted proxy says that its client spoke plain HTTP (X-Forwarded-Proto).

    The first value counts: it is of the hop that the client made. What anybody else says is not
    listened to, and a request that no proxy forwarded is one from this machine.
    """
    said = Headers(scope=scope).get("x-forwarded-proto", "")
    if said.partition(",")[0].strip().lower() != "http":
        return False
    client = scope.get("client")
    return client is not None and _is_among(client[0], trusted_peers)


def _is_among(host: str, peers: Collection[str]) -> bool:
    try:
        return str(ipaddress.ip_address(host)) in peers
    except ValueError:
        return False
