"""What can be generated: one package a target, imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from msgspec import Struct, field

from generator.parallel import Share, in_turn

if TYPE_CHECKING:
    from generator.document import Finding
    from generator.model import Api
    from generator.published import Published
    from generator.targets.client_calls import ClientCalls

CLIENTS = ("python", "typescript")
"""The targets whose methods the pages show."""
CODE = ("server", *CLIENTS)
TARGETS = (*CODE, "docs")


class TargetInput(Struct, frozen=True):
    """What a target renders from.

    `document` is the whole contract as one bundled OpenAPI 3.1 document of plain JSON data, shared
    by all targets: read, never changed; `text` is the same in JSON, for the server only, as is
    `lowered`: the same as OpenAPI 3.0, as far as a server routes by it, so that its operations may
    be empty. `published` are the names that the target gave before, and keeps. `calls` are those of
    the clients, for the pages only. `share` is how parts that do not wait for each other are done.
    """

    api: Api
    document: Mapping[str, Any]
    lowered: Mapping[str, Any]
    published: Published = field(default_factory=dict)
    text: str = ""
    calls: Sequence[ClientCalls] = ()
    share: Share = in_turn


class TargetOutput(Struct, frozen=True):
    """What a target rendered.

    `files` maps a path relative to the target's folder (POSIX, `models.py`) to its text. Python
    files need not be formatted: ruff formats all of them together, before they are written,
    but those that are `copied` from the runtime of the target, which are as they should be.
    `findings` tell what the target could not express, each with its place in the contract.
    `names` are those that it gave, for the next time.
    """

    files: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    names: Published = field(default_factory=dict)
    copied: frozenset[str] = frozenset()


class Target(Protocol):
    """A package of `generator.targets`: a pure function from a contract to files."""

    def render(self, source: TargetInput) -> TargetOutput:
        """The files of one API, the same for the same input."""
        ...


def client_calls(name: str, api: Api, published: Published) -> ClientCalls:
    """How operations are called in the client called `name`, one of `CLIENTS`."""
    module = import_module(f"generator.targets.{name}.calls")
    return cast("ClientCalls", module.calls(api, published))


def load_target(name: str) -> Target:
    """The target called `name`, one of `TARGETS`: its package, which has a `render` function."""
    return cast(Target, import_module(f"generator.targets.{name}"))
