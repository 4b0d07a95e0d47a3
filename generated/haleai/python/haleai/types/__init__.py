"""The types of everything that is sent and answered, imported when they are first used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .contacts import Contact, ContactDetail, ContactPage
    from .deals import Deal, DealDetail, DealPage, DealStage
    from .leads import Lead, LeadDetail, LeadPage, LeadStage
    from .shared import Error, ErrorDetail, Pagination

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
