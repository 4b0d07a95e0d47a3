"""Where the contract says that more is told, outside of the pages (`externalDocs`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from generator.model import Operation
from generator.model.words import snake
from generator.targets.docs.html_source import web_address
from generator.targets.docs.titles import one_line

Links = Mapping[str, str]
"""Text → address."""

_NOTHING: Links = {}


class Elsewhere(Struct, frozen=True):
    """The links of one API: those of tags by resource, those of operations in their document."""

    document: Mapping[str, Any]
    tags: Mapping[str, Links]

    def of_resource(self, name: str) -> Links:
        """The link of a resource's tag."""
        return self.tags.get(name, _NOTHING)

    def of_operation(self, operation: Operation) -> Links:
        """The link of an operation."""
        item = _mapping(_mapping(self.document.get("paths")).get(operation.path))
        return _link(item.get(operation.method.lower()))


def elsewhere(document: Mapping[str, Any]) -> Elsewhere:
    """What a document links to."""
    listed = document.get("tags")
    tags = [_mapping(tag) for tag in (listed if isinstance(listed, list) else ())]
    return Elsewhere(document, {snake(str(tag.get("name", ""))): _link(tag) for tag in tags})


def _link(holder: Any) -> Links:
    told = _mapping(_mapping(holder).get("externalDocs"))
    url, text = told.get("url"), told.get("description")
    address = web_address(url.strip()) if isinstance(url, str) else ""
    if not address:
        return _NOTHING
    return {(one_line(text) if isinstance(text, str) else "") or address: address}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
