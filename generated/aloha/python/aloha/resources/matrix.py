"""The matrices of your workspace, run by hand."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation, Path
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.shared import Job

_RUN = Operation[Job]("POST", "/v1/matrix/{id}/run", parameters=(Path("id"),), returns=Job)


class Matrix:
    """The matrices of your workspace, run by hand."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> MatrixWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return MatrixWithRawResponse(self)

    def run(self, id: str, **options: Unpack[RequestOptions]) -> Job:
        """Run a matrix.

        Starts a run of the matrix with this id, as if its trigger had fired. The run happens in
        the background: the answer has the job's `id`, and the webhook `matrix.completed` follows
        when it is done. The id of another workspace's matrix is answered exactly like one that
        does not exist: with 404.

        Args:
            id: The matrix's `id`.

        Returns:
            The run is accepted, and will happen.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            NotFoundError: Your workspace has nothing with this id.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            matrix = client.matrix.run("mtx_01HXV5N7EB3FZD")
        """
        return self._caller.execute(_RUN, {"id": id}, options)


class MatrixWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: Matrix) -> None:
        self.run = raw(resource.run, _RUN)


class AsyncMatrix:
    """The matrices of your workspace, run by hand."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncMatrixWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncMatrixWithRawResponse(self)

    async def run(self, id: str, **options: Unpack[RequestOptions]) -> Job:
        """Run a matrix.

        Starts a run of the matrix with this id, as if its trigger had fired. The run happens in
        the background: the answer has the job's `id`, and the webhook `matrix.completed` follows
        when it is done. The id of another workspace's matrix is answered exactly like one that
        does not exist: with 404.

        Args:
            id: The matrix's `id`.

        Returns:
            The run is accepted, and will happen.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The API key or access token is missing, malformed, unknown,
                expired or revoked.
            PermissionDeniedError: The access token's scopes are too few, or the request came
                over plain HTTP.
            InsufficientScopeError: The access token lacks the scope that the operation needs.
            TlsRequiredError: The request came over plain HTTP.
            NotFoundError: Your workspace has nothing with this id.
            RateLimitError: The workspace is over its plan's rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            matrix = await client.matrix.run("mtx_01HXV5N7EB3FZD")
        """
        return await self._caller.execute(_RUN, {"id": id}, options)


class AsyncMatrixWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncMatrix) -> None:
        self.run = raw_async(resource.run, _RUN)
