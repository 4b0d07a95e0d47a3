"""The identity module of a package: how a backend signs the token that names an end user."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from generator.document import Finding, Severity
from generator.model import Api
from generator.published import thing
from generator.targets.naming import Wanted
from generator.targets.python.names import Names
from generator.targets.python_source import docstring, identifier, quoted

_ALGORITHMS = ("HS256", "HS384", "HS512")
_TAKEN = frozenset({"dt", "user_id", "secret", "expires_in", "now"})


class Claim(Struct, frozen=True):
    """A claim as an argument: `wire` is its name in the token, quoted."""

    argument: str
    wire: str


class IdentityModule(Struct, frozen=True):
    """`identity.py`: expressions are code already."""

    doc: str
    identity: str
    claims: Sequence[Claim]
    function_doc: str


def identity_findings(api: Api) -> list[Finding]:
    """The tokens that the package cannot sign."""
    found = next((each.identity for each in api.operations if each.identity), None)
    if found is None or not set(found.algorithms).isdisjoint(_ALGORITHMS):
        return []
    listed = ", ".join(found.algorithms) or "no algorithm"
    message = f"The Python client signs user tokens by HMAC alone, and the API takes {listed}."
    return [Finding("GEN-105", found.position, message, severity=Severity.WARNING)]


def identity_module(api: Api, names: Names) -> IdentityModule | None:
    """The module for an API that asks for such tokens, signed under a secret that it shares."""
    found = next((each.identity for each in api.operations if each.identity), None)
    if found is None:
        return None
    algorithm = next((name for name in _ALGORITHMS if name in found.algorithms), None)
    if algorithm is None:
        return None
    variable = f"{names.package.upper()}_SECRET_KEY"
    settings = [quoted(next(iter(found.subject), "sub")), quoted(variable)]
    if algorithm != _ALGORITHMS[0]:
        settings.append(f"algorithm={quoted(algorithm)}")
    if found.anonymous_prefix:
        settings.append(f"anonymous_prefix={quoted(found.anonymous_prefix)}")
    wanted = [
        Wanted(thing("claim", name), identifier(name, _TAKEN, "claim"))
        for name in found.trusted_claims
    ]
    arguments = names.naming.distinct(wanted, _TAKEN)
    claims = [
        Claim(argument, quoted(wire))
        for argument, wire in zip(arguments, found.trusted_claims, strict=True)
    ]
    told = [
        ("user_id", "Whom the token names."),
        *((each.argument, f"Their {each.argument}, which the API then trusts.") for each in claims),
        ("secret", f"The identity secret; else `{variable}` of the environment."),
        ("expires_in", "How long the token is good for."),
        ("now", "The Unix time of its issue; else that of the clock."),
    ]
    listed = "\n".join(f"    {name}: {text}" for name, text in told)
    raises = (
        "    ArgumentError: There is no token for such a user or lifetime.\n"
        "    MissingCredentialsError: There is no secret."
    )
    first = "The token that proves to the API who an end user is. Sign it on your server only."
    text = f"{first}\n\nArgs:\n{listed}\n\nRaises:\n{raises}"
    return IdentityModule(
        doc=docstring(f"Who the end users of {api.title} are, proved by tokens that you sign.", 0),
        identity=f"Identity({', '.join(settings)})",
        claims=claims,
        function_doc=docstring(text, 4),
    )
