"""The OAuth module of a package: the authorization code flows of its contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generator.document import Finding, Severity
from generator.model import Api, OAuthFlow, Object, Reference, Schema, SecurityScheme
from generator.targets.typescript.layout import Alternatives, Node, broken, members
from generator.targets.typescript.names import Names
from generator.targets.typescript.package_plan import base_url
from generator.targets.typescript.security_plan import scheme_options
from generator.targets.typescript.source import class_name, comment, distinct, quoted
from generator.targets.typescript.types_plan import assigned

_EXPRESSED = "authorizationCode"
_UNUSED = frozenset({"implicit", "password"})
_REVOKED = frozenset({"token", "token_type_hint"})


@dataclass(frozen=True, slots=True)
class Flow:
    """A class that signs users in: `scopes` is the type of what may be asked for."""

    name: str
    doc: str
    constant: str
    provider: str
    scope: str
    scope_doc: str
    scopes: str


@dataclass(frozen=True, slots=True)
class OAuthModule:
    """`oauth.ts`: expressions are code already."""

    doc: str
    flows: Sequence[Flow]


def oauth_module(api: Api, names: Names) -> OAuthModule | None:
    """The module for an API whose users sign in; None for others."""
    found = [
        (scheme, flow)
        for scheme in api.security_schemes
        for flow in scheme.flows
        if flow.kind == _EXPRESSED and flow.token_url
    ]
    if not found:
        return None
    alone = len(found) == 1
    wanted = ["OAuth" if alone else f"{class_name(scheme.name)}OAuth" for scheme, _ in found]
    classes = distinct(wanted)
    doc = comment(f"OAuth 2.0 of {api.title}: how an app signs users in, and keeps their tokens.")
    return OAuthModule(
        doc, [_flow(api, names, *each, cls) for each, cls in zip(found, classes, strict=True)]
    )


def findings(api: Api) -> list[Finding]:
    """The flows that the package has nothing for."""
    return [
        Finding(
            "GEN-153",
            scheme.position,
            f"The TypeScript client gets no tokens by {flow.kind}; give it one that you have.",
            severity=Severity.WARNING,
        )
        for scheme in api.security_schemes
        for flow in scheme.flows
        if flow.kind != _EXPRESSED and flow.kind not in _UNUSED
    ]


def _flow(api: Api, names: Names, scheme: SecurityScheme, flow: OAuthFlow, name: str) -> Flow:
    prefix = name.removesuffix("OAuth")
    constant = f"{prefix.upper()}PROVIDER" if not prefix else f"{prefix.upper()}_PROVIDER"
    settings: dict[str, Node] = {
        "baseURL": quoted(base_url(api)),
        "tokenURL": quoted(_below(api, flow.token_url)),
        "authorizationURL": quoted(_below(api, flow.authorization_url)),
    }
    if flow.refresh_url and flow.refresh_url != flow.token_url:
        settings["refreshURL"] = quoted(_below(api, flow.refresh_url))
    revocation = _revocation(api)
    if revocation:
        settings["revocationURL"] = quoted(revocation)
    head = f"const {constant}: Provider = "
    scope = f"{prefix}Scope"
    options = {each.name: each.option for each in scheme_options(api)}
    option = options.get(scheme.name, "accessToken")
    told = "\n".join(f"- `{each}`: {' '.join(text.split())}" for each, text in flow.scopes.items())
    use = f"Its `token` is a credential: `new {names.client}({{ {option}: oauth.token }})`."
    known = [quoted(each) for each in flow.scopes]
    return Flow(
        name=name,
        doc=comment(f"Signs a user in, and gives access tokens. {use}\n\n{scheme.description}"),
        constant=constant,
        provider=head + broken(members(settings), 0, len(head), 1),
        scope=scope,
        scope_doc=comment(f"What an app may ask for.\n\n{told}".strip()),
        scopes=assigned(
            Alternatives((*known, "(string & {})")) if known else "string",
            len(f"export type {scope} = "),
        ),
    )


def _below(api: Api, url: str) -> str:
    """An address, by its path where it is below the API's own."""
    base = base_url(api).rstrip("/")
    return url.removeprefix(base) if url.startswith(f"{base}/") else url


def _revocation(api: Api) -> str:
    """The operation that takes tokens back (RFC 7009): a form with a `token`."""
    for operation in api.operations:
        for media in operation.body.media if operation.body else ():
            kind = _object(api, media.schema)
            named = {prop.name for prop in kind.properties} if kind else set[str]()
            if media.type.endswith("form-urlencoded") and "token" in named <= _REVOKED:
                return operation.path
    return ""


def _object(api: Api, schema: Schema | None) -> Object | None:
    if schema is not None and isinstance(schema.type, Reference):
        schema = api.schemas[schema.type.name]
    return schema.type if schema is not None and isinstance(schema.type, Object) else None
