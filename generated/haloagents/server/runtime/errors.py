"""What a call can be refused with: by the API's own code, and by a layer of this runtime."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """An error that the caller is told of, in the API's envelope.

    May be raised by handlers, security functions and the gate. `message` is sent as it is:
    it names nothing of the server's insides.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers: Mapping[str, str] = dict(headers or {})

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.message}"


class RequestError(Exception):
    """A request refused by a layer below the handler: routing, security, validation.

    It has no code of its own: the contract says which one an operation uses for a status.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers: Mapping[str, str] = dict(headers or {})


class ContractError(Exception):
    """The contract, the routes and the handlers do not fit together; raised while building."""


class AnswerError(Exception):
    """A handler's answer is not what the contract documents; it is logged and never sent."""
