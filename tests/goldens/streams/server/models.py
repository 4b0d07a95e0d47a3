"""The data of Streams: what requests carry and answers hold.

A member that may be absent is None where it is; one that may also be null is UNSET where it is
absent.
"""

from __future__ import annotations

from msgspec import Struct


class SendChatRequest(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    text: str
    stream: bool | None = None


class Answer(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    text: str


class Delta(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """…"""

    part: str
