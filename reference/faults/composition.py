"""How a fault gets into any API: around it, as something that stands between it and its callers."""

from collections.abc import Callable
from dataclasses import Field, replace
from typing import Any, ClassVar, Protocol, TypeVar

from starlette.types import ASGIApp

from reference.faults.exchange import (
    Answered,
    Ask,
    Asked,
    Rehead,
    Reheading,
    Retell,
    Retelling,
    Tamper,
    Tampering,
)
from reference.keys import Keyring, UnknownKeyError
from reference.platform import Platform


class Composed(Protocol):
    """The parts of an API, which something can be put around."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

    @property
    def platform(self) -> Platform:
        """What the API is built on."""

    @property
    def keyring(self) -> Keyring:
        """Its keys."""

    @property
    def middleware(self) -> Callable[[ASGIApp], ASGIApp]:
        """What stands around the API."""


P = TypeVar("P", bound=Composed)
Applies = Callable[[Asked, Answered], bool]
Change = Callable[[Answered], Answered]
Sent = Callable[[Asked], Asked]


def wrapped(wrap: Callable[[ASGIApp], ASGIApp]) -> Callable[[P], P]:
    """Put more middleware around an API."""

    def apply(parts: P) -> P:
        inner = parts.middleware
        changes: dict[str, Any] = {"middleware": lambda app: wrap(inner(app))}
        return replace(parts, **changes)

    return apply


def around(tamper: Tamper) -> Callable[[P], P]:
    """Put a tamper around an API."""
    return wrapped(lambda app: Tampering(app, tamper))


def around_with_parts(make: Callable[[P], Tamper]) -> Callable[[P], P]:
    """Put a tamper around an API that needs to look at its parts."""

    def apply(parts: P) -> P:
        planted: Callable[[P], P] = around(make(parts))
        return planted(parts)

    return apply


def retelling(begin: Callable[[], Retell]) -> Callable[[P], P]:
    """Tell other events on every stream."""
    return wrapped(lambda app: Retelling(app, begin))


def reheading(rehead: Rehead) -> Callable[[P], P]:
    """Give other headers to every answer."""
    return wrapped(lambda app: Reheading(app, rehead))


def answers(applies: Applies, change: Change) -> Callable[[P], P]:
    """Change the answers that a condition on request and answer picks."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        return change(answered) if applies(asked, answered) else answered

    return around(tamper)


def requests(applies: Callable[[Asked], bool], change: Sent) -> Callable[[P], P]:
    """Change the requests that a condition picks, before the API sees them."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        return await ask(change(asked) if applies(asked) else asked)

    return around(tamper)


def errors_of(status: int, change: Change) -> Callable[[P], P]:
    """Change the errors of a status."""
    return answers(lambda _, answered: answered.status == status, change)


def everywhere(change: Change) -> Callable[[P], P]:
    """Change every answer."""
    return answers(lambda *_: True, change)


async def tenant_of(parts: Composed, asked: Asked) -> str | None:
    """Return the tenant whose key a request carries, None where it is no key."""
    try:
        return (await parts.keyring.find(asked.token)).tenant
    except UnknownKeyError:
        return None
