"""The resolved document as the model: total, so that every valid document has an `Api`."""

from __future__ import annotations

from dataclasses import dataclass

from generator.document import Finding, Specification
from generator.model.api import Api
from generator.model.builder.behaviour import plain_http, rate_limit, retries
from generator.model.builder.calls import calls
from generator.model.builder.envelope import envelope
from generator.model.builder.operations import operation, resources, webhooks
from generator.model.builder.schemas import Schemas
from generator.model.builder.security import security_schemes
from generator.model.builder.servers import servers
from generator.model.builder.source import Source, texts
from generator.model.operation import Server

__all__ = ["Built", "build"]


@dataclass(frozen=True, slots=True)
class Built:
    """An API, and what of its document could not be expressed, in the order of the text."""

    api: Api
    findings: tuple[Finding, ...]


def build(specification: Specification, name: str) -> Built:
    """The meaning of a document. `name` is what the API is called: the folder of its contract."""
    schemas = Schemas(specification)
    source = Source(specification, schemas)
    root = source.root
    info = root.get("info") or root
    schemes = security_schemes(source)
    operations = tuple(operation(source, call) for call in calls(source))
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
    findings = {*source.findings, *schemas.findings}
    return Built(api, tuple(sorted(findings, key=lambda finding: finding.sort_key)))
