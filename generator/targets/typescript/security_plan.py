"""Security schemes as options of the client, and requirements as expressions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from generator.model import Api, Operation, SecurityScheme
from generator.published import thing
from generator.targets.naming import Naming, Wanted
from generator.targets.typescript.layout import Node, call, flat, listed, members
from generator.targets.typescript.source import member, quoted

_CLIENT_OPTIONS = frozenset(
    {
        *("baseURL", "clock", "constructor", "fetch", "headers", "logger", "maxResponseBytes"),
        *("maxRetries", "middleware", "pace", "retries", "timeout"),
    }
)


class SchemeOption(Struct, frozen=True):
    """A security scheme as the client takes it; `expression` is what the runtime knows of it.

    `place` is the function of the runtime's `places` that the expression calls, if any.
    """

    name: str
    option: str
    expression: Node
    place: str
    description: str
    variable: str


def scheme_options(api: Api, naming: Naming) -> list[SchemeOption]:
    """One option a scheme that operations use, in the order of the contract."""
    schemes = _used(api)
    wanted = [
        Wanted(thing("credential", s.name), member(_wanted(s), "credential")) for s in schemes
    ]
    names = naming.distinct(wanted, _CLIENT_OPTIONS)
    return [_option(scheme, name) for scheme, name in zip(schemes, names, strict=True)]


class Security(Struct, frozen=True):
    """The schemes that operations need, as expressions; `usual` is that of most operations.

    `sendable` are the names of the schemes that a request tells something for.
    """

    sendable: frozenset[str]
    usual: Node

    def unusual(self, operation: Operation) -> Node | None:
        """What an operation needs, where it is not the usual; else none."""
        found = _requirements(operation, self.sendable)
        return found if flat(found) != flat(self.usual) else None


def security(api: Api) -> Security:
    """What the operations of an API need to be authenticated."""
    sendable = frozenset(each.name for each in api.security_schemes if each.kind != "mutualTLS")
    counted: dict[str, list[Node]] = {}
    for operation in api.operations:
        found = _requirements(operation, sendable)
        counted.setdefault(flat(found), []).append(found)
    return Security(sendable, max(counted.values(), key=len, default=[listed([])])[0])


def is_required(api: Api) -> bool:
    """Whether no operation may be called without a credential, and one scheme serves them all."""
    return len(_used(api)) == 1 and all(
        operation.security and all(each.schemes for each in operation.security)
        for operation in api.operations
    )


def _used(api: Api) -> list[SecurityScheme]:
    used = {name for op in api.operations for each in op.security for name in each.schemes}
    return [s for s in api.security_schemes if s.name in used and s.kind != "mutualTLS"]


def _requirements(operation: Operation, sendable: Collection[str]) -> Node:
    found = [_alternative(each.schemes, sendable) for each in operation.security]
    return listed(list({flat(each): each for each in found}.values()))


def _alternative(schemes: Mapping[str, tuple[str, ...]], sendable: Collection[str]) -> Node:
    return listed([quoted(name) for name in schemes if name in sendable])


def _wanted(scheme: SecurityScheme) -> str:
    if scheme.argument:
        return scheme.argument
    return "access_token" if scheme.kind in {"oauth2", "openIdConnect"} else scheme.name


def _option(scheme: SecurityScheme, option: str) -> SchemeOption:
    settings: dict[str, Node] = {"option": quoted(option)}
    if scheme.environment:
        settings["variable"] = quoted(scheme.environment)
    place, given = _place(scheme)
    if place:
        settings["place"] = call(place, [quoted(each) for each in given])
    told = " ".join(scheme.description.split()) or "A credential."
    if scheme.kind == "http" and scheme.scheme == "basic":
        told += " User name and password, joined by a colon, in base64."
    return SchemeOption(scheme.name, option, members(settings), place, told, scheme.environment)


def _place(scheme: SecurityScheme) -> tuple[str, list[str]]:
    """What puts a secret into a request, and what that is given; nothing where it is usual."""
    if scheme.kind == "apiKey":
        return f"in{scheme.location.capitalize()}", [scheme.parameter]
    if scheme.kind == "http" and scheme.scheme != "bearer":
        return "inHeader", ["authorization", f"{scheme.scheme.capitalize()} "]
    return "", []
