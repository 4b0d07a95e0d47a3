"""A client of Leadiosa.

Customer conversations and what belongs to them: messages, notes, contacts, a knowledge base. The
API speaks JSON over HTTPS; plain HTTP is redirected with 308.
"""

from ._client import AsyncLeadiosa, Leadiosa
from ._runtime.bodies import FileContent
from ._runtime.clock import Clock
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
    UnprocessableEntityError,
    UnsupportedMediaTypeError,
    WebhookError,
)
from ._runtime.events import Event
from ._runtime.options import RequestOptions, Timeout
from ._runtime.paging import AsyncPaginator, Page, Paginator
from ._runtime.rate_limit import RateLimit
from ._runtime.response import Response
from ._runtime.retries import RetryPolicy
from ._runtime.streams import AsyncEventStream, EventStream
from ._runtime.unions import Unknown
from ._runtime.values import UNSET, Unset
from ._version import __version__

__all__ = [
    "UNSET",
    "APIConnectionError",
    "APIError",
    "APIResponseError",
    "APIResponseValidationError",
    "APIStatusError",
    "APITimeoutError",
    "ArgumentError",
    "AsyncEventStream",
    "AsyncLeadiosa",
    "AsyncPaginator",
    "AuthenticationError",
    "BadRequestError",
    "Clock",
    "ConflictError",
    "Event",
    "EventStream",
    "FileContent",
    "GoneError",
    "InternalServerError",
    "Leadiosa",
    "MethodNotAllowedError",
    "MissingCredentialsError",
    "NotFoundError",
    "Page",
    "PaginationError",
    "Paginator",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PreconditionFailedError",
    "RateLimit",
    "RateLimitError",
    "RequestOptions",
    "RequestTimeoutError",
    "Response",
    "RetryPolicy",
    "Timeout",
    "Unknown",
    "UnprocessableEntityError",
    "Unset",
    "UnsupportedMediaTypeError",
    "WebhookError",
    "__version__",
]
