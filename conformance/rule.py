"""What a rule is: an id, a sentence, what it proves, what it needs, and a test that may fail."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conformance.contract import Contract
    from conformance.exchange import Exchange
    from conformance.session import Session
    from generator.document import Position
    from generator.model import Operation


class Level(StrEnum):
    """How binding a rule is (RFC 2119): a broken MUST fails the run, a broken SHOULD warns."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Need(StrEnum):
    """What a rule needs of a target beyond its base URL."""

    CREDENTIAL = "a credential"
    SECOND_TENANT = "credentials of two tenants"
    REVOKED = "a revoked credential"
    LOWER_TIER = "a credential of a lower tier"
    FRESH_KEYS = "a control plane that mints keys"
    CLOCK = "a control plane with a clock"
    BURST = "a control plane with a clock, or a credential and leave to send bursts with it"
    ROWS = "a control plane that inserts and updates rows"
    CONTROL = "a control plane"
    DATABASE = "a control plane that shows the database"
    IDENTITY = "a control plane that has identities verified"
    AGENTS = "a control plane that slows replies down, breaks them off and tells of them"
    OAUTH = "a control plane that registers and approves OAuth clients"
    RECEIVER = "a control plane that subscribes receivers of webhooks"
    ROTATION = "a control plane that rotates keys"


class Outcome(StrEnum):
    """How a rule ended for one operation."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    WARN = "warn"
    UNTESTABLE = "untestable"
    NOT_APPLICABLE = "not-applicable"
    SKIPPED = "skipped"


class Violation(Exception):  # noqa: N818 - the word of the field
    """The target broke a rule. `exchange` is the request and response that show it."""

    def __init__(self, message: str, exchange: Exchange | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.exchange = exchange


class Untestable(Exception):  # noqa: N818 - the name of an outcome
    """Something that a rule needs is missing; the message says what and how to provide it."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a rule's test is given: the session, and the operation it is to look at.

    A rule about the API as a whole has no operation of its own.
    """

    session: Session
    subject: Operation | None = None

    @property
    def contract(self) -> Contract:
        """The contract that the target is held to."""
        return self.session.contract

    @property
    def operation(self) -> Operation:
        """The operation under test.

        Raises LookupError in a rule about the API as a whole.
        """
        if self.subject is None:
            raise LookupError("This rule looks at the API as a whole.")
        return self.subject

    def require(self, condition: object, message: str, exchange: Exchange | None = None) -> None:
        """Raise Violation with `message` unless `condition` holds."""
        if not condition:
            raise Violation(message, exchange)


Subjects = Callable[["Contract"], Sequence["Operation | None"]]
Test = Callable[[Check], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One law.

    `subjects` reads from the contract what the rule applies to: operations, `None` for the API as a
    whole, nothing where the contract does not use the word. `promises` are ids of promises of which
    the rule proves a part, wherever a contract cites them. `text` is the rule's page where that is
    not the docstring of its test, `position` its place where it is not in this package. `writes`
    tells that it calls operations that change data.
    """

    id: str
    title: str
    level: Level
    subjects: Subjects
    test: Test = field(repr=False)
    promises: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    text: str = ""
    position: Position | None = None
    writes: bool = False

    @property
    def family(self) -> str:
        """The letters of the id."""
        return self.id.partition("-")[0]

    @property
    def page(self) -> str:
        """Why the rule is there, its source, an answer that passes and one that fails."""
        return inspect.cleandoc(self.text or self.test.__doc__ or "")


def must(
    id: str,  # noqa: A002 - what it is called
    title: str,
    over: Subjects,
    *,
    promises: tuple[str, ...] = (),
    needs: tuple[Need, ...] = (),
) -> Callable[[Test], Rule]:
    """Make a function the test of a MUST rule."""
    return lambda test: Rule(id, title, Level.MUST, over, test, promises, needs)


def should(
    id: str,  # noqa: A002 - what it is called
    title: str,
    over: Subjects,
    *,
    promises: tuple[str, ...] = (),
    needs: tuple[Need, ...] = (),
) -> Callable[[Test], Rule]:
    """Make a function the test of a SHOULD rule."""
    return lambda test: Rule(id, title, Level.SHOULD, over, test, promises, needs)
