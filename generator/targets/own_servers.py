"""Servers that operations have instead of that of the whole API."""

from __future__ import annotations

from urllib.parse import urljoin

from generator.model import Api, Operation


def own_server(base: str, operation: Operation) -> str:
    """Where an operation is sent that has another server than `base`; empty for any other.

    A relative address that no absolute one is known for is none: clients are then given theirs.
    """
    if not operation.servers:
        return ""
    try:
        url = urljoin(base, operation.servers[0].url).rstrip("/")
    except ValueError:
        return ""
    return "" if url == base.rstrip("/") or "://" not in url else url


def has_own_servers(base: str, api: Api) -> bool:
    """Whether any operation is sent to another server than `base`."""
    return any(own_server(base, operation) for operation in api.operations)
