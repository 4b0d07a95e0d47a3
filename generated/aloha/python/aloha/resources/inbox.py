"""What people write to you, from all channels in one place."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .._runtime.async_caller import AsyncCaller
from .._runtime.sync_caller import SyncCaller

if TYPE_CHECKING:
    from .inbox_threads import AsyncInboxThreads, InboxThreads


class Inbox:
    """What people write to you, from all channels in one place."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def threads(self) -> InboxThreads:
        """The resource threads."""
        from .inbox_threads import InboxThreads

        return InboxThreads(self._caller)


class AsyncInbox:
    """What people write to you, from all channels in one place."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def threads(self) -> AsyncInboxThreads:
        """The resource threads."""
        from .inbox_threads import AsyncInboxThreads

        return AsyncInboxThreads(self._caller)
