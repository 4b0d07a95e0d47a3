"""Base URLs (OpenAPI §4.8.5)."""

from __future__ import annotations

from generator.document import Node
from generator.model.operation import Server


def servers(holder: Node) -> tuple[Server, ...]:
    """The servers declared on the root, a path or an operation, in order."""
    listed = holder.get("servers")
    return tuple(
        Server(_filled(node), node.text("description"))
        for node in (listed.elements() if listed else ())
        if node.text("url")
    )


def _filled(node: Node) -> str:
    """The URL with each variable's default; a variable without one stays as written."""
    url = node.text("url")
    variables = node.get("variables")
    for name, variable in variables.items() if variables else ():
        if "default" in variable.mapping:
            url = url.replace(f"{{{name}}}", str(variable.mapping["default"]))
    return url
