"""Types of the resource chat."""

from __future__ import annotations

from .._runtime.values import UNSET, Model, Unset


class SendChatRequest(Model, kw_only=True):
    """…"""

    text: str

    stream: bool | Unset = UNSET


class Answer(Model, kw_only=True):
    """…"""

    text: str


class Delta(Model, kw_only=True):
    """…"""

    part: str
