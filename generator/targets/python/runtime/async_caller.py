"""Calls operations and awaits them: the effects of the asynchronous client."""

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
from .paging import AsyncPaginator
from .reading import checked, has_events, no_events, received, too_large
from .request import Request, authenticated, build_request
from .response import Response
from .retries import RetryPolicy
from .streams import AsyncEventStream
from .transport import AsyncReply, AsyncTransport

T = TypeVar("T")

_Read: TypeAlias = Callable[[AsyncReply], Awaitable[bytes]]
"""Reads as much of a reply as is wanted."""


class AsyncCaller(msgspec.Struct, frozen=True):
    """What every resource calls through."""

    configuration: Configuration
    transport: AsyncTransport
    clock: Clock
    observation: Observation

    async def execute(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> T:
        """The value that the operation returns."""
        return (await self.respond(operation, arguments, options)).parse()

    async def respond(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> Response[T]:
        """The whole answer to the operation. Raises `APIError`."""
        return await self._converse(operation, arguments, options, self._read)

    async def open(
        self, operation: Operation[T], arguments: Mapping[str, Any], options: RequestOptions
    ) -> tuple[Response[T], AsyncReply]:
        """A success whose body is still to be read, from the reply. Raises `APIError`."""
        replies: list[AsyncReply] = []

        async def read(reply: AsyncReply) -> bytes:
            if not 200 <= reply.status_code < 300:
                return await self._read(reply)
            replies.append(reply)
            return b""

        return await self._converse(operation, arguments, options, read), replies[-1]

    def paginate(
        self, operation: Operation[Any], arguments: Mapping[str, Any], options: RequestOptions
    ) -> AsyncPaginator[Any]:
        """The rows of a list, page after page; nothing is sent before they are asked for."""
        check_options(options)
        return AsyncPaginator(self.respond, operation, arguments, options)

    async def stream(
        self, operation: Operation[Any], arguments: Mapping[str, Any], options: RequestOptions
    ) -> AsyncEventStream[Any]:
        """The events of a stream, opened. Raises `APIError` where it is refused."""

        async def reopen(last_event_id: str, wait: float) -> tuple[Response[Any], AsyncReply]:
            await self.clock.sleep_async(wait)
            named = {"last-event-id": last_event_id} if last_event_id else {}
            headers = {**options.get("headers", {}), **named}
            return await self.open(operation, arguments, {**options, "headers": headers})

        response, reply = await self.open(operation, arguments, options)
        if not has_events(response):
            raise no_events(response, await self._read(reply))
        return AsyncEventStream(response, reply, operation, self._retries(options), reopen)

    def with_configuration(self, configuration: Configuration) -> AsyncCaller:
        """The same connections, used otherwise."""
        return msgspec.structs.replace(self, configuration=configuration)

    async def _converse(
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
                outcome = await self._send(step.request, read)
            else:
                outcome = None
                await self._wait(step.retry)
        self.observation.warn(operation, response)
        return checked(response, operation, self.configuration)

    async def _wait(self, retry: Retry) -> None:
        self.observation.retrying(retry)
        if self.configuration.hooks.before_retry is not None:
            self.configuration.hooks.before_retry(retry)
        await self.clock.sleep_async(retry.wait)

    async def _send(self, request: Request, read: _Read) -> Outcome:
        """Send it; where its secrets are refused and others are there, once more with those."""
        credentials = choose(request.security, self.configuration.credentials)
        secrets = [await self._secret(each.current()) for each in credentials]
        outcome = await self._send_with(request, authentication(credentials, secrets), read)
        if not credentials or isinstance(outcome, APIConnectionError) or outcome.status_code != 401:
            return outcome
        pairs = zip(credentials, secrets, strict=True)
        renewed = [await self._secret(each.renewed(secret)) for each, secret in pairs]
        if renewed == secrets:
            return outcome
        return await self._send_with(request, authentication(credentials, renewed), read)

    async def _secret(self, secret: str | Awaitable[str]) -> str:
        return secret if isinstance(secret, str) else await secret

    async def _send_with(
        self,
        request: Request,
        proof: Authentication,
        read: _Read,
    ) -> Outcome:
        configuration, hooks = self.configuration, self.configuration.hooks
        message = authenticated(request, proof)
        if self.observation.pace is not None:
            await self.clock.sleep_async(self.observation.pace.reserve(self.clock.time()))
        if hooks.before_request is not None:
            message = hooks.before_request(message)
        self.observation.sending(message)
        started = self.clock.time()
        try:
            reply = await self.transport.send(message)
            content = await read(reply)
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

    async def _read(self, reply: AsyncReply) -> bytes:
        """The body, or its beginning where it has more bytes than the client takes."""
        parts: list[bytes] = []
        room = self.configuration.max_response_bytes
        try:
            async for chunk in reply.chunks():
                parts.append(chunk)
                room -= len(chunk)
                if room < 0:
                    break
        finally:
            await reply.close()
        return b"".join(parts)

    def _retries(self, options: RequestOptions) -> RetryPolicy:
        return self.configuration.retries.limited_to(options.get("max_retries"))
