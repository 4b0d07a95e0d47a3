"""Where everything is: a file for each resource, an anchor for each thing that has a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from urllib.parse import quote

from msgspec import Struct

from generator.model import Api, Operation
from generator.model.words import snake
from generator.published import Published, thing
from generator.targets.client_calls import Call
from generator.targets.file_names import is_device
from generator.targets.naming import Naming, Wanted

INDEX, SCHEMAS, WEBHOOKS = "index.html", "schemas.html", "webhook-events.html"
_RESERVED_PAGES = frozenset({"index", "schemas", "webhook-events"})
_RESERVED_ANCHORS = frozenset(
    {
        *("content", "navigation", "search", "found", "about", "servers", "authentication"),
        *("clients", "errors", "paging", "limits", "resources", "signing", "deprecated"),
    }
)
_LONGEST = 80
_LONGEST_FILE = 60
"""Characters of which each may take four bytes, of 255."""
_NOT_NAMED = re.compile(r"[^\w.-]+")
_NAME = re.compile(r"[\w-]{1,120}")


class Places(Struct, frozen=True):
    """The file of each resource at the top, and the anchors of all else.

    `addresses` are where schemas are; `given` are the names of files.
    """

    pages: Mapping[str, str]
    operations: Mapping[Call, str]
    schemas: Mapping[str, str]
    addresses: Mapping[str, str]
    webhooks: Mapping[str, str]
    schemes: Mapping[str, str]
    given: Published

    def page(self, resource: str) -> str:
        """The address of a resource's page."""
        return quote(self.pages[resource])

    def operation(self, operation: Operation) -> str:
        """The address of an operation."""
        anchor = self.operations[operation.method.upper(), operation.path]
        return f"{self.page(operation.resource[0])}#{quote(anchor)}"

    def schema(self, name: str) -> str:
        """The address of a named schema."""
        return self.addresses[name]

    def webhook(self, name: str) -> str:
        """The address of a webhook."""
        return f"{WEBHOOKS}#{quote(self.webhooks[name])}"

    def scheme(self, name: str) -> str:
        """The address of a security scheme."""
        return f"{INDEX}#{quote(self.schemes[name])}"


def places_of(api: Api, published: Published) -> Places:
    """Where the things of an API are; a page that was published keeps its name."""
    naming = Naming(published, _numbered, _is_name)
    tops = [each.name for each in api.resources]
    wanted = [
        Wanted(thing("page", name), _file_name(name), f"{_file_name(name)}-resource")
        for name in tops
    ]
    files = naming.distinct(wanted, _RESERVED_PAGES)
    operations = [(each.method.upper(), each.path) for each in api.operations]
    ids = _anchors((each.id for each in api.operations), _RESERVED_ANCHORS)
    schemas = _by_name(api.schemas, _RESERVED_ANCHORS)
    schemes = [each.name for each in api.security_schemes]
    told = _anchors((f"authentication-{name}" for name in schemes), _RESERVED_ANCHORS)
    return Places(
        pages={name: f"{file}.html" for name, file in zip(tops, files, strict=True)},
        operations=dict(zip(operations, ids, strict=True)),
        schemas=schemas,
        addresses={name: f"{SCHEMAS}#{quote(anchor)}" for name, anchor in schemas.items()},
        webhooks=_by_name([each.name for each in api.webhooks], _RESERVED_ANCHORS),
        schemes=dict(zip(schemes, told, strict=True)),
        given=naming.given,
    )


def _by_name(names: Collection[str], reserved: Collection[str]) -> dict[str, str]:
    return dict(zip(names, _anchors(names, reserved), strict=True))


def _anchors(names: Iterable[str], reserved: Collection[str]) -> list[str]:
    """A distinct anchor for each name: the name itself, where that can be one."""
    naming = Naming({}, _numbered, _is_name)
    wanted = [
        Wanted(str(number), _NOT_NAMED.sub("-", name)[:_LONGEST].strip("-") or "it")
        for number, name in enumerate(names)
    ]
    return naming.distinct(wanted, reserved)


def _file_name(resource: str) -> str:
    """Words in lower case, joined by hyphens, of any script: what all file systems can hold."""
    normal = unicodedata.normalize("NFC", snake(resource)).replace("_", "-")
    name = re.sub(r"[^\w-]+", "", normal)[:_LONGEST_FILE].strip("-") or "resource"
    return f"{name}-resource" if is_device(name) else name


def _numbered(name: str, number: int) -> str:
    return f"{name}-{number}"


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and text == text.lower()
