"""The identity module of a package: how a backend signs the token that names an end user."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from generator.model import Api
from generator.targets.typescript.layout import Node, assigned, members
from generator.targets.typescript.source import comment, key, quoted
from generator.targets.typescript.types_plan import Member

_HASHES = {"HS256": "SHA-256", "HS384": "SHA-384", "HS512": "SHA-512"}


class IdentityModule(Struct, frozen=True):
    """`identity.ts`: expressions are code already."""

    doc: str
    identity: str
    claims: Sequence[Member]


def identity_module(api: Api) -> IdentityModule | None:
    """The module for an API that asks for such tokens, signed under a secret that it shares."""
    found = next((each.identity for each in api.operations if each.identity), None)
    if found is None:
        return None
    algorithm = next((name for name in _HASHES if name in found.algorithms), None)
    if algorithm is None:
        return None
    settings: dict[str, Node] = {"subject": quoted(next(iter(found.subject), "sub"))}
    if found.anonymous_prefix:
        settings["anonymousPrefix"] = quoted(found.anonymous_prefix)
    if algorithm != "HS256":
        settings["hash"] = quoted(_HASHES[algorithm])
    return IdentityModule(
        doc=comment(f"Who the end users of {api.title} are, proved by tokens that you sign."),
        identity=assigned("const IDENTITY: Identity", members(settings)),
        claims=[_claim(name) for name in found.trusted_claims],
    )


def _claim(name: str) -> Member:
    """A claim that the API trusts, as a member of the claims."""
    return Member(comment(f"The claim `{name}`.", 2), f"readonly {key(name)}?: string | undefined;")
