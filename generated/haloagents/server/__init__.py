"""The server of HaloAgents: implement `Handlers` and `Security`, and call `create_app`.

Generated from the contract; change that instead.
"""

from . import errors, models
from .app import create_app
from .handlers import (
    ChatHandler,
    CompaniesHandler,
    ConfigHandler,
    EventsHandler,
    Handlers,
    SeriesHandler,
    TicketsHandler,
    UsersHandler,
)
from .security import Security

__all__ = [
    "ChatHandler",
    "CompaniesHandler",
    "ConfigHandler",
    "EventsHandler",
    "Handlers",
    "Security",
    "SeriesHandler",
    "TicketsHandler",
    "UsersHandler",
    "create_app",
    "errors",
    "models",
]
