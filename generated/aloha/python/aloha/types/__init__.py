"""The types of everything that is sent and answered, imported when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .analytics import ExportFormat, NewAnalyticsExport
    from .inbox import InboxThread, InboxThreadPage
    from .oauth import GrantType, OAuthError, Token, TokenRequest
    from .posts import NewPost, Post, PostChannel, PostPage, PostStatus
    from .shared import Channel, Error, ErrorDetail, EventName, Job, Pagination
    from .voice import NewVoiceTraining
    from .webhook_events import (
        MatrixCompletedEvent,
        MatrixCompletedEventData,
        PostEventData,
        PostFailedEvent,
        PostFailedEventData,
        PostPublishedEvent,
        PostScheduledEvent,
        ReplyReceivedEvent,
        ReplyReceivedEventData,
    )

__all__ = [
    "Channel",
    "Error",
    "ErrorDetail",
    "EventName",
    "ExportFormat",
    "GrantType",
    "InboxThread",
    "InboxThreadPage",
    "Job",
    "MatrixCompletedEvent",
    "MatrixCompletedEventData",
    "NewAnalyticsExport",
    "NewPost",
    "NewVoiceTraining",
    "OAuthError",
    "Pagination",
    "Post",
    "PostChannel",
    "PostEventData",
    "PostFailedEvent",
    "PostFailedEventData",
    "PostPage",
    "PostPublishedEvent",
    "PostScheduledEvent",
    "PostStatus",
    "ReplyReceivedEvent",
    "ReplyReceivedEventData",
    "Token",
    "TokenRequest",
]

_MODULES = {
    "Channel": "shared",
    "Error": "shared",
    "ErrorDetail": "shared",
    "EventName": "shared",
    "ExportFormat": "analytics",
    "GrantType": "oauth",
    "InboxThread": "inbox",
    "InboxThreadPage": "inbox",
    "Job": "shared",
    "MatrixCompletedEvent": "webhook_events",
    "MatrixCompletedEventData": "webhook_events",
    "NewAnalyticsExport": "analytics",
    "NewPost": "posts",
    "NewVoiceTraining": "voice",
    "OAuthError": "oauth",
    "Pagination": "shared",
    "Post": "posts",
    "PostChannel": "posts",
    "PostEventData": "webhook_events",
    "PostFailedEvent": "webhook_events",
    "PostFailedEventData": "webhook_events",
    "PostPage": "posts",
    "PostPublishedEvent": "webhook_events",
    "PostScheduledEvent": "webhook_events",
    "PostStatus": "posts",
    "ReplyReceivedEvent": "webhook_events",
    "ReplyReceivedEventData": "webhook_events",
    "Token": "oauth",
    "TokenRequest": "oauth",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(f".{_MODULES[name]}", __name__)
        value = getattr(module, name, module)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(__all__)
