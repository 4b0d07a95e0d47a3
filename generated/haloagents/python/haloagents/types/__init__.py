"""The types of everything that is sent and answered, imported when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .chat import ChatDelta, ChatMessage, ChatMessageRole, ChatReply, ChatRequest
    from .companies import Company, CompanyDetail, CompanyRequest
    from .config import Agent, Config
    from .events import Event, EventsReceipt, EventsRequest
    from .series import SeriesMembership, SeriesRequest, SeriesRequestAction
    from .shared import Error
    from .tickets import TicketReceipt, TicketRequest
    from .users import User, UserDetail, UserRequest

__all__ = [
    "Agent",
    "ChatDelta",
    "ChatMessage",
    "ChatMessageRole",
    "ChatReply",
    "ChatRequest",
    "Company",
    "CompanyDetail",
    "CompanyRequest",
    "Config",
    "Error",
    "Event",
    "EventsReceipt",
    "EventsRequest",
    "SeriesMembership",
    "SeriesRequest",
    "SeriesRequestAction",
    "TicketReceipt",
    "TicketRequest",
    "User",
    "UserDetail",
    "UserRequest",
]

_MODULES = {
    "Agent": "config",
    "ChatDelta": "chat",
    "ChatMessage": "chat",
    "ChatMessageRole": "chat",
    "ChatReply": "chat",
    "ChatRequest": "chat",
    "Company": "companies",
    "CompanyDetail": "companies",
    "CompanyRequest": "companies",
    "Config": "config",
    "Error": "shared",
    "Event": "events",
    "EventsReceipt": "events",
    "EventsRequest": "events",
    "SeriesMembership": "series",
    "SeriesRequest": "series",
    "SeriesRequestAction": "series",
    "TicketReceipt": "tickets",
    "TicketRequest": "tickets",
    "User": "users",
    "UserDetail": "users",
    "UserRequest": "users",
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
