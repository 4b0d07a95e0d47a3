"""The data of Errors: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from msgspec import Struct


class Error(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    error: ErrorError


class ErrorError(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    code: str
    message: str
