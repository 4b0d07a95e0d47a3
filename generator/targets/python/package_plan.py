"""The files of a package that stand for the whole API: client, exports, metadata, README."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from generator.document import Finding, Severity
from generator.model import Api, RateLimit
from generator.targets.own_servers import has_own_servers
from generator.targets.python.annotations import Scope
from generator.targets.python.answers_plan import attribute_path
from generator.targets.python.imports import Imports, symbol_order
from generator.targets.python.names import Names
from generator.targets.python.oauth_plan import Flow, oauth_flows
from generator.targets.python.resources_plan import Child
from generator.targets.python.security_plan import (
    SchemeArgument,
    is_required,
    scheme_arguments,
    security,
)
from generator.targets.python.webhooks_plan import webhooks_accessor
from generator.targets.python_source import docstring, quoted, tuple_of

PEP_440 = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[a-z0-9.]+)?")


class TypePlace(Struct, frozen=True):
    """Where a type is, and what it is called at home and here."""

    module: str
    name: str
    local: str


class ClientFlavour(Struct, frozen=True):
    """One of the two client classes, each in a module of its own: `_client`, `_async_client`."""

    module: str
    module_doc: str
    cls: str
    parent: str
    secret: str
    credentials: Sequence[str]
    auth_classes: Sequence[str]
    http: str
    transport: str
    servers_caller: str
    doc: str
    asynchronous: bool


class Client(Struct, frozen=True):
    """What both clients share: `_configuration.py`. Values that are code are expressions already.

    `configured` are the names of that module that the clients import.
    """

    configuration_doc: str
    configuration_credentials: Sequence[str]
    configured: Sequence[str]
    package: str
    quoted_name: str
    base_url: str
    base_url_variable: str
    own_servers: bool
    schemes: Sequence[SchemeArgument]
    auth_types: Mapping[str, Mapping[bool, str]]
    required: bool
    security: str
    envelope: TypePlace | None
    message: str
    code: str
    request_id: str
    rate_limit: str
    bucket: str
    resources: Sequence[Child]
    webhooks: Child | None
    webhook_variable: str
    flavours: Sequence[ClientFlavour]


def client(api: Api, names: Names) -> Client:
    """The client classes of an API."""
    scope = Scope(api, names, Imports())
    envelope = api.envelope
    schema = api.schemas[envelope.schema] if envelope else None
    paths = (envelope.message, envelope.code, envelope.request_id) if envelope else ((), (), ())
    message, code, request_id = (literal_tuple(attribute_path(scope, schema, p)) for p in paths)
    schemes = scheme_arguments(api, names.naming)
    webhooks = webhooks_accessor(api, names)
    flows = oauth_flows(api, names)
    return Client(
        configuration_doc=docstring(f"What every client of {api.title} is made with.", 0),
        configuration_credentials=_credential_names(schemes, webhooks is not None),
        configured=_configured(schemes, _bucket(api)),
        package=names.package,
        quoted_name=quoted(names.client),
        base_url=quoted(api.servers[0].url if api.servers else "/"),
        base_url_variable=quoted(f"{names.package.upper()}_BASE_URL"),
        own_servers=has_own_servers(api.servers[0].url, api),
        schemes=schemes,
        auth_types=_auth_types(flows),
        required=is_required(api),
        security=security(api).usual,
        envelope=envelope_place(api, names, ()),
        message=message,
        code=code,
        request_id=request_id,
        rate_limit=_rate_limit(api),
        bucket=_bucket(api),
        resources=[
            Child(
                name.attribute,
                name.module,
                {False: name.cls, True: f"Async{name.cls}"},
                docstring(resource.description or f"The resource {name.attribute}.", 8),
            )
            for resource in api.resources
            for name in [names.resources[resource.name,]]
            if webhooks is None or name.attribute != webhooks.attribute
        ],
        webhooks=webhooks,
        webhook_variable=quoted(f"{names.package.upper()}_WEBHOOK_SECRET"),
        flavours=[
            _flavour(api, names, schemes, flows, signed=webhooks is not None, asynchronous=each)
            for each in (False, True)
        ],
    )


def retry_findings(api: Api) -> list[Finding]:
    """Where the document says when clients try again, which they do by their own policy."""
    message = "The Python client retries by its own policy, unless it is given a RetryPolicy."
    return [
        Finding("GEN-106", each.position, message, severity=Severity.WARNING)
        for each in (api.retries, *(operation.retries for operation in api.operations))
        if each is not None
    ]


def _auth_types(flows: Sequence[Flow]) -> dict[str, dict[bool, str]]:
    """The classes that get tokens for a scheme, by its name and flavour, as types."""
    found: dict[str, dict[bool, str]] = {}
    for flow in flows:
        for flavour, cls in flow.classes.items():
            types = found.setdefault(flow.scheme, {})
            types[flavour] = f"{types[flavour]} | {cls.cls}" if flavour in types else cls.cls
    return found


def _credential_names(schemes: Sequence[SchemeArgument], signed: bool) -> list[str]:
    """What the configuration uses of the runtime's credentials."""
    used = {"Credential"}
    used |= {"Scheme"} if schemes else set()
    used |= {"SigningSecret", "signing_secrets"} if signed else set()
    return sorted(used, key=symbol_order)


def _configured(schemes: Sequence[SchemeArgument], bucket: str) -> list[str]:
    """What the clients use of the configuration."""
    used = {"configuration", *(each.constant for each in schemes), *(["BUCKET"] if bucket else [])}
    return sorted(used, key=symbol_order)


def envelope_place(api: Api, names: Names, taken: Sequence[str]) -> TypePlace | None:
    """Where the type of the error envelope is; None where the API has none."""
    if api.envelope is None or api.envelope.schema not in names.types:
        return None
    place = names.types[api.envelope.schema]
    local = f"{place.name}Envelope" if place.name in taken else place.name
    return TypePlace(place.module, place.name, local)


def literal_tuple(path: tuple[str, ...]) -> str:
    """A path as an expression."""
    return tuple_of(map(quoted, path))


def _bucket(api: Api) -> str:
    limit = _limit(api)
    if limit is None:
        return ""
    return f"Bucket(limit={limit.limit}, window={limit.window}, burst={limit.burst})"


def _limit(api: Api) -> RateLimit | None:
    """The rate limit of the API, else the first of its operations."""
    found = (each.rate_limit for each in api.operations if each.rate_limit)
    return api.rate_limit or next(found, None)


def _rate_limit(api: Api) -> str:
    limit = _limit(api)
    headers: Mapping[str, str] = limit.headers if limit else {}
    settings = [
        f"{name}={quoted(headers[name].lower())}"
        for name in ("limit", "remaining", "reset")
        if name in headers
    ]
    if limit and limit.reset == "delta-seconds" and settings:
        settings.append('reset_in="delta-seconds"')
    return ", ".join(settings)


def _flavour(
    api: Api,
    names: Names,
    schemes: Sequence[SchemeArgument],
    flows: Sequence[Flow],
    *,
    signed: bool,
    asynchronous: bool,
) -> ClientFlavour:
    prefix, suffix = ("Async", ", for asyncio") if asynchronous else ("", "")
    secret = f"{prefix}Secret"
    used = {"gather"}
    used |= {secret} if any(not each.pair for each in schemes) else set()
    used |= {"one_of"} if any(each.auth for each in schemes) else set()
    used |= {"SigningSecret"} if signed else set()
    return ClientFlavour(
        module="_async_client" if asynchronous else "_client",
        module_doc=docstring(f"The client of {api.title}{suffix}.", 0),
        cls=f"{prefix}{names.client}",
        parent=f"{prefix or 'Sync'}Client",
        secret=secret,
        credentials=sorted(used, key=symbol_order),
        auth_classes=sorted((f.classes[asynchronous].cls for f in flows), key=symbol_order),
        http=f"httpx2.{prefix}Client",
        transport=f"{prefix}Transport",
        servers_caller=f"{prefix or 'Sync'}ServersCaller",
        doc=_client_doc(api, names.package, schemes, signed, suffix),
        asynchronous=asynchronous,
    )


def _client_doc(
    api: Api, package: str, schemes: Sequence[SchemeArgument], signed: bool, suffix: str
) -> str:
    told = []
    for each in schemes:
        told.append((each.argument, _credential_doc(each)))
        if each.auth:
            told.append((each.auth, f"Gets such tokens by itself, instead: see `{package}.oauth`."))
    if signed:
        told.append(("webhook_secret", _signing_doc(package)))
    told += [
        ("base_url", _base_url_doc(api, package)),
        ("timeout", "Seconds that a call may take, 60 where nothing is said; None is for ever."),
        ("max_retries", "How often a call is tried again at most, 2 where nothing is said."),
        ("retries", "When and after how long it is tried again."),
        ("headers", "Headers that every request carries."),
        ("hooks", "Functions of yours, called before requests, after answers, before retries."),
        ("paced", "Wait before a request rather than exceed the rate limit."),
        ("max_response_bytes", "The largest answer to read, decompressed; 64 MiB else."),
        ("http_client", "An httpx2 client of your own, which is then yours to close."),
        ("transport", "What sends requests instead of httpx2, which is then yours to close."),
        ("clock", "Tells the time and waits; for tests."),
    ]
    entries = [f"    {name}: {text}" for name, text in told]
    text = "\n\n".join([f"A client of {api.title}{suffix}.", "\n".join(["Args:", *entries])])
    return docstring(text, 4)


def _base_url_doc(api: Api, package: str) -> str:
    whole = has_own_servers(api.servers[0].url, api)
    told = ": all of it, also what the contract has on servers of its own" if whole else ""
    return f"Where the API is{told}; else `{package.upper()}_BASE_URL`, else production."


def _signing_doc(package: str) -> str:
    where = f"Else `{package.upper()}_WEBHOOK_SECRET` of the environment."
    return f"What webhooks are signed with; several while one replaces another. {where}"


def _credential_doc(scheme: SchemeArgument) -> str:
    where = f" Else `{scheme.variable}` of the environment." if scheme.variable else ""
    kind = "User name and password." if scheme.pair else "The secret, or a function that gives it."
    return f"{scheme.description} {kind}{where}"
