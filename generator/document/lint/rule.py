"""What a lint rule is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import cleandoc
from typing import NamedTuple

from msgspec import Struct

from generator.document.finding import Finding, Position, Severity
from generator.document.lint.subject import Subject
from generator.document.node import Node


class Problem(NamedTuple):
    """What a rule says of a place; `rule` where it is another's finding."""

    position: Position
    pointer: str
    message: str
    rule: Rule | None = None


Check = Callable[[Subject], Iterator[Problem]]


class Rule(Struct, frozen=True):
    """A rule, and in `page` what `fourfold explain` says of it.

    A rule of the house looks only at contracts that are written in the house style, and is an
    error there (`Subject.house`).
    """

    code: str
    title: str
    severity: Severity
    page: str
    check: Check | None = None
    house: bool = False

    def findings(self, subject: Subject) -> Iterator[Finding]:
        """What the rule finds in a document."""
        if self.check is None or (self.house and not subject.house):
            return
        for position, pointer, message, other in self.check(subject):
            found = other or self
            severity = found.severity
            if subject.house and found.code.startswith("STY"):
                severity = Severity.ERROR
            yield Finding(found.code, position, message, pointer, severity)


def rule(
    code: str, title: str, severity: Severity = Severity.ERROR, *, house: bool = False
) -> Callable[[Check], Rule]:
    """Make a rule of a function, whose docstring becomes its page."""

    def make(check: Check) -> Rule:
        return Rule(code, title, severity, cleandoc(check.__doc__ or ""), check, house)

    return make


def at(node: Node, message: str) -> Problem:
    """A problem of the value."""
    return Problem(node.position, node.pointer, message)


def at_key(node: Node, message: str) -> Problem:
    """A problem that points at the value's key."""
    return Problem(node.key_position, node.pointer, message)
