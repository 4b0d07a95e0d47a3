"""Whether a document says for certain who may call what: without that no server is generated."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from msgspec.structs import replace

from generator.document import Finding, Node, Specification, split_pointer
from generator.model import Api

_SECURITY = re.compile(r"/security(Schemes)?(/|$)")


def uncertain_security(
    api: Api, specification: Specification, findings: Iterable[Finding]
) -> Finding | None:
    """Why no server is generated (GEN-053); None where what is wrong concerns no operation."""
    asked = _asked(api)
    schemes = [*_definitions(specification, asked)]
    for found in findings:
        if found.code in ("OAS-002", "OAS-009") and (
            any(_is_within(found, scheme) for scheme in schemes)
            or _concerns(found, specification, asked)
        ):
            message = (
                f"Who may call what is not certain ({found.code}), so no server is generated; "
                "correct that first."
            )
            return replace(found, code="GEN-053", message=message)
    return None


def _asked(api: Api) -> set[str]:
    """The security schemes that operations ask for."""
    asked = {
        name
        for operation in api.operations
        for requirement in operation.security
        for name in requirement.schemes
    }
    # OpenAPI 3.2 names a scheme by its address too.
    return asked | {name.rpartition("/")[2] for name in asked}


def _definitions(specification: Specification, asked: Iterable[str]) -> Iterator[Node]:
    """Where the schemes that are asked for are defined, in whichever file."""
    for name in asked:
        node = specification.entry.root.get("components", "securitySchemes", name)
        if node is not None:
            yield specification.resolve(node)


def _is_within(found: Finding, node: Node) -> bool:
    same_file = found.position.file == node.document.file
    return same_file and f"{found.pointer}/".startswith(f"{node.pointer}/")


def _concerns(found: Finding, specification: Specification, asked: Collection[str]) -> bool:
    """Whether a finding is about security, and not only about a scheme that nobody asks for.

    What the root names counts only where an operation takes it from there.
    """
    if not _SECURITY.search(found.pointer):
        return False
    if found.position.file != specification.entry.file:
        return True
    match found.code, split_pointer(found.pointer):
        case (_, ["components", "securitySchemes", name, *_]) | ("OAS-009", ["security", _, name]):
            return name in asked
    return True
