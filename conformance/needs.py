"""Whether a target has what a rule needs."""

from __future__ import annotations

from collections.abc import Callable

from conformance.rule import Need
from conformance.target import Target

_CREDENTIALS: dict[Need, frozenset[str]] = {
    Need.CREDENTIAL: frozenset({"default"}),
    Need.SECOND_TENANT: frozenset({"default", "other_tenant"}),
    Need.REVOKED: frozenset({"revoked"}),
    Need.LOWER_TIER: frozenset({"lower_tier"}),
    Need.BURST: frozenset({"default"}),
}
"""What can be had from the credentials of a profile, too; all else is the control plane's."""

_LEAVE: dict[Need, frozenset[str]] = {Need.BURST: frozenset({"burst"})}
"""What the profile must list among its features where there is no control plane."""

_CALLS = {
    Need.CLOCK: "clock",
    Need.BURST: "clock",
    Need.ROWS: "rows",
    Need.DATABASE: "database",
    Need.IDENTITY: "identity",
    Need.AGENTS: "agents",
    Need.OAUTH: "oauth/approve",
    Need.RECEIVER: "webhooks/subscriptions",
    Need.ROTATION: "keys/rotate",
}
"""The call that a control plane must have."""


def _anything(_call: str) -> bool:
    return True


def missing(need: Need, target: Target, offers: Callable[[str], bool] = _anything) -> str:
    """What a rule needs and a target lacks, as a sentence; empty where it is there.

    `offers` tells whether the control plane has a call; without it every call is hoped for.
    """
    if target.control:
        call = _CALLS.get(need)
        there = call is None or offers(call)
    else:
        there = need in _CREDENTIALS and _CREDENTIALS[need] <= set(target.credentials)
        there = there and _LEAVE.get(need, frozenset()) <= target.features
    return "" if there else f"The rule needs {need.value}, and the profile names none."
