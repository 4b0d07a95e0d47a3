"""Base URLs (OpenAPI §4.8.5)."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from msgspec.structs import replace

from generator.document import Node
from generator.model.builder.source import Source
from generator.model.operation import Server


def servers(source: Source, holder: Node) -> tuple[Server, ...]:
    """The servers declared on the root, a path or an operation, in order."""
    listed = holder.get("servers")
    found = []
    for node in listed.elements() if listed else ():
        url = _filled(node)
        if not url:
            continue
        if _is_address(url):
            found.append(Server(url, node.text("description")))
        else:
            message = f"{url!r} is no URL; the server is left out."
            source.note(node.get("url") or node, "GEN-038", message)
    return tuple(found)


def own_servers(source: Source, operation: Node, path: Node) -> tuple[Server, ...]:
    """The servers of an operation, else of its path; relative ones below the API's (RFC 3986)."""
    found = servers(source, operation) or servers(source, path)
    usual = servers(source, source.root) if found else ()
    base = usual[0].url if usual else "/"
    return tuple(replace(each, url=urljoin(base, each.url)) for each in found)


def _filled(node: Node) -> str:
    """The URL with each variable's default; a variable without one stays as written."""
    url = node.text("url")
    variables = node.get("variables")
    for name, variable in variables.items() if variables else ():
        default = variable.mapping.get("default")
        if isinstance(default, str | int | float):
            url = url.replace(f"{{{name}}}", str(default))
    return url


def _is_address(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:
        return False
    return url.isprintable() and " " not in url
