"""What a package offers from its runtime, besides errors: names that its types cannot have."""

from __future__ import annotations

from collections.abc import Mapping

VALUES: Mapping[str, tuple[str, ...]] = {"promise": ("APIPromise",)}
"""Runtime module → the classes that it offers."""

TYPES: Mapping[str, tuple[str, ...]] = {
    "errors": ("RequestFacts", "ResponseFacts"),
    "events": ("EventStream", "UnknownEvent"),
    "options": (
        *("ClientOptions", "Clock", "ListOptions", "Logger", "Middleware", "Pace"),
        *("RequestOptions", "RetryPolicy", "Secret"),
    ),
    "paging": ("Page", "Paginator"),
    "promise": ("WithResponse",),
    "raw": ("RawRequest",),
    "response": ("RateLimit", "ResponseInfo"),
    "shapes": ("Unrecognized",),
}
"""Runtime module → the types that it offers."""
