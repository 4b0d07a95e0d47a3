"""Calls operations and waits for them: the effects of the synchronous client."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import httpx2

from .clock import Clock
from .configuration import Configuration
from .credentials import Authentication, authentication, choose
from .errors import APIConnectionError
from .exchange import Exchange, Send, exchange
from .observation import Observation
from .operation import Operation
from .options import RequestOptions
from .paging import Paginator
from .reading import checked, received
from .request import Request, build_request
from .response import Response
from .streams import EventStream
from .transport import connection_error, outgoing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SyncCaller:
    """What every resource calls through."""

    configuration: Configuration
    http: httpx2.Client = field(repr=False)
    clock: Clock = field(repr=False)
    observation: Observation = field(default_factory=Observation, repr=False)

    def execute(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> T:
        """The value that the operation returns."""
        return self.respond(operation, arguments, options).parse()

    def respond(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> Response[T]:
        """The whole answer to the operation. Raises `APIError`."""
        request = build_request(operation, arguments, options, self.configuration)
        started = self.clock.time()
        reply = self._answer(operation, request, options, stream=False)
        return self._check(operation, request, reply, content=reply.content, started=started)

    def paginate(
        self, operation: Operation[Any], arguments: Mapping[str, Any], options: RequestOptions
    ) -> Paginator[Any]:
        """The rows of a list, page after page; nothing is sent before they are asked for."""
        return Paginator(self.respond, operation, arguments, options)

    def stream(
        self, operation: Operation[Any], arguments: Mapping[str, Any], options: RequestOptions
    ) -> EventStream[Any]:
        """The events of a stream, opened. Raises `APIError` where it is refused."""
        request = build_request(operation, arguments, options, self.configuration)
        started = self.clock.time()
        reply = self._answer(operation, request, options, stream=True)
        content = b"" if reply.is_success else self._read(request, reply)
        response = self._check(operation, request, reply, content=content, started=started)
        return EventStream(reply, request, response, operation)

    def with_configuration(self, configuration: Configuration) -> SyncCaller:
        """The same connections, used otherwise."""
        return replace(self, configuration=configuration)

    def _answer(
        self, operation: Operation[Any], request: Request, options: RequestOptions, stream: bool
    ) -> httpx2.Response:
        retries = self.configuration.retries.limited_to(options.get("max_retries"))
        conversation: Exchange[httpx2.Response] = exchange(
            request, retries, operation.idempotent, self.clock.time
        )
        outcome: httpx2.Response | APIConnectionError | None = None
        while True:
            try:
                step = conversation.send(outcome)
            except StopIteration as end:
                reply: httpx2.Response = end.value
                return reply
            if isinstance(outcome, httpx2.Response):
                outcome.close()
            if isinstance(step, Send):
                outcome = self._send(step.request, stream)
            else:
                outcome = None
                self.clock.sleep(step.seconds)

    def _send(self, request: Request, stream: bool) -> httpx2.Response | APIConnectionError:
        """Send it; where its secrets are refused and others are there, once more with those."""
        credentials = choose(request.security, self.configuration.credentials)
        secrets = [self._secret(each.current()) for each in credentials]
        reply = self._send_with(request, authentication(credentials, secrets), stream)
        if not credentials or isinstance(reply, APIConnectionError) or reply.status_code != 401:
            return reply
        pairs = zip(credentials, secrets, strict=True)
        try:
            renewed = [self._secret(each.renewed(secret)) for each, secret in pairs]
        except BaseException:
            reply.close()
            raise
        if renewed == secrets:
            return reply
        reply.close()
        return self._send_with(request, authentication(credentials, renewed), stream)

    def _send_with(
        self, request: Request, proof: Authentication, stream: bool
    ) -> httpx2.Response | APIConnectionError:
        message = outgoing(self.http, request, proof)
        try:
            return self.http.send(message, stream=stream, follow_redirects=False)
        except httpx2.HTTPError as error:
            return connection_error(error, request)

    def _secret(self, secret: str | Awaitable[str]) -> str:
        if not isinstance(secret, str):
            raise TypeError("a synchronous client takes no coroutine function for a secret")
        return secret

    def _read(self, request: Request, reply: httpx2.Response) -> bytes:
        try:
            return reply.read()
        except httpx2.HTTPError as error:
            raise connection_error(error, request) from error
        finally:
            reply.close()

    def _check(
        self,
        operation: Operation[T],
        request: Request,
        reply: httpx2.Response,
        *,
        content: bytes,
        started: float,
    ) -> Response[T]:
        now = self.clock.time()
        response = received(
            reply,
            content,
            request=request,
            configuration=self.configuration,
            started=started,
            now=now,
        )
        self.observation.take_in(operation, response)
        return checked(response, operation, self.configuration)
