"""A contract → the ASGI application that answers for it, by the generated server's runtime."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp

from generator.contracts import Contract
from generator.document import Finding, Severity, Specification
from generator.document.bundling import bundled
from generator.document.lowering import lower
from generator.generate.render import understood
from generator.model import Api, Operation
from generator.stub.answering import Answering
from generator.stub.refusals import DocumentedRefusals
from generator.stub.served import served
from generator.stub.validity import Validity
from generator.stub.values import Values
from generator.targets.server import envelope_of, routed
from generator.targets.server.runtime import ContractError, Envelope, Parameter, Route, build_app
from generator.targets.server.runtime.document import Document
from generator.targets.server.runtime.parameters import NOT_PARAMETERS
from generator.targets.server.shared_paths import marks_of

_RESOURCE: Final = "stub"
_PLACE: Final = re.compile(r"#(/\S*)")


@dataclass(frozen=True, slots=True)
class Stub:
    """What answers for one contract; `app` is None where the contract is not sound enough.

    `base_path` is the path of its first server, empty or with a leading slash.
    """

    name: str
    base_path: str
    app: ASGIApp | None = field(repr=False)
    findings: tuple[Finding, ...]


def build_stub(contract: Contract, prefix: str = "") -> Stub:
    """The stub of a contract, its base path under `prefix`. Raises UnreadableSourceError."""
    known = understood(contract, {})
    specification, built, findings = known.specification, known.built, known.findings
    if built is None or any(map(_is_invalid, findings)):
        return Stub(contract.name, prefix, None, findings)
    api = built.api
    base_path = prefix + _base_path(api)
    lowered = lower(specification)
    findings = (*findings, *lowered.findings)
    try:
        app = _app(api, specification, routed(lowered.document, api), base_path)
    except ContractError as error:
        finding = _finding(str(error), specification, api)
        return Stub(contract.name, base_path, None, (*findings, finding))
    return Stub(contract.name, base_path, app, findings)


def _is_invalid(finding: Finding) -> bool:
    return finding.severity is Severity.ERROR and not finding.code.startswith("GEN")


def _app(
    api: Api, specification: Specification, lowered: Mapping[str, Any], base_path: str
) -> ASGIApp:
    operations = {
        (operation.method.upper(), operation.path): operation
        for operation in api.operations
        if operation.method.lower() in lowered["paths"].get(operation.path, {})
    }
    whole = bundled(specification, specification.documents).document
    document = served(whole, operations.keys())
    view = Document(Document(document).view("response"))
    envelope = Envelope[envelope_of(api)]
    values = Values(view, Validity(view))
    token_urls = _token_urls(document)
    marks = marks_of(api)
    routes, handlers = [], {}
    for path, method, _, place in view.operations():
        operation = operations[method, path]
        is_oauth = any(url.endswith(path) for url in token_urls)
        own = Envelope.OAUTH if is_oauth else envelope
        parameters = _parameters(operation)
        routes.append(
            Route(
                operation_id=operation.id,
                method=method,
                path=path,
                resource=_RESOURCE,
                handler=operation.id,
                parameters=parameters,
                marks=marks.get(operation.id, ()),
                envelope=own,
            )
        )
        handlers[operation.id] = Answering(
            operation, view, place, values, own, _arguments(operation)
        )
    app = build_app(
        document=document,
        lowered=lowered,
        routes=routes,
        handlers={_RESOURCE: SimpleNamespace(**handlers)},
        security={scheme.name: _accept for scheme in api.security_schemes},
        envelope=envelope,
        base_path=base_path,
    )
    return DocumentedRefusals(app, handlers)


async def _accept(_credential: Any, _request: Any) -> str:
    """Every credential of the right shape is a caller's."""
    return "stub"


def _parameters(operation: Operation) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(parameter.location, parameter.name, f"p{index}", Any)
        for index, parameter in enumerate(operation.parameters)
        if parameter.location != "header" or parameter.name.lower() not in NOT_PARAMETERS
    )


def _arguments(operation: Operation) -> tuple[str, ...]:
    return tuple(parameter.name for parameter in operation.in_location("path"))


def _token_urls(document: Mapping[str, Any]) -> list[str]:
    """Where OAuth's own operations are, which answer errors as RFC 6749 §5.2 says."""
    contract = Document(document)
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    flows = [
        flow
        for scheme in schemes.values()
        for flow in (contract.resolve(scheme).get("flows") or {}).values()
        if isinstance(flow, Mapping)
    ]
    found = [flow.get(word) for flow in flows for word in ("tokenUrl", "authorizationUrl")]
    return [url for url in found if isinstance(url, str)]


def _base_path(api: Api) -> str:
    """The path of the first server, without a slash at its end."""
    path = urlsplit(api.servers[0].url).path.rstrip("/") if api.servers else ""
    return path if path.startswith("/") or not path else f"/{path}"


def _finding(message: str, specification: Specification, api: Api) -> Finding:
    """Why the runtime refuses a contract, at the place that it names."""
    named = _PLACE.search(message)
    pointer = named[1].rstrip(".:,") if named else ""
    position = specification.entry.position(pointer) if pointer else api.position
    return Finding("GEN-060", position, message, pointer)
