"""Security schemes and requirements (OpenAPI §4.8.27 to §4.8.30)."""

from __future__ import annotations

from typing import Any, Literal, cast

from generator.document import Node
from generator.model.builder.source import Source, members, string_map, texts
from generator.model.security import OAuthFlow, Requirement, SecurityScheme

_KINDS = frozenset({"apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"})
Kind = Literal["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]


def security_schemes(source: Source) -> tuple[SecurityScheme, ...]:
    """The schemes of `components.securitySchemes`, in order."""
    found = []
    for name, written in members(source.root.get("components", "securitySchemes")):
        node = source.resolved(written)
        if node.text("type") not in _KINDS:
            message = f"The security scheme {name!r} has an unknown type and is left out."
            source.note(node, "GEN-030", message)
            continue
        found.append(_scheme(name, node))
    return tuple(found)


def requirements(source: Source, holder: Node) -> tuple[Requirement, ...]:
    """The alternatives that satisfy an operation: its own, else those of the root."""
    own = holder.get("security")
    declared = own if own is not None else source.root.get("security")
    return tuple(
        Requirement({name: texts(scopes.value) for name, scopes in element.items()})
        for element in (declared.elements() if declared else ())
    )


def _scheme(name: str, node: Node) -> SecurityScheme:
    client = _client_argument(node)
    return SecurityScheme(
        name=name,
        kind=cast(Kind, node.text("type")),
        position=node.position,
        description=node.text("description"),
        scheme=node.text("scheme").lower(),
        bearer_format=node.text("bearerFormat"),
        parameter=node.text("name"),
        location=node.text("in"),
        flows=tuple(_flow(kind, flow) for kind, flow in members(node.get("flows"))),
        argument=str(client.get("name") or ""),
        environment=str(client.get("env") or ""),
        promises=texts(node.mapping.get("x-promises")),
    )


def _client_argument(node: Node) -> dict[str, Any]:
    for extension in ("x-fern-bearer", "x-fern-header"):
        value = node.mapping.get(extension)
        if isinstance(value, dict):
            return value
    return {}


def _flow(kind: str, node: Node) -> OAuthFlow:
    return OAuthFlow(
        kind=kind,
        authorization_url=node.text("authorizationUrl") or node.text("deviceAuthorizationUrl"),
        token_url=node.text("tokenUrl"),
        refresh_url=node.text("refreshUrl"),
        scopes=string_map(node.mapping.get("scopes")),
        idle=_seconds(node.mapping.get("x-grant-idle")),
    )


def _seconds(said: object) -> int | None:
    return said if type(said) is int and said > 0 else None
