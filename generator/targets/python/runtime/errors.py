"""What can go wrong with a call, one class a cause.

Every error can be pickled and copied: its arguments are all that it is made of. No error holds a
credential: requests are remembered by method and URL, from before they were authenticated.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .response import RequestInfo, Response


class APIError(Exception):
    """Anything that this package raises on purpose."""

    def __init__(self, message: str, *arguments: Any) -> None:
        super().__init__(message, *arguments)
        self.message = message

    def __str__(self) -> str:
        return self.message


class ArgumentError(APIError, ValueError):
    """An argument that cannot be sent; nothing was."""


class MissingCredentialsError(APIError):
    """The call needs a credential that the client was not given; nothing was sent."""


class PaginationError(APIError):
    """A list that cannot be walked on: the server gave a cursor that it had given before."""


class WebhookError(APIError):
    """A webhook that is not proved to come from the API, is too old, or not as documented."""


class APIConnectionError(APIError):
    """The request did not reach the server, or its answer did not come back.

    `sent` tells whether the server may have seen the request.
    """

    def __init__(self, message: str, request: RequestInfo, sent: bool = True) -> None:
        super().__init__(message, request, sent)
        self.request = request
        self.sent = sent


class APITimeoutError(APIConnectionError):
    """No connection, or no answer, in time."""


class APIResponseError(APIError):
    """An answer that cannot be used; `response` is all of it."""

    def __init__(self, message: str, response: Response[Any], *arguments: Any) -> None:
        super().__init__(message, response, *arguments)
        self.response = response

    @property
    def request(self) -> RequestInfo:
        """The request that was answered."""
        return self.response.request

    @property
    def status_code(self) -> int:
        """The status of the answer."""
        return self.response.status_code


class APIResponseValidationError(APIResponseError):
    """An answer that is not what the contract says: not JSON, cut off, or of another shape."""


class ResponseTooLargeError(APIResponseError):
    """An answer with more bytes than the client takes; `response` holds those that were read."""


class APIStatusError(APIResponseError):
    """The server refused or failed.

    `body` is the error envelope, `code` the API's word for what went wrong (empty where the
    answer has none), `request_id` what its support will ask for.
    """

    def __init__(
        self,
        message: str,
        response: Response[Any],
        body: Any = None,
        code: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message, response, body, code, request_id)
        self.body = body
        self.code = code
        self.request_id = request_id

    def __str__(self) -> str:
        request = self.response.request
        facts = [f"{request.method} {request.path}"]
        if self.request_id:
            facts.append(f"request id {self.request_id}")
        label = f"{self.status_code} {self.code or phrase(self.status_code)}".strip()
        return f"{label}: {self.message} ({', '.join(facts)})"

    @property
    def retry_after(self) -> float | None:
        """Seconds that the server asks to wait, or None where it does not say."""
        from .rate_limit import retry_after  # noqa: PLC0415  parsing dates is slow to import

        return retry_after(self.response.headers, self.response.received_at)


class BadRequestError(APIStatusError):
    """400: the request is not as documented."""


class AuthenticationError(APIStatusError):
    """401: the credential is missing, wrong or revoked."""


class PermissionDeniedError(APIStatusError):
    """403: the credential is valid, and not enough."""


class NotFoundError(APIStatusError):
    """404: there is nothing here, or not for this credential."""


class MethodNotAllowedError(APIStatusError):
    """405: the path does not take this method."""


class RequestTimeoutError(APIStatusError):
    """408: the server gave up waiting for the request."""


class ConflictError(APIStatusError):
    """409: the request does not fit the state of the resource."""


class GoneError(APIStatusError):
    """410: it was here, and will not be again."""


class PreconditionFailedError(APIStatusError):
    """412: the resource is not as the request assumed."""


class PayloadTooLargeError(APIStatusError):
    """413: the body is larger than the server takes."""


class UnsupportedMediaTypeError(APIStatusError):
    """415: the body is of a type that the server does not take."""


class UnprocessableEntityError(APIStatusError):
    """422: well-formed, and impossible."""


class RateLimitError(APIStatusError):
    """429: too many requests; `retry_after` says how long to wait."""


class InternalServerError(APIStatusError):
    """5xx: the request was fine, and the server failed."""


STATUS_ERRORS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    408: RequestTimeoutError,
    409: ConflictError,
    410: GoneError,
    412: PreconditionFailedError,
    413: PayloadTooLargeError,
    415: UnsupportedMediaTypeError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def status_class(status: int) -> type[APIStatusError]:
    """The class for a status, documented or not."""
    return STATUS_ERRORS.get(status, InternalServerError if status >= 500 else APIStatusError)


def phrase(status: int) -> str:
    """What a status is called, or nothing for one that has no name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
