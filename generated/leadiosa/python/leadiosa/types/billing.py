"""Types of the resource billing."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from .._runtime.values import Model

BillingInterval: TypeAlias = Literal["month", "year"] | str
"""How long a cycle is."""


class Subscription(Model, kw_only=True):
    """What a workspace pays for."""

    plan: str
    """The plan's name."""

    billing_cycle: BillingCycle

    ai_tokens: AiTokenUsage


class BillingCycle(Model, kw_only=True):
    """The time that is being paid for."""

    interval: BillingInterval

    starts_at: dt.datetime
    """When this cycle began."""

    ends_at: dt.datetime
    """When the next one begins."""


class AiTokenUsage(Model, kw_only=True):
    """The AI tokens of this cycle."""

    included: int
    """How many the plan includes."""

    used: int
    """How many are used."""
