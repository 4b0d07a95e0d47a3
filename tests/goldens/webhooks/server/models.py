"""The data of Webhooks: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class DoorOpened(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """…"""

    type_: Literal["door.opened"]
    door: str
    by: str | None = None


class DoorClosed(Struct, kw_only=True, frozen=True, omit_defaults=True, rename="camel"):
    """…"""

    type_: Literal["door.closed"]
    door: str
