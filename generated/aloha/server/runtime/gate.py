"""The gate: what decides, after security and before validation, whether a call may go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeVar

from .request import Request

P_contra = TypeVar("P_contra", contravariant=True)


class Gate(Protocol[P_contra]):
    """Rate limits, quotas, maintenance."""

    async def admit(self, request: Request[P_contra]) -> Mapping[str, str]:
        """Headers for the answer, errors included; raises ApiError to turn the call away."""
        ...
