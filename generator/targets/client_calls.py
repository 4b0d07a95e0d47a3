"""How each operation is called in one client, for who shows it and does not know the package."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

Call = tuple[str, str]
"""An operation: its method in capitals, and its path."""


class ClientCalls(Struct, frozen=True):
    """The calls of one client as source code, by operation.

    `label` is what people call the language, `install` the command that gets the package, `setup`
    the lines that make `client`, which the calls are methods of. `receiver` is a function that
    proves and reads a webhook; empty where the package has no such.
    """

    label: str
    install: str
    setup: str
    calls: Mapping[Call, str]
    receiver: str = ""
