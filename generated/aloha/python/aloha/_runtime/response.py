"""Answers: the response as it came, and the value or the error that it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlsplit

import msgspec

from . import values
from .deprecation_notice import DeprecationNotice, deprecation_notice
from .errors import (
    APIResponseValidationError,
    APIStatusError,
    phrase,
    status_class,
)
from .headers import Headers
from .operation import JSON
from .rate_limit import RateLimit
from .unknown_fields import Origin, origins, unknown_fields

T = TypeVar("T")


class RequestInfo(msgspec.Struct, frozen=True):
    """What was asked: method and URL, never a credential."""

    method: str
    url: str

    @property
    def path(self) -> str:
        """The path alone; queries may be personal."""
        return urlsplit(self.url).path


class Response(msgspec.Struct, Generic[T], frozen=True, dict=True):
    """An answer as it came. `elapsed` is in seconds, `received_at` a Unix time.

    `parsed` keeps what `parse` gave. Its text shows neither headers nor body.
    """

    status_code: int
    headers: Headers
    content: bytes
    request: RequestInfo
    elapsed: float = 0.0
    received_at: float = 0.0
    rate_limit: RateLimit | None = None
    shape: Any = Any
    media: str = JSON
    parsed: Any = values.UNSET

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.content.decode("utf-8", "replace")

    @property
    def request_id(self) -> str:
        """The server's name for this call (`X-Request-Id`), or nothing."""
        return self.headers.get("x-request-id", "")

    @property
    def deprecation(self) -> DeprecationNotice | None:
        """What the answer says of the end of its operation; None where it says nothing."""
        return deprecation_notice(self.headers)

    def json(self) -> Any:
        """The body as plain JSON data, members unknown to the contract included.

        Raises `APIResponseValidationError` where it is not JSON.
        """
        return self._decode(Any)

    def parse(self) -> T:
        """The body as the type that the contract gives it.

        Raises `APIResponseValidationError` where it is something else.
        """
        if self.parsed is values.UNSET:
            msgspec.structs.force_setattr(self, "parsed", self._parse())
        return cast(T, self.parsed)

    def unknown_fields(self, value: Any) -> dict[str, Any]:
        """The members of an object that this version of the client does not know.

        `value` is an object of those that `parse` gave, however deep. Raises `ValueError` for any
        other.
        """
        return unknown_fields(value, self._origins)

    @cached_property
    def _origins(self) -> Mapping[int, Origin]:
        """The objects of `parse`, found once; a copy has others, and finds them itself."""
        return origins(self.parse(), self.json())

    def __repr__(self) -> str:
        return f"Response({self.status_code} to {self.request.method} {self.request.path})"

    def _parse(self) -> Any:
        if self.shape is None:
            return None
        if self.shape is bytes:
            return self.content
        if self.media.startswith("text/"):
            return self.text
        return self._decode(self.shape)

    def _decode(self, shape: Any) -> Any:
        try:
            return values.decode(self.content, shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            kind = self.headers.get("content-type", "no content type")
            where = f"{self.request.method} {self.request.path}"
            message = (
                f"the answer to {where} ({self.status_code}, {kind}) is not as documented: {error}"
            )
            raise APIResponseValidationError(message, untyped(self)) from error


class ErrorFormat(msgspec.Struct, frozen=True):
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
    return kind(message, untyped(response), body, code, request_id)


def untyped(response: Response[Any]) -> Response[Any]:
    """The response without its type, which an error has no use for."""
    return msgspec.structs.replace(response, shape=Any, parsed=values.UNSET)


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
