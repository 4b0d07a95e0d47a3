"""Building the ASGI application of one API from its contract, its routes and its handlers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from starlette.types import ASGIApp, Lifespan

from .answers import build_answer_book
from .bodies import build_body_reader
from .boundary import Boundary, BoundarySettings
from .document import Document, Location
from .endpoint import Endpoint
from .envelope import Envelope, documented_codes
from .errors import ContractError
from .gate import Gate
from .options import Cors, ServerOptions
from .parameters import build_readers
from .routes import Route
from .routing import connexion_app
from .schemas import Schemas
from .security import Authenticate, build_security_check

REQUEST_ID_HEADER = "x-request-id"
CORS_HEADER = "access-control-allow-origin"


def build_app(
    *,
    document: Mapping[str, Any],
    lowered: Mapping[str, Any],
    routes: Sequence[Route],
    handlers: Mapping[str, object],
    security: Mapping[str, Authenticate],
    envelope: Envelope,
    gate: Gate[Any] | None = None,
    base_path: str = "",
    options: ServerOptions | None = None,
    lifespan: Lifespan[Any] | None = None,
) -> ASGIApp:
    """The application of an API.

    `document` is the contract as OpenAPI 3.1, `lowered` the same as 3.0; `handlers` is resource →
    its handler, `security` scheme name → its function. Raises ContractError where they do not fit
    together.
    """
    contract = Document(document)
    settings = options or ServerOptions()
    operations = _operations(contract)
    _require_same(operations, routes)
    schemas = Schemas(contract)
    endpoints: dict[str, ASGIApp] = {}
    for route in routes:
        item, operation = operations[route.method, route.path]
        endpoints[route.operation_id] = Endpoint(
            route=route,
            handle=getattr(handlers[route.resource], route.handler),
            security=build_security_check(contract, operation, security),
            gate=gate,
            parameters=build_readers(
                contract,
                schemas,
                route,
                item=item,
                operation=operation,
                credentials=_query_credentials(contract),
            ),
            body=build_body_reader(contract, schemas, route, operation, settings),
            answers=build_answer_book(contract, schemas, operation),
            envelope=route.envelope or envelope,
            codes=documented_codes(contract, operation.value),
            validate_responses=settings.validate_responses,
        )
    cors = settings.cors
    if cors is None and _documented_header(contract, CORS_HEADER):
        cors = Cors()
    request_id_header = _documented_header(contract, REQUEST_ID_HEADER)
    outermost = BoundarySettings(envelope, request_id_header, cors)
    return connexion_app(
        lowered,
        endpoints,
        boundary=partial(Boundary, settings=outermost),
        base_path=base_path,
        cors=cors,
        marks={route.operation_id: route.marks for route in routes},
        lifespan=lifespan,
    )


def _operations(document: Document) -> dict[tuple[str, str], tuple[Location, Location]]:
    """Method and path → path item and operation; what they are called is said by the routes."""
    return {
        (method, path): (item, operation) for path, method, item, operation in document.operations()
    }


def _require_same(operations: Mapping[tuple[str, str], Any], routes: Sequence[Route]) -> None:
    counted = Counter(route.operation_id for route in routes)
    repeated = [name for name, count in counted.items() if count > 1]
    if repeated:
        raise ContractError(f"The operationId {repeated[0]!r} has two routes.")
    differing = operations.keys() ^ {(route.method, route.path) for route in routes}
    if differing:
        named = ", ".join(" ".join(pair) for pair in sorted(differing))
        raise ContractError(f"Contract and routes differ in {named}.")


def _query_credentials(document: Document) -> frozenset[str]:
    """Names of the query parameters that are credentials.

    A scheme that no operation asks for may be written wrongly: it has none.
    """
    schemes = document.root.get("components", {}).get("securitySchemes", {})
    written = [scheme for scheme in schemes.values() if isinstance(scheme, dict)]
    resolved = [document.resolve(scheme) for scheme in written]
    named = [scheme for scheme in resolved if isinstance(scheme.get("name"), str)]
    return frozenset(scheme["name"] for scheme in named if scheme.get("in") == "query")


def _documented_header(document: Document, wanted: str) -> str:
    """The header that any response documents, as it is spelled there; empty where none does."""
    for *_, operation in document.operations():
        for response in operation.value.get("responses", {}).values():
            for name in document.resolve(response).get("headers", {}):
                if name.lower() == wanted:
                    return str(name)
    return ""
