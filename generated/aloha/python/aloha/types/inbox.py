"""Types of the resource inbox."""

from __future__ import annotations

import datetime as dt

from .._runtime.values import Model
from .shared import Channel, Pagination


class InboxThread(Model, kw_only=True, rename="camel"):
    """An exchange with one person on one channel."""

    id: str
    """Identifies the thread."""

    channel: Channel

    sender: str
    """Who writes to you, as the channel names them."""

    preview: str
    """The beginning of what was written last."""

    updated_at: dt.datetime
    """When it was written (ISO 8601)."""


class InboxThreadPage(Model, kw_only=True):
    """One page of threads."""

    data: list[InboxThread]
    """The threads of this page."""

    pagination: Pagination
