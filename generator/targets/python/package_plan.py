"""The files of a package that stand for the whole API: client, exports, metadata, README."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generator.model import Api
from generator.targets.python.annotations import Scope
from generator.targets.python.answers_plan import attribute_path
from generator.targets.python.imports import Imports
from generator.targets.python.names import Names
from generator.targets.python.resources_plan import Child
from generator.targets.python.security_plan import (
    SchemeArgument,
    is_required,
    requirements,
    scheme_arguments,
)
from generator.targets.python_source import docstring, quoted, tuple_of

_LONGEST_SUMMARY = 300
_VERSION = re.compile(r"\d+(\.\d+)*((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?(\+[a-z0-9.]+)?")


@dataclass(frozen=True, slots=True)
class TypePlace:
    """Where a type is, and what it is called at home and here."""

    module: str
    name: str
    local: str


@dataclass(frozen=True, slots=True)
class ClientFlavour:
    """One of the two client classes."""

    cls: str
    parent: str
    secret: str
    http: str
    doc: str
    asynchronous: bool


@dataclass(frozen=True, slots=True)
class Client:
    """`_client.py`: values that are code are expressions already."""

    doc: str
    package: str
    quoted_name: str
    base_url: str
    base_url_variable: str
    schemes: Sequence[SchemeArgument]
    required: bool
    security: str
    envelope: TypePlace | None
    message: str
    code: str
    request_id: str
    rate_limit: str
    resources: Sequence[Child]
    flavours: Sequence[ClientFlavour]


def client(api: Api, names: Names) -> Client:
    """The client classes of an API."""
    scope = Scope(api, names.types, Imports())
    envelope = api.envelope
    schema = api.schemas[envelope.schema] if envelope else None
    paths = (envelope.message, envelope.code, envelope.request_id) if envelope else ((), (), ())
    message, code, request_id = (literal_tuple(attribute_path(scope, schema, p)) for p in paths)
    schemes = scheme_arguments(api)
    return Client(
        doc=docstring(f"The clients of {api.title}.", 0),
        package=names.package,
        quoted_name=quoted(names.client),
        base_url=quoted(api.servers[0].url if api.servers else "/"),
        base_url_variable=quoted(f"{names.package.upper()}_BASE_URL"),
        schemes=schemes,
        required=is_required(api),
        security=requirements(api, None),
        envelope=envelope_place(api, names, ()),
        message=message,
        code=code,
        request_id=request_id,
        rate_limit=_rate_limit(api),
        resources=[
            Child(
                name.attribute,
                name.module,
                {False: name.cls, True: f"Async{name.cls}"},
                docstring(resource.description or f"The resource {name.attribute}.", 8),
            )
            for resource in api.resources
            for name in [names.resources[resource.name,]]
        ],
        flavours=_flavours(api, names, schemes),
    )


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


def version(api: Api) -> str:
    """The contract's version where it is one of PEP 440, else 0.0.0."""
    text = api.version.strip().removeprefix("v")
    return text if _VERSION.fullmatch(text) else "0.0.0"


def summary(api: Api) -> str:
    """The first sentence of what the API is, in one line of at most 300 characters."""
    text = description(api)
    first = re.match(r".*?[.!?](?=\s|$)", text)
    return (first[0] if first else text)[:_LONGEST_SUMMARY]


def description(api: Api) -> str:
    """The first paragraph of what the API is, in one line."""
    first = api.description.strip().split("\n\n")[0]
    return " ".join(first.split()) or f"The API {api.title}."


def _rate_limit(api: Api) -> str:
    limit = api.rate_limit
    if limit is None:
        found = [each.rate_limit for each in api.operations if each.rate_limit]
        limit = found[0] if found else None
    headers: Mapping[str, str] = limit.headers if limit else {}
    settings = [
        f"{name}={quoted(headers[name].lower())}"
        for name in ("limit", "remaining", "reset")
        if name in headers
    ]
    if limit and limit.reset == "delta-seconds" and settings:
        settings.append('reset_in="delta-seconds"')
    return ", ".join(settings)


def _flavours(
    api: Api, names: Names, schemes: Sequence[SchemeArgument]
) -> tuple[ClientFlavour, ...]:
    return (
        ClientFlavour(
            names.client,
            "SyncClient",
            "Secret",
            "httpx2.Client",
            _client_doc(api, names.package, schemes, ""),
            asynchronous=False,
        ),
        ClientFlavour(
            f"Async{names.client}",
            "AsyncClient",
            "AsyncSecret",
            "httpx2.AsyncClient",
            _client_doc(api, names.package, schemes, ", for asyncio"),
            asynchronous=True,
        ),
    )


def _client_doc(api: Api, package: str, schemes: Sequence[SchemeArgument], suffix: str) -> str:
    told = [(each.argument, _credential_doc(each)) for each in schemes]
    told += [
        ("base_url", f"Where the API is; else `{package.upper()}_BASE_URL`, else production."),
        ("timeout", "Seconds that a call may take, 60 where nothing is said; None is for ever."),
        ("max_retries", "How often a call is tried again at most, 2 where nothing is said."),
        ("retries", "When and after how long it is tried again."),
        ("headers", "Headers that every request carries."),
        ("http_client", "An httpx2 client of your own, which is then yours to close."),
        ("clock", "Tells the time and waits; for tests."),
    ]
    entries = [f"    {name}: {text}" for name, text in told]
    text = "\n\n".join([f"A client of {api.title}{suffix}.", "\n".join(["Args:", *entries])])
    return docstring(text, 4)


def _credential_doc(scheme: SchemeArgument) -> str:
    where = f" Else `{scheme.variable}` of the environment." if scheme.variable else ""
    kind = "User name and password." if scheme.pair else "The secret, or a function that gives it."
    return f"{scheme.description} {kind}{where}"
