"""The OAuth module of a package: the flows of its contract, with their URLs and scopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from generator.document import Finding, Severity
from generator.model import Api, OAuthFlow, Object, Operation, Reference, Schema, SecurityScheme
from generator.published import thing
from generator.targets.naming import Wanted
from generator.targets.python.exports_plan import ordered
from generator.targets.python.names import Names
from generator.targets.python_source import class_name, docstring, quoted

_FLOWS = {"authorizationCode": "OAuth", "clientCredentials": "ClientCredentials"}
_RUNTIME = {
    "authorizationCode": "AuthorizationCode",
    "clientCredentials": "ClientCredentialsGrant",
}
_EXPORTED = (
    *("AccessDeniedError", "AsyncTokenStore", "AuthorizationRequest", "FileTokenStore"),
    *("MemoryTokenStore", "OAuthError", "SignInRequiredError", "SignInTimeoutError"),
    *("StateMismatchError", "TokenStore", "Tokens"),
)
_ABOUT = {
    "authorizationCode": "Signs a user in, and is the credential of a client then",
    "clientCredentials": "Gets tokens of the app's own, and is the credential of a client",
}
_REVOKED = frozenset({"token", "token_type_hint"})


class FlowClass(Struct, frozen=True):
    """A class of one flavour that gets tokens in one way."""

    cls: str
    parent: str
    doc: str
    constant: str
    scopes: str
    secret: str
    store: str
    http: str


class Flow(Struct, frozen=True):
    """A flow: the constant of its URLs, and the type of its scopes. `signs_in` is about a user."""

    scheme: str
    signs_in: bool
    constant: str
    provider: str
    scopes: str
    scopes_type: str
    scopes_doc: str
    classes: Mapping[bool, FlowClass]


class OAuthModule(Struct, frozen=True):
    """`oauth.py`: expressions are code already."""

    doc: str
    base_url: str
    base_url_variable: str
    flows: Sequence[Flow]
    runtime: Sequence[str]
    asynchronous: Sequence[str]

    @property
    def exported(self) -> list[str]:
        """The names of the module."""
        own = [name for each in self.classes for name in (each.cls, each.scopes)]
        return ordered([*_EXPORTED, *own])

    @property
    def typing(self) -> str:
        """What its types are written with."""
        listed = any("Literal" in flow.scopes_type for flow in self.flows)
        return "Literal, TypeAlias" if listed else "TypeAlias"

    @property
    def classes(self) -> list[FlowClass]:
        """The classes, those for asyncio after those that wait."""
        return [flow.classes[flavour] for flavour in (False, True) for flow in self.flows]


def oauth_module(api: Api, names: Names) -> OAuthModule | None:
    """The module for an API with a flow that an app can go through by itself."""
    flows = oauth_flows(api, names)
    if not flows:
        return None
    parents = [{flow.classes[flavour].parent for flow in flows} for flavour in (False, True)]
    return OAuthModule(
        doc=docstring(f"OAuth 2.0 of {api.title}: how an app gets its tokens, and keeps them.", 0),
        base_url=quoted(api.servers[0].url if api.servers else "/"),
        base_url_variable=quoted(f"{names.package.upper()}_BASE_URL"),
        flows=flows,
        runtime=sorted(parents[0]),
        asynchronous=sorted(parents[1]),
    )


def oauth_findings(api: Api) -> list[Finding]:
    """The flows that the package has nothing for."""
    return [
        Finding(
            "GEN-104",
            scheme.position,
            f"The Python client gets no tokens by {flow.kind}; give it one that you have.",
            severity=Severity.WARNING,
        )
        for scheme in api.security_schemes
        if scheme.kind == "oauth2"
        for flow in scheme.flows
        if flow.kind not in _FLOWS or not flow.token_url
    ]


def oauth_flows(api: Api, names: Names) -> list[Flow]:
    """The flows of all schemes, in the order of the contract."""
    found = [
        (scheme, flow)
        for scheme in api.security_schemes
        if scheme.kind == "oauth2"
        for flow in scheme.flows
        if flow.kind in _FLOWS and flow.token_url
    ]
    alone = len({scheme.name for scheme, _ in found}) == 1
    wanted = [
        Wanted(
            thing("flow", scheme.name, flow.kind),
            _FLOWS[flow.kind] if alone else class_name(f"{scheme.name} {_FLOWS[flow.kind]}"),
            derived=True,
        )
        for scheme, flow in found
    ]
    runtime = {f"{flavour}{name}" for flavour in ("", "Async") for name in _RUNTIME.values()}
    taken = {*_EXPORTED, *runtime, "App", "Clock", "Provider"}
    asynchronous = {f"Async{each.name}" for each in wanted}
    kept = {*names.naming.kept(wanted).values()}
    classes = names.naming.distinct(wanted, taken | (asynchronous - kept))
    plain = "OAuth" if "OAuth" in classes else "ClientCredentials"
    return [
        _flow(api, names, scheme, flow, cls=cls, scopes="Scope" if cls == plain else f"{cls}Scope")
        for (scheme, flow), cls in zip(found, classes, strict=True)
    ]


def _flow(
    api: Api, names: Names, scheme: SecurityScheme, flow: OAuthFlow, *, cls: str, scopes: str
) -> Flow:
    constant = f"_{cls.upper()}"
    urls = {
        "authorization_url": flow.authorization_url,
        "refresh_url": flow.refresh_url if flow.refresh_url != flow.token_url else "",
        "revocation_url": _revocation_url(api) if flow.kind == "authorizationCode" else "",
    }
    settings = [quoted(_below(api, flow.token_url))]
    settings += [f"{name}={quoted(_below(api, url))}" for name, url in urls.items() if url]
    listed = ", ".join(map(quoted, flow.scopes))
    told = "\n".join(f"- `{name}`: {' '.join(text.split())}" for name, text in flow.scopes.items())
    return Flow(
        scheme=scheme.name,
        signs_in=flow.kind == "authorizationCode",
        constant=constant,
        provider=f"Provider({', '.join(settings)})",
        scopes=scopes,
        scopes_type=f"Literal[{listed}] | str" if listed else "str",
        scopes_doc=docstring(f"What an app may ask for.\n\n{told}".strip(), 0),
        classes={
            flavour: FlowClass(
                cls=f"Async{cls}" if flavour else cls,
                parent=f"{'Async' if flavour else ''}{_RUNTIME[flow.kind]}",
                doc=_doc(names, scheme, flow, asynchronous=flavour),
                constant=constant,
                scopes=scopes,
                secret="str" if flow.kind == "clientCredentials" else "str | None = None",
                store="TokenStore | AsyncTokenStore" if flavour else "TokenStore",
                http="httpx2.AsyncClient" if flavour else "httpx2.Client",
            )
            for flavour in (False, True)
        },
    )


def _doc(names: Names, scheme: SecurityScheme, flow: OAuthFlow, *, asynchronous: bool) -> str:
    client = f"Async{names.client}" if asynchronous else names.client
    variable = f"{names.package.upper()}_BASE_URL"
    secret = "" if flow.kind == "clientCredentials" else "; none for an app that cannot keep one"
    told = [
        ("client_id", "Your app, as it is registered."),
        ("client_secret", f"Its secret{secret}."),
        ("scopes", "What to ask for; what the server gives by itself where nothing is said."),
        ("store", "Where tokens are kept; in memory where nothing is said."),
        (
            "base_url",
            f"Where the API is; else `{variable}`, else production.",
        ),
        ("http_client", "An httpx2 client of your own for its requests."),
        ("clock", "Tells the time; for tests."),
    ]
    arguments = "\n".join(f"    {name}: {text}" for name, text in told)
    text = f"{_ABOUT[flow.kind]}: `{client}(auth=…)`.\n\n{scheme.description.strip()}"
    return docstring(f"{text.strip()}\n\nArgs:\n{arguments}", 4)


def _below(api: Api, url: str) -> str:
    """The URL, without the API's own server where it is there."""
    server = api.servers[0].url.rstrip("/") if api.servers else ""
    return url.removeprefix(server) if server and url.startswith(f"{server}/") else url


def _revocation_url(api: Api) -> str:
    """The path of the operation that takes tokens back, known by its form (RFC 7009 §2.1)."""
    return next((each.path for each in api.operations if _revokes(api, each)), "")


def _revokes(api: Api, operation: Operation) -> bool:
    forms = [
        media.schema
        for media in (operation.body.media if operation.body else ())
        if media.type == "application/x-www-form-urlencoded" and media.schema
    ]
    return any(_members(api, schema) >= _REVOKED for schema in forms)


def _members(api: Api, schema: Schema) -> set[str]:
    kind = schema.type
    while isinstance(kind, Reference):
        kind = api.schemas[kind.name].type
    return {each.name for each in kind.properties} if isinstance(kind, Object) else set()
