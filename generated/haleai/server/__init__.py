"""The server of HaleAI: implement `Handlers` and `Security`, and call `create_app`.

Generated from the contract; change that instead.
"""

from . import errors, models
from .app import create_app
from .handlers import ContactsHandler, DealsHandler, Handlers, LeadsHandler
from .security import Security

__all__ = [
    "ContactsHandler",
    "DealsHandler",
    "Handlers",
    "LeadsHandler",
    "Security",
    "create_app",
    "errors",
    "models",
]
