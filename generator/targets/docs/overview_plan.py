"""The first page: what the API is, and what all its operations share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from generator.model import Api, OAuthFlow, Operation, PlainHttp, Resource, SecurityScheme
from generator.targets.client_calls import ClientCalls
from generator.targets.docs import behaviour
from generator.targets.docs.html_source import Markup, joined, web_address
from generator.targets.docs.operations_plan import Sample, path
from generator.targets.docs.places import Places
from generator.targets.docs.prose import phrase, prose
from generator.targets.docs.titles import Titles, operation_title, resource_title, tag_titles

_FLOWS = {
    "authorizationCode": "Authorization code",
    "clientCredentials": "Client credentials",
    "deviceAuthorization": "Device authorization",
    "implicit": "Implicit",
    "password": "Password",
}
_ADDRESSES = {"openIdConnectUrl": "Discovery", "oauth2MetadataUrl": "Metadata"}
_SENT = {
    "header": "the header {}",
    "query": "the query parameter {}",
    "cookie": "the cookie {}",
}


class ServerPlan(Struct, frozen=True):
    """A base URL, and what its variables may be."""

    url: str
    description: Markup
    variables: Sequence[tuple[str, str, Sequence[str], Markup]]


class FlowPlan(Struct, frozen=True):
    """A way to get tokens: its addresses and scopes."""

    name: str
    addresses: Sequence[tuple[str, str]]
    scopes: Sequence[tuple[str, Markup]]
    idle: str


class SchemePlan(Struct, frozen=True):
    """A way to prove who one is."""

    anchor: str
    name: str
    sent: Markup
    description: Markup
    environment: str
    addresses: Sequence[tuple[str, str]]
    flows: Sequence[FlowPlan]


class OperationLine(Struct, frozen=True):
    """An operation in a list."""

    href: str
    method: str
    path: Markup
    title: str
    deprecated: bool


class ResourceLine(Struct, frozen=True):
    """A resource with its operations."""

    href: str
    title: str
    description: Markup
    operations: Sequence[OperationLine]


class Overview(Struct, frozen=True):
    """The first page. Empty is what the API has nothing to say of."""

    summary: str
    description: Markup
    facts: Sequence[tuple[str, Markup]]
    servers: Sequence[ServerPlan]
    schemes: Sequence[SchemePlan]
    clients: Sequence[tuple[str, Sample, Sample]]
    errors: Markup
    codes: Sequence[tuple[str, str, Markup]]
    paging: Markup
    limits: Sequence[Markup]
    resources: Sequence[ResourceLine]
    webhooks: Sequence[tuple[str, str, str]]
    deprecated: Sequence[OperationLine]

    @property
    def sections(self) -> list[tuple[str, str]]:
        """The anchor and heading of each section that there is."""
        told = {
            ("servers", "Servers"): self.servers,
            ("authentication", "Authentication"): self.schemes,
            ("clients", "Clients"): self.clients,
            ("errors", "Errors"): self.errors or self.codes,
            ("paging", "Paging"): self.paging,
            ("limits", "Limits"): self.limits,
            ("resources", "Resources"): self.resources,
            ("webhooks", "Webhook events"): self.webhooks,
            ("deprecated", "Deprecated"): self.deprecated,
        }
        return [section for section, content in told.items() if content]


def overview(
    api: Api, document: Mapping[str, Any], places: Places, clients: Sequence[ClientCalls]
) -> Overview:
    """The plan of the first page; `document` tells what the model has no word for."""
    info = _mapping(document.get("info"))
    written = _mapping(_mapping(document.get("components")).get("securitySchemes"))
    titles = tag_titles(document)
    limits = []
    if api.rate_limit is not None:
        limits.append(behaviour.rate_limit(api.rate_limit))
    if api.retries is not None:
        limits.append(behaviour.retries(api.retries))
    if api.plain_http is not None:
        limits.append(_plain_http(api.plain_http))
    return Overview(
        summary=_text(info.get("summary")),
        description=prose(api.description, 1),
        facts=list(_facts(info, document)),
        servers=_servers(api, document),
        schemes=[_scheme(each, places, written) for each in api.security_schemes],
        clients=[
            (
                each.label,
                Sample("Install", "shell", each.install),
                Sample("Use", each.label.lower(), each.setup),
            )
            for each in clients
            if each.calls
        ],
        errors=behaviour.envelope(places, api.envelope) if api.envelope else Markup(""),
        codes=_codes(api.operations),
        paging=_paging(api.operations),
        limits=limits,
        resources=[_resource(each, places, titles) for each in api.resources],
        webhooks=[
            (places.webhook(each.name), each.name, " ".join(each.summary.split()))
            for each in api.webhooks
        ],
        deprecated=[_line(each, places) for each in api.operations if each.deprecated],
    )


def _resource(resource: Resource, places: Places, titles: Titles) -> ResourceLine:
    return ResourceLine(
        href=places.page(resource.name),
        title=resource_title(resource, titles),
        description=prose(resource.description, 3),
        operations=[_line(each, places) for each in resource.walk()],
    )


def _line(operation: Operation, places: Places) -> OperationLine:
    return OperationLine(
        href=places.operation(operation),
        method=operation.method.upper(),
        path=path(operation.path),
        title=operation_title(operation),
        deprecated=operation.deprecated,
    )


def _facts(info: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[tuple[str, Markup]]:
    """Who stands behind the API, and on which terms."""
    contact, license_ = _mapping(info.get("contact")), _mapping(info.get("license"))
    terms = _text(info.get("termsOfService"))
    name, mail = _text(contact.get("name")), _text(contact.get("email"))
    if contact:
        told = [_outside(_text(contact.get("url")), name)] if name or contact.get("url") else []
        told += [_outside(f"mailto:{mail}", mail)] if mail else []
        yield "Contact", joined(told, ", ")
    if terms:
        yield "Terms", _outside(terms, terms)
    if license_:
        called = _text(license_.get("name")) or _text(license_.get("identifier"))
        yield "Licence", _outside(_text(license_.get("url")), called)
    more = _mapping(document.get("externalDocs"))
    if more:
        address = _text(more.get("url"))
        yield "More", _outside(address, _text(more.get("description")) or address)


def _outside(url: str, text: str) -> Markup:
    """A link to another place of the web; the text alone, where the address leads nowhere."""
    address = web_address(url)
    if not address:
        return Markup("{}").format(text or url)
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, text or url)


def _servers(api: Api, document: Mapping[str, Any]) -> list[ServerPlan]:
    variables: dict[str, Any] = {}
    written = document.get("servers")
    for server in written if isinstance(written, list) else ():
        for name, told in _mapping(_mapping(server).get("variables")).items():
            variables.setdefault(str(name), (_text(_mapping(server).get("url")), _mapping(told)))
    return [
        ServerPlan(
            url=each.url,
            description=phrase(each.description),
            variables=[
                (
                    name,
                    str(told.get("default", "")),
                    [str(value) for value in _listed(told.get("enum"))],
                    phrase(_text(told.get("description"))),
                )
                for name, (url, told) in (variables.items() if number == 0 else ())
                if f"{{{name}}}" in url
            ],
        )
        for number, each in enumerate(api.servers)
    ]


def _scheme(scheme: SecurityScheme, places: Places, written: Mapping[str, Any]) -> SchemePlan:
    said = _mapping(written.get(scheme.name))
    addresses = {told: _text(said.get(key)) for key, told in _ADDRESSES.items()}
    return SchemePlan(
        anchor=places.schemes[scheme.name],
        name=scheme.name,
        sent=_sent(scheme),
        description=prose(scheme.description, 3),
        environment=scheme.environment,
        addresses=[(told, url) for told, url in addresses.items() if url],
        flows=[_flow(each) for each in scheme.flows],
    )


def _sent(scheme: SecurityScheme) -> Markup:
    code = Markup("<code>{}</code>")
    match scheme.kind:
        case "apiKey":
            where = Markup(_SENT.get(scheme.location, "{}"))
            return Markup("A key, in {}.").format(where.format(code.format(scheme.parameter)))
        case "http" if scheme.scheme == "basic":
            return Markup("User name and password, as HTTP Basic.")
        case "http":
            word = scheme.scheme.capitalize() or "Bearer"
            form = f" ({scheme.bearer_format})" if scheme.bearer_format else ""
            header = code.format(f"Authorization: {word} …")
            return Markup("{}{}").format(header, form)
        case "mutualTLS":
            return Markup("A client certificate.")
    kind = "OAuth 2.0" if scheme.kind == "oauth2" else "OpenID Connect"
    return Markup("{}: {}").format(kind, code.format("Authorization: Bearer …"))


def _flow(flow: OAuthFlow) -> FlowPlan:
    addresses = {
        "Authorization": flow.authorization_url,
        "Token": flow.token_url,
        "Refresh": flow.refresh_url,
    }
    return FlowPlan(
        name=_FLOWS.get(flow.kind, flow.kind),
        addresses=[(told, url) for told, url in addresses.items() if url],
        scopes=[(scope, phrase(told)) for scope, told in flow.scopes.items()],
        idle=behaviour.span(flow.idle) if flow.idle else "",
    )


def _codes(operations: Sequence[Operation]) -> list[tuple[str, str, Markup]]:
    """Every documented error code by status, and when it is sent where it is told of first."""
    found: dict[tuple[str, str], str] = {}
    for operation in operations:
        for response in operation.responses:
            for code, when in response.error_codes.items():
                found.setdefault((response.status, code), when)
    listed = sorted(found.items(), key=lambda item: item[0][0])
    return [(status, code, phrase(when)) for (status, code), when in listed]


def _paging(operations: Sequence[Operation]) -> Markup:
    """How most lists are walked."""
    told = Counter(
        behaviour.paging(each.pagination) for each in operations if each.pagination is not None
    )
    if not told:
        return Markup("")
    usual, _ = told.most_common(1)[0]
    head = "All lists" if len(told) == 1 else "Most lists"
    return Markup("{} are walked alike; each says how. {}").format(head, usual)


def _plain_http(told: PlainHttp) -> Markup:
    where = "is redirected to HTTPS" if told.is_redirect else "is refused"
    code = Markup(" and the code <code>{}</code>").format(told.code) if told.code else ""
    sentence = "A request over plain HTTP {}, with {}{}."
    return Markup(sentence).format(where, told.status, code)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _text(value: Any) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
