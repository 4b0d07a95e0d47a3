"""What the webhooks carry."""

from __future__ import annotations

from typing import Literal

from .._runtime.values import UNSET, Model, Unset


class DoorOpened(Model, kw_only=True, rename={"type_": "type"}):
    """…"""

    type_: Literal["door.opened"] | str

    door: str

    by: str | Unset = UNSET


class DoorClosed(Model, kw_only=True, rename={"type_": "type"}):
    """…"""

    type_: Literal["door.closed"] | str

    door: str
