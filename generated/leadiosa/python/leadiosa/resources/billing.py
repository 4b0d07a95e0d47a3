"""What your workspace pays for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .._runtime.async_caller import AsyncCaller
from .._runtime.sync_caller import SyncCaller

if TYPE_CHECKING:
    from .billing_subscription import AsyncBillingSubscription, BillingSubscription


class Billing:
    """What your workspace pays for."""

    def __init__(self, caller: SyncCaller) -> None:
        self._caller = caller

    @cached_property
    def subscription(self) -> BillingSubscription:
        """The resource subscription."""
        from .billing_subscription import BillingSubscription

        return BillingSubscription(self._caller)


class AsyncBilling:
    """What your workspace pays for."""

    def __init__(self, caller: AsyncCaller) -> None:
        self._caller = caller

    @cached_property
    def subscription(self) -> AsyncBillingSubscription:
        """The resource subscription."""
        from .billing_subscription import AsyncBillingSubscription

        return AsyncBillingSubscription(self._caller)
