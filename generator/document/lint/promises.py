"""PRM: the contract and the promises that are documented of it agree, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import jsonschema_rs

from generator.document.finding import Severity
from generator.document.lint.rule import Problem, Rule, at, at_key, rule
from generator.document.lint.subject import Subject
from generator.document.node import Node
from generator.document.suggestion import suggestion
from generator.document.violation import violations

_TEXT: Final[dict[str, Any]] = {"type": "string", "minLength": 1}
PROMISES_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "api": _TEXT,
        "document": _TEXT,
        "promises": {
            "type": "object",
            "propertyNames": {"pattern": "^[A-Z]+-[0-9]{2,}$"},
            "additionalProperties": {
                "type": "object",
                "properties": {
                    "promise": _TEXT,
                    "heading": _TEXT,
                    "rules": {"type": "array", "items": _TEXT, "minItems": 1},
                    "decisions": {"type": "array", "items": _TEXT, "minItems": 1},
                },
                "required": ["promise", "heading"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["api", "document", "promises"],
    "additionalProperties": False,
}
"""The shape of promises.yaml."""


@rule("PRM-001", "promises.yaml has its shape")
def shape(subject: Subject) -> Iterator[Problem]:
    """The file beside the contract gives each promise an id, our words, and where it is made.

    ```yaml
    api: haleai
    document: HaleAI HTTP API v1
    promises:
      HALE-06:
        promise: In our own words, whole.
        heading: Authentication
        rules: [AUT-*]                 # rules of the suite that prove it, besides those that say so
        decisions: [What was decided where the document is silent.]
    ```
    """
    if subject.promises is None:
        return
    root = subject.promises.root
    validator = jsonschema_rs.validator_for(PROMISES_SCHEMA)
    for violation in violations(validator.iter_errors(root.value)):
        node = root.at(violation.pointer) or root
        yield at_key(node, violation.message) if violation.pointer else at(node, violation.message)


@rule("PRM-002", "Each promise that is cited exists")
def cited_exist(subject: Subject) -> Iterator[Problem]:
    """The ids in `x-promises` are keys of promises.yaml."""
    if subject.promises is None:
        return
    known = _promises(subject)
    for cited in _citations(subject):
        if cited.value not in known:
            message = f"promises.yaml has no '{cited.value}'."
            yield at(cited, message + suggestion(str(cited.value), known))


@rule("PRM-003", "Each promise is kept by something")
def promises_cited(subject: Subject) -> Iterator[Problem]:
    """Each id of promises.yaml is cited by an `x-promises` of the contract.

    The root, an operation, a webhook or a security scheme may keep a promise. One that nothing
    cites can be broken without anybody noticing.
    """
    cited = {node.value for node in _citations(subject)}
    for name, promise in _promises(subject).items():
        if name not in cited:
            yield at_key(promise, f"No `x-promises` of the contract cites '{name}'.")


@rule("PRM-004", "What is cited is written down", Severity.WARNING)
def promises_written(subject: Subject) -> Iterator[Problem]:
    """A contract that cites promises has a promises.yaml beside it."""
    if subject.promises is None and not subject.promise_findings:
        first = next(_citations(subject), None)
        if first is not None:
            yield at(first, "Promises are cited, and there is no promises.yaml beside this file.")


def _promises(subject: Subject) -> dict[str, Node]:
    listed = subject.promises.root.get("promises") if subject.promises else None
    return dict(listed.items()) if listed else {}


def _citations(subject: Subject) -> Iterator[Node]:
    for word, cited in subject.words:
        for element in cited.elements() if word == "x-promises" else ():
            if isinstance(element.value, str):
                yield element


RULES: Final[tuple[Rule, ...]] = (shape, cited_exist, promises_cited, promises_written)
