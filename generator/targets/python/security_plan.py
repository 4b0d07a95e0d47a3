"""Security schemes as arguments of the client, and requirements as expressions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from msgspec import Struct

from generator.model import Api, Operation, Requirement, SecurityScheme
from generator.published import thing
from generator.targets.naming import Naming, Wanted
from generator.targets.python_source import identifier, quoted, tuple_of

_CLIENT_ARGUMENTS = frozenset(
    {"self", "base_url", "timeout", "max_retries", "retries", "headers", "hooks", "paced", "clock"}
    | {"max_response_bytes", "http_client", "transport", "webhook_secret", "bucket", "code_errors"}
    | {"astuple", "configuration", "credentials", "gather", "one_of", "setting", "super"}
    | {"type_checking"}
)
"""Those that each client has, and what its constructor calls or its module has as a constant."""
_AUTH_FLOWS = frozenset({"authorizationCode", "clientCredentials"})


class SchemeArgument(Struct, frozen=True):
    """A security scheme as the client takes it. `scheme` is its expression.

    `auth` is the argument that takes what gets tokens by itself; empty where nothing does.
    """

    name: str
    argument: str
    constant: str
    scheme: str
    pair: bool
    description: str
    variable: str
    auth: str

    @property
    def given(self) -> str:
        """The argument of the two that the client was given, as an expression."""
        return f"one_of({self.argument}, {self.auth})" if self.auth else self.argument


def scheme_arguments(api: Api, naming: Naming) -> list[SchemeArgument]:
    """One argument a scheme that operations use, in the order of the contract."""
    schemes = _used(api)
    flows = [
        s.name
        for s in schemes
        if s.kind == "oauth2" and any(f.kind in _AUTH_FLOWS and f.token_url for f in s.flows)
    ]
    wanted_auths = [Wanted(thing("auth", name), "auth") for name in flows]
    wanted = [
        Wanted(thing("credential", s.name), identifier(_wanted(s), _CLIENT_ARGUMENTS, "credential"))
        for s in schemes
    ]
    kept = naming.kept(wanted_auths).values()
    names = naming.distinct(wanted, {*_CLIENT_ARGUMENTS, *kept})
    free = naming.distinct(wanted_auths, {*_CLIENT_ARGUMENTS, *names})
    auths = dict(zip(flows, free, strict=True))
    return [
        _argument(scheme, name, auths.get(scheme.name, ""))
        for scheme, name in zip(schemes, names, strict=True)
    ]


class Security(Struct, frozen=True):
    """The schemes that operations need, as expressions; `usual` is that of most operations.

    `sendable` are the names of the schemes that a request tells something for.
    """

    sendable: frozenset[str]
    usual: str

    def unusual(self, operation: Operation) -> str:
        """What an operation needs, where it is not the usual; else empty."""
        found = _requirements(operation, self.sendable)
        return found if found != self.usual else ""


def security(api: Api) -> Security:
    """What the operations of an API need to be authenticated."""
    sendable = frozenset(each.name for each in api.security_schemes if each.kind != "mutualTLS")
    counted = Counter(_requirements(each, sendable) for each in api.operations)
    return Security(sendable, max(counted, key=counted.__getitem__, default="()"))


def is_required(api: Api) -> bool:
    """Whether no operation may be called without a credential, and one scheme serves them all."""
    return len(_used(api)) == 1 and all(
        operation.security and all(each.schemes for each in operation.security)
        for operation in api.operations
    )


def _used(api: Api) -> list[SecurityScheme]:
    used = {name for op in api.operations for each in op.security for name in each.schemes}
    return [s for s in api.security_schemes if s.name in used and s.kind != "mutualTLS"]


def _requirements(operation: Operation, sendable: Collection[str]) -> str:
    alternatives = [_alternative(each, sendable) for each in operation.security]
    return tuple_of(dict.fromkeys(alternatives))


def _alternative(requirement: Requirement, sendable: Collection[str]) -> str:
    return tuple_of([quoted(name) for name in requirement.schemes if name in sendable])


def _wanted(scheme: SecurityScheme) -> str:
    if scheme.argument:
        return scheme.argument
    return "access_token" if scheme.kind in {"oauth2", "openIdConnect"} else scheme.name


def _argument(scheme: SecurityScheme, name: str, auth: str) -> SchemeArgument:
    settings = [quoted(scheme.name), quoted(name)]
    if scheme.environment:
        settings.append(f"variable={quoted(scheme.environment)}")
    if auth:
        settings.append(f"auth={quoted(auth)}")
    pair = scheme.kind == "http" and scheme.scheme == "basic"
    if scheme.kind == "apiKey":
        settings.append(f"parameter={quoted(scheme.parameter)}")
        if scheme.location != "header":
            settings.append(f"location={quoted(scheme.location)}")
    else:
        prefix = "Bearer" if scheme.kind != "http" else scheme.scheme.capitalize() or "Bearer"
        settings.append(f"prefix={quoted(prefix + ' ')}")
    return SchemeArgument(
        name=scheme.name,
        argument=name,
        constant=name.upper(),
        scheme=f"Scheme({', '.join(settings)})",
        pair=pair,
        description=" ".join(scheme.description.split()) or "A credential.",
        variable=scheme.environment,
        auth=auth,
    )
