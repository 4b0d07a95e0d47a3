"""The server of Aloha: implement `Handlers` and `Security`, and call `create_app`.

Generated from the contract; change that instead.
"""

from . import errors, models
from .app import create_app
from .handlers import (
    AnalyticsHandler,
    Handlers,
    InboxThreadsHandler,
    MatrixHandler,
    OauthHandler,
    PostsHandler,
    VoiceHandler,
)
from .security import Security

__all__ = [
    "AnalyticsHandler",
    "Handlers",
    "InboxThreadsHandler",
    "MatrixHandler",
    "OauthHandler",
    "PostsHandler",
    "Security",
    "VoiceHandler",
    "create_app",
    "errors",
    "models",
]
