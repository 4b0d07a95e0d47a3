"""The types of everything that is sent and answered, imported when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .contacts import Contact, ContactDetail, ContactPage
    from .deals import Deal, DealDetail, DealPage, DealStage
    from .leads import Lead, LeadDetail, LeadPage, LeadStage
    from .shared import Error, ErrorDetail, Pagination

_MODULES = {
    "Contact": "contacts",
    "ContactDetail": "contacts",
    "ContactPage": "contacts",
    "Deal": "deals",
    "DealDetail": "deals",
    "DealPage": "deals",
    "DealStage": "deals",
    "Error": "shared",
    "ErrorDetail": "shared",
    "Lead": "leads",
    "LeadDetail": "leads",
    "LeadPage": "leads",
    "LeadStage": "leads",
    "Pagination": "shared",
}

__all__ = [
    "Contact",
    "ContactDetail",
    "ContactPage",
    "Deal",
    "DealDetail",
    "DealPage",
    "DealStage",
    "Error",
    "ErrorDetail",
    "Lead",
    "LeadDetail",
    "LeadPage",
    "LeadStage",
    "Pagination",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(_MODULES)
