"""The life of the workspace. For owners only."""

from __future__ import annotations

from functools import cached_property
from typing import Unpack

from .._runtime.async_caller import AsyncCaller
from .._runtime.operation import Operation
from .._runtime.options import RequestOptions
from .._runtime.raw_response import raw, raw_async
from .._runtime.sync_caller import SyncCaller
from ..types.workspace import ArchiveStatus, Workspace

_GET = Operation[Workspace]("GET", "/workspace", returns=Workspace)
_ARCHIVE_STATUS = Operation[ArchiveStatus](
    "GET", "/workspace/archive-status", returns=ArchiveStatus
)
_CLOSE = Operation[Workspace]("POST", "/workspace/close", returns=Workspace)
_RESTORE = Operation[Workspace]("POST", "/workspace/restore", returns=Workspace)


class WorkspaceResource:
    """The life of the workspace. For owners only."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> WorkspaceResourceWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return WorkspaceResourceWithRawResponse(self)

    def get(self, **options: Unpack[RequestOptions]) -> Workspace:
        """Get the workspace.

        Returns the workspace that the token belongs to. For owners only.

        Returns:
            The workspace.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token is not an owner's.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            workspace = client.workspace.get()
        """
        return self._caller.execute(_GET, {}, options)

    def archive_status(self, **options: Unpack[RequestOptions]) -> ArchiveStatus:
        """Get the workspace's archive status.

        Tells whether the workspace is closed, and since when. For owners only.

        Returns:
            The archive status.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token is not an owner's.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            workspace = client.workspace.archive_status()
        """
        return self._caller.execute(_ARCHIVE_STATUS, {}, options)

    def close(self, **options: Unpack[RequestOptions]) -> Workspace:
        """Close the workspace.

        Closes the workspace. It can be read as before; until it is restored, every write is
        answered with 409, closing it again included. For owners only.

        Returns:
            The workspace, closed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token is not an owner's.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            workspace = client.workspace.close()
        """
        return self._caller.execute(_CLOSE, {}, options)

    def restore(self, **options: Unpack[RequestOptions]) -> Workspace:
        """Restore the workspace.

        Opens a closed workspace again, with everything that was in it. For owners only.

        Returns:
            The workspace, in use again.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token is not an owner's.
            ConflictError: The workspace is not closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            workspace = client.workspace.restore()
        """
        return self._caller.execute(_RESTORE, {}, options)


class WorkspaceResourceWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: WorkspaceResource) -> None:
        self.get = raw(resource.get, _GET)
        self.archive_status = raw(resource.archive_status, _ARCHIVE_STATUS)
        self.close = raw(resource.close, _CLOSE)
        self.restore = raw(resource.restore, _RESTORE)


class AsyncWorkspaceResource:
    """The life of the workspace. For owners only."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def with_raw_response(self) -> AsyncWorkspaceResourceWithRawResponse:
        """The same methods, giving whole responses: status, headers, the body as it came."""
        return AsyncWorkspaceResourceWithRawResponse(self)

    async def get(self, **options: Unpack[RequestOptions]) -> Workspace:
        """Get the workspace.

        Returns the workspace that the token belongs to. For owners only.

        Returns:
            The workspace.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token is not an owner's.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            workspace = await client.workspace.get()
        """
        return await self._caller.execute(_GET, {}, options)

    async def archive_status(self, **options: Unpack[RequestOptions]) -> ArchiveStatus:
        """Get the workspace's archive status.

        Tells whether the workspace is closed, and since when. For owners only.

        Returns:
            The archive status.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token is not an owner's.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            workspace = await client.workspace.archive_status()
        """
        return await self._caller.execute(_ARCHIVE_STATUS, {}, options)

    async def close(self, **options: Unpack[RequestOptions]) -> Workspace:
        """Close the workspace.

        Closes the workspace. It can be read as before; until it is restored, every write is
        answered with 409, closing it again included. For owners only.

        Returns:
            The workspace, closed.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token is not an owner's.
            ConflictError: The workspace is closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            workspace = await client.workspace.close()
        """
        return await self._caller.execute(_CLOSE, {}, options)

    async def restore(self, **options: Unpack[RequestOptions]) -> Workspace:
        """Restore the workspace.

        Opens a closed workspace again, with everything that was in it. For owners only.

        Returns:
            The workspace, in use again.

        Raises:
            BadRequestError: The request is not as documented.
            AuthenticationError: The token is missing, malformed, unknown or revoked.
            PermissionDeniedError: The token is not an owner's.
            ConflictError: The workspace is not closed.
            RateLimitError: The token is over its rate limit.
            InternalServerError: The request was fine, and the server failed.

        Example:
            workspace = await client.workspace.restore()
        """
        return await self._caller.execute(_RESTORE, {}, options)


class AsyncWorkspaceResourceWithRawResponse:
    """Gives whole responses, whose `parse()` gives the value."""

    def __init__(self, resource: AsyncWorkspaceResource) -> None:
        self.get = raw_async(resource.get, _GET)
        self.archive_status = raw_async(resource.archive_status, _ARCHIVE_STATUS)
        self.close = raw_async(resource.close, _CLOSE)
        self.restore = raw_async(resource.restore, _RESTORE)
