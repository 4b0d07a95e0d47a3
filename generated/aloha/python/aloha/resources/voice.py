"""The model that writes the way you do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Body, Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.shared import Job

_TRAIN = Operation[Job](
    "POST", "/v1/voice/train", body=Body(members={"samples": "samples"}), returns=Job
)


class Voice:
    """The model that writes the way you do."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> VoiceWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return VoiceWithRawResponse(self)

    def train(self, *, samples: Sequence[str], **options: Unpack[RequestOptions]) -> Job:
        """Train the voice model.

        Submits texts of yours for the voice model to learn from. The training runs in the
        background: the answer has the job's `id`.

        Args:
            samples: Texts in the voice to learn.

        Returns:
            The training set is accepted, and will be learned from.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            voice = client.voice.train(
                samples=[
                    "a monday note. we slowed down on purpose.",
                    "small shops, long mornings, good coffee.",
                    "nothing to announce today. the light was lovely, though.",
                ],
            )
        """
        return self._caller.execute(_TRAIN, {"samples": samples}, options)


class VoiceWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Voice) -> None:
        self.train = raw(resource.train, _TRAIN)


class AsyncVoice:
    """The model that writes the way you do."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncVoiceWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncVoiceWithRawResponse(self)

    async def train(self, *, samples: Sequence[str], **options: Unpack[RequestOptions]) -> Job:
        """Train the voice model.

        Submits texts of yours for the voice model to learn from. The training runs in the
        background: the answer has the job's `id`.

        Args:
            samples: Texts in the voice to learn.

        Returns:
            The training set is accepted, and will be learned from.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            voice = await client.voice.train(
                samples=[
                    "a monday note. we slowed down on purpose.",
                    "small shops, long mornings, good coffee.",
                    "nothing to announce today. the light was lovely, though.",
                ],
            )
        """
        return await self._caller.execute(_TRAIN, {"samples": samples}, options)


class AsyncVoiceWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncVoice) -> None:
        self.train = raw_async(resource.train, _TRAIN)
