"""The contract as a stub serves it: without what no HTTP server can answer or see by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from generator.targets.server.runtime.document import METHODS, Document

_FRAMING_NAMES: Final = """
    connection content-encoding content-length date keep-alive trailer transfer-encoding upgrade
"""
FRAMING: Final = frozenset(_FRAMING_NAMES.split())
"""Response headers that the connection decides, not the answer (RFC 9110 §7.6.1, RFC 9112 §6)."""


def served(document: Mapping[str, Any], operations: Collection[tuple[str, str]]) -> dict[str, Any]:
    """A bundled OpenAPI 3.1 document with these operations (method and path) only.

    Security schemes that TLS decides are taken for satisfied; headers that frame a message are
    not asked of an answer. The document that was given is not changed.
    """
    contract = Document(document)
    schemes = _mapping(document, "components", "securitySchemes")
    unseen = {
        name for name, scheme in schemes.items() if contract.resolve(scheme)["type"] == "mutualTLS"
    }
    kept: dict[str, Any] = dict(document)
    paths: dict[str, Any] = {}
    for path in document.get("paths") or {}:
        item = dict(contract.resolve(document["paths"][path]))
        for method in METHODS:
            if method in item and (method.upper(), path) not in operations:
                del item[method]
            elif method in item:
                item[method] = _operation(contract, item[method], unseen)
        paths[path] = item
    kept["paths"] = paths
    if "security" in document:
        kept["security"] = _without(document["security"], unseen)
    return kept


def _operation(contract: Document, operation: Any, unseen: set[str]) -> dict[str, Any]:
    kept = dict(contract.resolve(operation))
    if "security" in kept:
        kept["security"] = _without(kept["security"], unseen)
    if "responses" in kept:
        kept["responses"] = {
            status: _response(contract, response)
            for status, response in kept["responses"].items()
            if not str(status).startswith("x-")
        }
    return kept


def _response(contract: Document, response: Any) -> Any:
    resolved = contract.resolve(response)
    headers = resolved.get("headers") or {}
    if not any(name.lower() in FRAMING for name in headers):
        return response
    kept = {name: value for name, value in headers.items() if name.lower() not in FRAMING}
    return {**resolved, "headers": kept}


def _without(requirements: list[Mapping[str, Any]], unseen: set[str]) -> list[dict[str, Any]]:
    return [
        {name: scopes for name, scopes in requirement.items() if name not in unseen}
        for requirement in requirements
    ]


def _mapping(value: Any, *names: str) -> Mapping[str, Any]:
    for name in names:
        value = (value.get(name) if isinstance(value, Mapping) else None) or {}
    return value if isinstance(value, Mapping) else {}
