"""A client of Aloha.

Post scheduling for teams: what you do in Aloha, from code. The API speaks JSON over HTTPS; plain
HTTP is rejected with 403, never redirected.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ._version import __version__

if TYPE_CHECKING:
    from . import errors, oauth, types, webhooks
    from ._async_client import AsyncAloha
    from ._client import Aloha
    from ._runtime.bodies import FileContent
    from ._runtime.clock import Clock
    from ._runtime.deprecation_notice import DeprecationNotice
    from ._runtime.errors import (
        APIConnectionError,
        APIError,
        APIResponseError,
        APIResponseValidationError,
        APIStatusError,
        APITimeoutError,
        ArgumentError,
        AuthenticationError,
        BadRequestError,
        ConflictError,
        GoneError,
        InternalServerError,
        MethodNotAllowedError,
        MissingCredentialsError,
        NotFoundError,
        PaginationError,
        PayloadTooLargeError,
        PermissionDeniedError,
        PreconditionFailedError,
        RateLimitError,
        RequestTimeoutError,
        ResponseTooLargeError,
        UnprocessableEntityError,
        UnsupportedMediaTypeError,
        WebhookError,
    )
    from ._runtime.events import Event
    from ._runtime.headers import Headers
    from ._runtime.hooks import Hooks, Retry
    from ._runtime.options import RequestOptions, Timeout
    from ._runtime.paging import AsyncPaginator, Page, Paginator
    from ._runtime.pyreqwest_transport import AsyncPyreqwestTransport, PyreqwestTransport
    from ._runtime.rate_limit import RateLimit
    from ._runtime.request import Request
    from ._runtime.response import RequestInfo, Response
    from ._runtime.retries import RetryPolicy
    from ._runtime.streamed_response import AsyncStreamedResponse, StreamedResponse
    from ._runtime.streams import AsyncEventStream, EventStream
    from ._runtime.tracing import AsyncTracingTransport, TracingTransport
    from ._runtime.transport import AsyncTransport, Transport
    from ._runtime.unions import Unknown
    from ._runtime.values import UNSET, Unset

__all__ = [
    "UNSET",
    "APIConnectionError",
    "APIError",
    "APIResponseError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "Aloha",
    "ArgumentError",
    "AsyncAloha",
    "AsyncEventStream",
    "AsyncPaginator",
    "AsyncPyreqwestTransport",
    "AsyncStreamedResponse",
    "AsyncTracingTransport",
    "AsyncTransport",
    "AuthenticationError",
    "BadRequestError",
    "Clock",
    "ConflictError",
    "DeprecationNotice",
    "Event",
    "EventStream",
    "FileContent",
    "GoneError",
    "Headers",
    "Hooks",
    "InternalServerError",
    "MethodNotAllowedError",
    "MissingCredentialsError",
    "NotFoundError",
    "Page",
    "PaginationError",
    "Paginator",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PreconditionFailedError",
    "PyreqwestTransport",
    "RateLimit",
    "RateLimitError",
    "Request",
    "RequestInfo",
    "RequestOptions",
    "RequestTimeoutError",
    "Response",
    "ResponseTooLargeError",
    "Retry",
    "RetryPolicy",
    "StreamedResponse",
    "Timeout",
    "TracingTransport",
    "Transport",
    "Unknown",
    "UnprocessableEntityError",
    "Unset",
    "UnsupportedMediaTypeError",
    "WebhookError",
    "__version__",
    "errors",
    "oauth",
    "types",
    "webhooks",
]

_MODULES = {
    "APIConnectionError": "_runtime.errors",
    "APIError": "_runtime.errors",
    "APIResponseError": "_runtime.errors",
    "APIResponseValidationError": "_runtime.errors",
    "APIStatusError": "_runtime.errors",
    "APITimeoutError": "_runtime.errors",
    "Aloha": "_client",
    "ArgumentError": "_runtime.errors",
    "AsyncAloha": "_async_client",
    "AsyncEventStream": "_runtime.streams",
    "AsyncPaginator": "_runtime.paging",
    "AsyncPyreqwestTransport": "_runtime.pyreqwest_transport",
    "AsyncStreamedResponse": "_runtime.streamed_response",
    "AsyncTracingTransport": "_runtime.tracing",
    "AsyncTransport": "_runtime.transport",
    "AuthenticationError": "_runtime.errors",
    "BadRequestError": "_runtime.errors",
    "Clock": "_runtime.clock",
    "ConflictError": "_runtime.errors",
    "DeprecationNotice": "_runtime.deprecation_notice",
    "Event": "_runtime.events",
    "EventStream": "_runtime.streams",
    "FileContent": "_runtime.bodies",
    "GoneError": "_runtime.errors",
    "Headers": "_runtime.headers",
    "Hooks": "_runtime.hooks",
    "InternalServerError": "_runtime.errors",
    "MethodNotAllowedError": "_runtime.errors",
    "MissingCredentialsError": "_runtime.errors",
    "NotFoundError": "_runtime.errors",
    "Page": "_runtime.paging",
    "PaginationError": "_runtime.errors",
    "Paginator": "_runtime.paging",
    "PayloadTooLargeError": "_runtime.errors",
    "PermissionDeniedError": "_runtime.errors",
    "PreconditionFailedError": "_runtime.errors",
    "PyreqwestTransport": "_runtime.pyreqwest_transport",
    "RateLimit": "_runtime.rate_limit",
    "RateLimitError": "_runtime.errors",
    "Request": "_runtime.request",
    "RequestInfo": "_runtime.response",
    "RequestOptions": "_runtime.options",
    "RequestTimeoutError": "_runtime.errors",
    "Response": "_runtime.response",
    "ResponseTooLargeError": "_runtime.errors",
    "Retry": "_runtime.hooks",
    "RetryPolicy": "_runtime.retries",
    "StreamedResponse": "_runtime.streamed_response",
    "Timeout": "_runtime.options",
    "TracingTransport": "_runtime.tracing",
    "Transport": "_runtime.transport",
    "UNSET": "_runtime.values",
    "Unknown": "_runtime.unions",
    "UnprocessableEntityError": "_runtime.errors",
    "Unset": "_runtime.values",
    "UnsupportedMediaTypeError": "_runtime.errors",
    "WebhookError": "_runtime.errors",
    "errors": "errors",
    "oauth": "oauth",
    "types": "types",
    "webhooks": "webhooks",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f".{_MODULES[name]}", __name__)
        value = getattr(module, name, module)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
