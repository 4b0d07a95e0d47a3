"""What a package offers by its own name, and where it is: imported when it is first used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from generator.targets.python.errors_plan import STANDARD
from generator.targets.python.imports import symbol_order

RUNTIME: Mapping[str, str] = {
    "AsyncEventStream": "streams",
    "AsyncPaginator": "paging",
    "AsyncPyreqwestTransport": "pyreqwest_transport",
    "AsyncStreamedResponse": "streamed_response",
    "AsyncTracingTransport": "tracing",
    "AsyncTransport": "transport",
    "Clock": "clock",
    "DeprecationNotice": "deprecation_notice",
    "Event": "events",
    "EventStream": "streams",
    "FileContent": "bodies",
    "Headers": "headers",
    "Hooks": "hooks",
    "Page": "paging",
    "Paginator": "paging",
    "PyreqwestTransport": "pyreqwest_transport",
    "RateLimit": "rate_limit",
    "Request": "request",
    "RequestInfo": "response",
    "RequestOptions": "options",
    "Response": "response",
    "Retry": "hooks",
    "RetryPolicy": "retries",
    "StreamedResponse": "streamed_response",
    "Timeout": "options",
    "TracingTransport": "tracing",
    "Transport": "transport",
    "UNSET": "values",
    "Unknown": "unions",
    "Unset": "values",
    **dict.fromkeys(STANDARD, "errors"),
}


class Exports(Struct, frozen=True):
    """Names that are imported when they are first used: what type checkers read, and what runs.

    `eager` are names that are always there. `imports` are statements, `places` pairs of a name and
    its module, `exported` all names.
    """

    eager: str
    imports: Sequence[str]
    places: Sequence[tuple[str, str]]
    exported: Sequence[str]


def package_exports(client: str, modules: Iterable[str]) -> Exports:
    """What `import package` gives: the clients, the runtime's names, and the other modules."""
    clients = {client: "_client", f"Async{client}": "_async_client"}
    runtime = {name: f"_runtime.{module}" for name, module in RUNTIME.items()}
    eager = "from ._version import __version__"
    return _exports({**runtime, **clients, **{name: name for name in modules}}, eager)


def types_exports(places: Mapping[str, str]) -> Exports:
    """What `import package.types` gives: every type, by the module where it is."""
    return _exports(places, "")


def _exports(places: Mapping[str, str], eager: str) -> Exports:
    modules: dict[str, list[str]] = {}
    for name, module in places.items():
        modules.setdefault("" if module == name else module, []).append(name)
    return Exports(
        eager=eager,
        imports=[
            f"from .{module} import {', '.join(sorted(found, key=symbol_order))}"
            for module, found in sorted(modules.items())
        ],
        places=sorted(places.items()),
        exported=ordered([*places, *(["__version__"] if eager else [])]),
    )


def ordered(names: Iterable[str]) -> list[str]:
    """Names in the order that ruff gives `__all__` and imports: constants, classes, the rest."""
    return sorted(set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name))
