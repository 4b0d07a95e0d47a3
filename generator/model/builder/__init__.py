"""The resolved document as the model: total, so that every valid document has an `Api`."""

from __future__ import annotations

from msgspec import Struct, field

from generator.document import Finding, Specification
from generator.model.api import Api
from generator.model.builder.behaviour import plain_http, rate_limit, retries
from generator.model.builder.calls import call_names, calls
from generator.model.builder.envelope import envelope
from generator.model.builder.operations import operation, resources, webhooks
from generator.model.builder.schemas import Schemas
from generator.model.builder.security import security_schemes
from generator.model.builder.servers import servers
from generator.model.builder.source import Source, texts
from generator.model.operation import Server
from generator.published import Published

__all__ = ["Built", "build"]

_NOTHING: Published = {}


class Built(Struct, frozen=True):
    """An API, and what of its document could not be expressed, in the order of the text.

    `names` are those of its operations and schemas.
    """

    api: Api
    findings: tuple[Finding, ...]
    names: Published = field(default_factory=dict)


def build(specification: Specification, name: str, published: Published = _NOTHING) -> Built:
    """The meaning of a document. `name` is what the API is called: the folder of its contract.

    What is `published` keeps its name; the names of things that are no more are free again.
    """
    schemas = Schemas(specification, published)
    source = Source(specification, schemas, published)
    root = source.root
    info = root.get("info") or root
    schemes = security_schemes(source)
    called = calls(source)
    operations = tuple(operation(source, call) for call in called)
    api = Api(
        name=name,
        title=info.text("title") or name,
        version=str(info.mapping.get("version") or ""),
        description=info.text("description"),
        position=root.position,
        servers=servers(source, root) or (Server("/"),),
        resources=resources(source, operations),
        webhooks=webhooks(source),
        envelope=envelope(source, operations, schemes),
        schemas=schemas.named(),
        security_schemes=schemes,
        rate_limit=rate_limit(source, root),
        retries=retries(source, root),
        plain_http=plain_http(source),
        promises=texts(root.mapping.get("x-promises")),
    )
    gone = schemas.names.vain()
    if gone:
        left = {thing: kept for thing, kept in published.items() if thing not in gone}
        return build(specification, name, left)
    findings = {*source.findings, *schemas.findings}
    return Built(
        api,
        tuple(sorted(findings, key=lambda finding: finding.sort_key)),
        {**call_names(called), **schemas.names.given},
    )
