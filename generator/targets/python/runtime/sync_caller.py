"""Calls operations and waits for them: the effects of the synchronous client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias, TypeVar

import msgspec

from .clock import Clock
from .configuration import Configuration
from .credentials import Authentication, authentication, choose
from .errors import APIConnectionError
from .exchange import Outcome, Send, exchange
from .hooks import Retry
from .observation import Observation
from .operation import Operation
from .options import RequestOptions, check_options
from .paging import Paginator
from .reading import checked, has_events, no_events, received, too_large
from .request import Request, authenticated, build_request
from .response import Response
from .retries import RetryPolicy
from .streams import EventStream
from .transport import Reply, Transport

T = TypeVar("T")

_Read: TypeAlias = Callable[[Reply], bytes]
"""Reads as much of a reply as is wanted."""


class SyncCaller(msgspec.Struct, frozen=True):
    """What every resource calls through."""

    configuration: Configuration
    transport: Transport
    clock: Clock
    observation: Observation

    def execute(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> T:
        """The value that the operation returns."""
        return self.respond(operation, arguments, options).parse()

    def respond(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> Response[T]:
        """The whole answer to the operation. Raises `APIError`."""
        return self._converse(operation, arguments, options, self._read)

    def open(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> tuple[Response[T], Reply]:
        """A success whose body is still to be read, from the reply. Raises `APIError`."""
        replies: list[Reply] = []

        def read(reply: Reply) -> bytes:
            if not 200 <= reply.status_code < 300:
                return self._read(reply)
            replies.append(reply)
            return b""

        return self._converse(operation, arguments, options, read), replies[-1]

    def paginate(
        self, operation: Operation[Any], arguments: Mapping[str, Any], options: RequestOptions
    ) -> Paginator[Any]:
        """The rows of a list, page after page; nothing is sent before they are asked for."""
        check_options(options)
        return Paginator(self.respond, operation, arguments, options)

    def stream(
        self, operation: Operation[Any], arguments: Mapping[str, Any], options: RequestOptions
    ) -> EventStream[Any]:
        """The events of a stream, opened. Raises `APIError` where it is refused."""

        def reopen(last_event_id: str, wait: float) -> tuple[Response[Any], Reply]:
            self.clock.sleep(wait)
            named = {"last-event-id": last_event_id} if last_event_id else {}
            headers = {**options.get("headers", {}), **named}
            return self.open(operation, arguments, {**options, "headers": headers})

        response, reply = self.open(operation, arguments, options)
        if not has_events(response):
            raise no_events(response, self._read(reply))
        return EventStream(response, reply, operation, self._retries(options), reopen)

    def with_configuration(self, configuration: Configuration) -> SyncCaller:
        """The same connections, used otherwise."""
        return msgspec.structs.replace(self, configuration=configuration)

    def _converse(
        self,
        operation: Operation[T],
        arguments: Mapping[str, Any],
        options: RequestOptions,
        read: _Read,
    ) -> Response[T]:
        request = build_request(operation, arguments, options, self.configuration)
        conversation = exchange(
            request, self._retries(options), operation.idempotent, self.clock.time
        )
        outcome: Outcome | None = None
        while True:
            try:
                step = conversation.send(outcome)
            except StopIteration as end:
                response: Response[Any] = end.value
                break
            if isinstance(step, Send):
                outcome = self._send(step.request, read)
            else:
                outcome = None
                self._wait(step.retry)
        self.observation.warn(operation, response)
        return checked(response, operation, self.configuration)

    def _wait(self, retry: Retry) -> None:
        self.observation.retrying(retry)
        if self.configuration.hooks.before_retry is not None:
            self.configuration.hooks.before_retry(retry)
        self.clock.sleep(retry.wait)

    def _send(self, request: Request, read: _Read) -> Outcome:
        """Send it; where its secrets are refused and others are there, once more with those."""
        credentials = choose(request.security, self.configuration.credentials)
        secrets = [self._secret(each.current()) for each in credentials]
        outcome = self._send_with(request, authentication(credentials, secrets), read)
        if not credentials or isinstance(outcome, APIConnectionError) or outcome.status_code != 401:
            return outcome
        pairs = zip(credentials, secrets, strict=True)
        renewed = [self._secret(each.renewed(secret)) for each, secret in pairs]
        if renewed == secrets:
            return outcome
        return self._send_with(request, authentication(credentials, renewed), read)

    def _secret(self, secret: str | Awaitable[str]) -> str:
        if not isinstance(secret, str):
            raise TypeError("a synchronous client takes no coroutine function for a secret")
        return secret

    def _send_with(self, request: Request, proof: Authentication, read: _Read) -> Outcome:
        configuration, hooks = self.configuration, self.configuration.hooks
        message = authenticated(request, proof)
        if self.observation.pace is not None:
            self.clock.sleep(self.observation.pace.reserve(self.clock.time()))
        if hooks.before_request is not None:
            message = hooks.before_request(message)
        self.observation.sending(message)
        started = self.clock.time()
        try:
            reply = self.transport.send(message)
            content = read(reply)
        except APIConnectionError as error:
            return error
        response = received(
            reply, content, request, configuration, started=started, now=self.clock.time()
        )
        self.observation.take_in(response)
        if len(content) > configuration.max_response_bytes:
            raise too_large(response, configuration.max_response_bytes)
        if hooks.after_response is not None:
            hooks.after_response(response)
        return response

    def _read(self, reply: Reply) -> bytes:
        """The body, or its beginning where it has more bytes than the client takes."""
        parts: list[bytes] = []
        room = self.configuration.max_response_bytes
        try:
            for chunk in reply.chunks():
                parts.append(chunk)
                room -= len(chunk)
                if room < 0:
                    break
        finally:
            reply.close()
        return b"".join(parts)

    def _retries(self, options: RequestOptions) -> RetryPolicy:
        return self.configuration.retries.limited_to(options.get("max_retries"))
