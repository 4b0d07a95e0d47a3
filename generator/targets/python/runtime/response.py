"""Answers: the response as it came, and the value or the error that it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx2
import msgspec

from . import values
from .errors import (
    APIResponseValidationError,
    APIStatusError,
    phrase,
    status_class,
)
from .operation import JSON, Operation
from .rate_limit import RateLimit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RequestInfo:
    """What was asked: method and URL, never a credential."""

    method: str
    url: str

    @property
    def path(self) -> str:
        """The path alone; queries may be personal."""
        return urlsplit(self.url).path


@dataclass(frozen=True, slots=True)
class Response(Generic[T]):
    """An answer as it came. `elapsed` is in seconds, `received_at` a Unix time."""

    status_code: int
    headers: httpx2.Headers = field(repr=False)
    content: bytes = field(repr=False)
    request: RequestInfo
    elapsed: float = 0.0
    received_at: float = 0.0
    rate_limit: RateLimit | None = None
    shape: Any = field(default=Any, repr=False)
    media: str = field(default=JSON, repr=False)

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")

    @property
    def request_id(self) -> str:
        """The server's name for this call (`X-Request-Id`), or nothing."""
        return self.headers.get("x-request-id", "")

    def json(self) -> Any:
        """The body as plain JSON data, members unknown to the contract included.

        Raises `APIResponseValidationError` where it is not JSON.
        """
        return self._decode(Any)

    def parse(self) -> T:
        """The body as the type that the contract gives it.

        Raises `APIResponseValidationError` where it is something else.
        """
        if self.shape is None:
            return None  # type: ignore[return-value]  # T is None where shape is
        if self.shape is bytes:
            return self.content  # type: ignore[return-value]  # T is bytes where shape is
        if self.media.startswith("text/"):
            return self.text  # type: ignore[return-value]  # T is str where media is text
        value: T = self._decode(self.shape)
        return value

    def _decode(self, shape: Any) -> Any:
        try:
            return values.decode(self.content, shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            kind = self.headers.get("content-type", "no content type")
            where = f"{self.request.method} {self.request.path}"
            message = (
                f"the answer to {where} ({self.status_code}, {kind}) is not as documented: {error}"
            )
            raise APIResponseValidationError(message, _untyped(self)) from error


@dataclass(frozen=True, slots=True)
class ErrorFormat:
    """How an API words its errors: the envelope's type and the places of its parts.

    `shape` and `classes` are functions, so that the types are imported when an error needs them.
    `classes` maps a status and a code to the class of that error.
    """

    shape: Callable[[], Any] = lambda: Any
    message: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    request_id: tuple[str, ...] = ()
    classes: Callable[[], Mapping[tuple[int, str], type[APIStatusError]]] = dict


def status_error(response: Response[Any], wording: ErrorFormat) -> APIStatusError:
    """The error that an answer other than a success means.

    Where it is not in the API's envelope, that of OAuth is tried (RFC 6749 §5.2).
    """
    body = _envelope(response, wording)
    oauth = _words(body, ("error_description",))
    status, classes = response.status_code, wording.classes()
    code = _words(body, wording.code)
    if not code and (oauth or (status, _words(body, ("error",))) in classes):
        code = _words(body, ("error",))
    message = _words(body, wording.message) or oauth or _fallback(response)
    request_id = _words(body, wording.request_id) or response.request_id
    kind = classes.get((status, code), status_class(status))
    return kind(message, _untyped(response), body, code, request_id)


def with_shape(response: Response[Any], operation: Operation[T]) -> Response[T]:
    """The response, typed as what `operation` returns with this status."""
    return replace(response, shape=operation.shape(response.status_code), media=operation.media)


def _envelope(response: Response[Any], wording: ErrorFormat) -> Any:
    for shape in (wording.shape(), Any):
        try:
            return values.decode(response.content, shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            continue
    return None


def _words(body: Any, path: tuple[str, ...]) -> str:
    value = values.lookup(body, path) if path else None
    return value if isinstance(value, str) else ""


def _fallback(response: Response[Any]) -> str:
    kind = response.headers.get("content-type", "").partition(";")[0]
    name = phrase(response.status_code) or "an undocumented status"
    return f"{name}, and an answer of type {kind}" if kind else name


def _untyped(response: Response[Any]) -> Response[Any]:
    return replace(response, shape=Any)
