"""Connexion's routing over the lowered document: one route a path, its operations by method.

Connexion by itself gives each method a route of its own, so that `Allow` names one method only;
redirects a trailing slash; matches a path with a line feed at its end; tries paths in the order of
the text, so that `/things/{id}` hides `/things/search`; and takes `+5` for an integer.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any

from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from .errors import ContractError, RequestError
from .marks import Marked, chosen
from .options import Cors
from .routes import Mark, routed_path

with warnings.catch_warnings():
    # Connexion 3.3 imports what jsonschema and Starlette have deprecated.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", UserWarning)
    from connexion.exceptions import InvalidSpecification  # type: ignore[import-untyped]  # ships no types
    from connexion.middleware import ConnexionMiddleware  # type: ignore[import-untyped]  # ships no types
    from connexion.middleware.abstract import (  # type: ignore[import-untyped]  # ships no types
        RoutedAPI,
        RoutedMiddleware,
    )
    from connexion.middleware.lifespan import (  # type: ignore[import-untyped]  # ships no types
        LifespanMiddleware,
    )
    from connexion.middleware.routing import (  # type: ignore[import-untyped]  # ships no types
        RoutingAPI,
        RoutingMiddleware,
    )
    from connexion.resolver import Resolver  # type: ignore[import-untyped]  # ships no types

TEMPLATE = re.compile(r"\{[^}]*\}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


async def unknown_route(scope: Scope, _receive: Receive, _send: Send) -> None:
    """What is behind every path that the contract does not know."""
    if scope["type"] == "http":
        raise RequestError(404, "There is no such path.")


class PathItem:
    """All operations of one path: passes a request on to that of its method, else 405.

    GET answers HEAD too, unless HEAD has its own.
    """

    def __init__(self, cors: Cors | None) -> None:
        self._operations: dict[str, list[Marked]] = {}
        self._cors = cors

    def add(self, method: str, operation: ASGIApp, marks: Sequence[Mark]) -> None:
        """Answer requests of `method` that have these `marks` with `operation`."""
        self._operations.setdefault(method, []).append((marks, operation))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. Raises RequestError(405), RequestError(404)."""
        if CONTROL.search(scope["path"]):
            raise RequestError(404, "There is no such path.")
        operations = self._operations.get(scope["method"])
        if operations is None and scope["method"] == "HEAD":
            operations = self._operations.get("GET")
        if operations is not None:
            await chosen(operations, scope)(scope, receive, send)
        elif scope["method"] == "OPTIONS" and self._cors is not None:
            await self._answer_preflight(self._cors, send)
        else:
            method = scope["method"][:20]
            raise RequestError(405, f"{method} is not allowed here.", {"Allow": self._allow})

    @property
    def _allow(self) -> str:
        preflight = ["OPTIONS"] if self._cors is not None else []
        methods = [("GET", "HEAD") if each == "GET" else (each,) for each in self._operations]
        return ", ".join(dict.fromkeys([*chain(*methods), *preflight]))

    async def _answer_preflight(self, cors: Cors, send: Send) -> None:
        headers = {
            "allow": self._allow,
            "access-control-allow-methods": self._allow,
            "access-control-allow-headers": ", ".join(cors.allow_headers),
            "access-control-max-age": str(cors.max_age),
            "content-length": "0",
        }
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": raw})
        await send({"type": "http.response.body", "body": b""})


class PathRouting(RoutingAPI):  # type: ignore[misc]  # Connexion's classes have no types
    """The paths of one API as one Starlette route each."""

    def __init__(
        self,
        *args: Any,
        cors: Cors | None,
        marks: Mapping[str, Sequence[Mark]],
        **kwargs: Any,
    ) -> None:
        self._cors = cors
        self._marks = marks
        self._items: dict[str, PathItem] = {}
        super().__init__(*args, **kwargs)
        self.router.redirect_slashes = False

    def add_paths(self, paths: Mapping[str, Any] | None = None) -> None:
        """Add the paths, those with fewer parameters first (OpenAPI 3.1 §4.8.8)."""
        found = self.specification["paths"] if paths is None else paths
        super().add_paths({path: found[path] for path in sorted(found, key=_generality)})

    @staticmethod
    def _framework_path_and_name(operation: Any, path: str) -> tuple[str, str]:
        """The path with its parameters numbered and untyped, as reading them is validation."""
        numbers = iter(range(len(path)))
        template = TEMPLATE.sub(lambda _: f"{{p{next(numbers)}}}", routed_path(path))
        return template, operation.operation_id

    def _add_operation_internal(
        self, method: str, path: str, operation: ASGIApp, name: str = ""
    ) -> None:
        if path not in self._items:
            self._items[path] = PathItem(self._cors)
            self.router.add_route(path, self._items[path], name=path)
        self._items[path].add(method.upper(), operation, self._marks[name])


class PathRoutingMiddleware(RoutingMiddleware):  # type: ignore[misc]  # Connexion's classes have no types
    """Connexion's routing, by path items."""

    def add_api(self, specification: Any, base_path: str | None = None, **kwargs: Any) -> None:
        """Mount one API under its base path."""
        kwargs.pop("arguments", None)
        api = PathRouting(specification, base_path=base_path, next_app=self.app, **kwargs)
        self.router.redirect_slashes = False
        self.router.mount(api.base_path, app=api.router)


class EndpointTable(RoutedAPI):  # type: ignore[misc]  # Connexion's classes have no types
    """Connexion's operations of one API, each the endpoint that its operationId resolves to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_paths()

    def make_operation(self, operation: Any) -> ASGIApp:
        """The endpoint of an operation."""
        endpoint: ASGIApp = operation.function
        return endpoint


class Endpoints(RoutedMiddleware):  # type: ignore[misc]  # Connexion's classes have no types
    """What Connexion routes to."""

    api_cls = EndpointTable


@asynccontextmanager
async def no_lifespan(_app: Any) -> Any:
    """A lifespan with nothing to do."""
    yield


def connexion_app(
    lowered: Mapping[str, Any],
    endpoints: Mapping[str, ASGIApp],
    *,
    boundary: Any,
    base_path: str,
    cors: Cors | None,
    marks: Mapping[str, Sequence[Mark]],
    lifespan: Lifespan[Any] | None,
) -> ASGIApp:
    """The Connexion application of an API.

    `endpoints` is operationId → what answers it, `marks` what all requests to it have; `boundary`
    makes the outermost middleware. Raises ContractError where Connexion refuses the document.
    """
    app = ConnexionMiddleware(
        Endpoints(unknown_route),
        import_name=__name__,
        lifespan=lifespan or no_lifespan,
        middlewares=[boundary, LifespanMiddleware, PathRoutingMiddleware],
    )
    try:
        app.add_api(
            dict(lowered),
            base_path=base_path,
            resolver=Resolver(endpoints.__getitem__),
            cors=cors,
            marks=marks,
        )
    except InvalidSpecification as error:
        raise ContractError(f"Connexion refuses the lowered document: {error}") from None
    asgi: ASGIApp = app
    return asgi


def _generality(path: str) -> tuple[int, ...]:
    """A sort key by which a path comes before those that match all it matches."""
    return tuple(
        0 if "{" not in segment else 2 if TEMPLATE.fullmatch(segment) else 1
        for segment in routed_path(path).split("/")
    )
