"""The OAuth module of a package: how its contract's flows give tokens."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct

from generator.document import Finding, Severity
from generator.model import Api, OAuthFlow, Object, Reference, Schema, SecurityScheme
from generator.published import thing
from generator.targets.naming import Wanted
from generator.targets.typescript.imports import Imports, natural, statement
from generator.targets.typescript.layout import Alternatives, Node, assigned, members
from generator.targets.typescript.names import Names
from generator.targets.typescript.security_plan import scheme_options
from generator.targets.typescript.servers_plan import base_url
from generator.targets.typescript.source import class_name, comment, quoted

_UNUSED = frozenset({"implicit", "password"})
_ERRORS = ("AccessDeniedError", "OAuthError", "oauthErrorFrom", "SignInRequiredError")
_SIGN_IN_ERRORS = ("SignInTimeoutError", "StateMismatchError")
_REVOKED = frozenset({"token", "token_type_hint"})


class Kind(Struct, frozen=True):
    """What a kind of flow is in TypeScript: the runtime's class, its options, and its module."""

    suffix: str
    parent: str
    options: str
    module: str
    about: str


_KINDS = {
    "authorizationCode": Kind(
        "OAuth", "AuthorizationCode", "AppOptions", "oauth", "Signs a user in, and gives"
    ),
    "clientCredentials": Kind(
        suffix="ClientCredentials",
        parent="ClientCredentialsGrant",
        options="SecretAppOptions",
        module="client-credentials",
        about="Gets an app, with its secret,",
    ),
}


class Flow(Struct, frozen=True):
    """A class that gets tokens: `scopes` is the type of what may be asked for.

    `option` is that of the client which takes its tokens, `known` the scopes of the contract.
    """

    name: str
    kind: str
    option: str
    known: tuple[str, ...]
    parent: str
    parent_options: str
    options: str
    options_doc: str
    doc: str
    constant: str
    provider: str
    scope: str
    scope_doc: str
    scopes: str


class OAuthModule(Struct, frozen=True):
    """`oauth.ts`: expressions are code already."""

    doc: str
    imports: str
    exports: str
    signs_in: bool
    flows: Sequence[Flow]


def oauth_module(api: Api, names: Names) -> OAuthModule | None:
    """The module for an API with flows that give tokens; None for others."""
    found = [
        (scheme, flow)
        for scheme in api.security_schemes
        for flow in scheme.flows
        if flow.kind in _KINDS and flow.token_url
    ]
    if not found:
        return None
    kinds = {flow.kind for _, flow in found}
    schemes = {scheme.name for scheme, _ in found}
    wanted = [
        Wanted(
            thing("flow", scheme.name, flow.kind),
            ("" if len(schemes) == 1 else class_name(scheme.name)) + _KINDS[flow.kind].suffix,
            derived=True,
        )
        for scheme, flow in found
    ]
    classes = names.naming.distinct(wanted)
    return OAuthModule(
        doc=comment(f"OAuth 2.0 of {api.title}: how an app gets tokens, and keeps them."),
        imports=_imports(kinds),
        exports=_exports(kinds),
        signs_in="authorizationCode" in kinds,
        flows=[_flow(api, names, *each, cls) for each, cls in zip(found, classes, strict=True)],
    )


def _imports(kinds: Collection[str]) -> str:
    imports = Imports()
    for name in kinds:
        kind = _KINDS[name]
        imports.value(f"./runtime/{kind.module}.ts", kind.parent)
        where = "token-endpoint" if kind.options == "AppOptions" else kind.module
        imports.type(f"./runtime/{where}.ts", kind.options)
    imports.type("./runtime/token-endpoint.ts", "Provider")
    return imports.lines()


def _exports(kinds: Collection[str]) -> str:
    """What the entry has of the runtime, by modules in biome's order."""
    signs_in = "authorizationCode" in kinds
    errors = sorted([*_ERRORS, *(_SIGN_IN_ERRORS if signs_in else ())], key=natural)
    lines = [statement("export", errors, "./runtime/oauth-errors.ts")]
    if signs_in:
        lines.insert(0, 'export type { AuthorizationRequest } from "./runtime/oauth.ts";')
    kept = ["memoryStore", "type TokenStore", "type Tokens"]
    return "\n".join([*lines, statement("export", kept, "./runtime/token-keeper.ts")])


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
        if flow.kind not in _KINDS and flow.kind not in _UNUSED
    ]


def _flow(api: Api, names: Names, scheme: SecurityScheme, flow: OAuthFlow, name: str) -> Flow:
    kind = _KINDS[flow.kind]
    prefix = name.removesuffix("OAuth")
    constant = f"{prefix.upper()}_PROVIDER" if prefix else "PROVIDER"
    settings: dict[str, Node] = {
        "baseURL": quoted(base_url(api)),
        "tokenURL": quoted(_below(api, flow.token_url)),
    }
    if flow.authorization_url:
        settings["authorizationURL"] = quoted(_below(api, flow.authorization_url))
    if flow.refresh_url and flow.refresh_url != flow.token_url:
        settings["refreshURL"] = quoted(_below(api, flow.refresh_url))
    revocation = _revocation(api)
    if revocation:
        settings["revocationURL"] = quoted(revocation)
    head = f"const {constant}: Provider"
    scope = f"{prefix}Scope"
    options = {each.name: each.option for each in scheme_options(api, names.naming)}
    option = options.get(scheme.name, "accessToken")
    value = "oauth" if kind.suffix == "OAuth" else "app"
    told = "\n".join(f"- `{each}`: {' '.join(text.split())}" for each, text in flow.scopes.items())
    use = f"Its `token` is a credential: `new {names.client}({{ {option}: {value}.token }})`."
    known = [quoted(each) for each in flow.scopes]
    return Flow(
        name=name,
        kind=flow.kind,
        option=option,
        known=tuple(flow.scopes),
        parent=kind.parent,
        parent_options=kind.options,
        options=f"{name}Options",
        options_doc=comment(f"What `{name}` is made with."),
        doc=comment(f"{kind.about} access tokens. {use}\n\n{scheme.description}"),
        constant=constant,
        provider=assigned(head, members(settings)),
        scope=scope,
        scope_doc=comment(f"What an app may ask for.\n\n{told}".strip()),
        scopes=assigned(
            f"export type {scope}",
            Alternatives((*known, "(string & {})")) if known else "string",
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
