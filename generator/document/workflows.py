"""Reads the workflows of an API: Arazzo 1.0 in YAML, with the place of everything that is read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import jsonschema_rs
from msgspec import Struct, field

from generator.document import Node, Position, Severity, join_pointer
from generator.document.loading import shown
from generator.document.parsing import parse
from generator.document.text import decode

SCHEMA: Final = Path(__file__).with_name("workflows.schema.json")
"""The part of Arazzo that is read, and the words that are ours."""


class WorkflowError(ValueError):
    """Workflows that cannot be used; the message says where and why."""


class Criterion(Struct, frozen=True):
    """What must hold after a step: a condition, or a pattern that the value of `context` fits."""

    condition: str
    context: str = ""


class Step(Struct, frozen=True):
    """One call: of an operation, or of the control plane where `control` names one.

    `caller` is a part (`default`, `other_tenant`, `nobody`, `documented`, or `app`, to which a user
    granted all scopes), the attributes of a key to be minted, or a `token` itself. With `nowhere`
    there is no call of its own: everything that can be read is, and none of these texts may be in
    it. Values may hold runtime expressions.
    """

    id: str
    position: Position
    operation: str = ""
    control: str = ""
    caller: str | Mapping[str, str] = "default"
    parameters: tuple[tuple[str, str, Any], ...] = ()
    """Name, location and value of each."""
    has_body: bool = False
    body: Any = None
    content_type: str = "application/json"
    criteria: tuple[Criterion, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    advance: float = 0.0
    """Seconds that the clock is put forward before it, and before each further call of it."""
    within: float = 0.0
    """Seconds of real time in which it may be repeated until its criteria are met."""
    until: str = ""
    """A moment that an answer told, from which `advance` counts; it may then be less than 0."""
    each: tuple[Any, ...] = ()
    """The step is taken once with each of these as `$each`."""
    at_once: bool = False
    """Whether it is taken with all of these at one time, and not in turn."""
    proof: Mapping[str, Any] = field(default_factory=dict)
    """The `secret` that a token of the body's user is signed under, and `claims` of it."""
    nowhere: tuple[str, ...] = ()
    delivers: tuple[str, ...] = ()
    """The webhooks that a receiver gets after it: each as often as it is named, in any order."""
    tells: Mapping[str, Any] = field(default_factory=dict)
    """What each of them has, by the webhook's name: members, and what is in them."""


class Workflow(Struct, frozen=True):
    """Several steps, and what it proves that they end as they should."""

    id: str
    rule: str
    title: str
    page: str
    about: str
    promises: tuple[str, ...]
    steps: tuple[Step, ...]
    position: Position
    own_tenant: bool = False
    """Whether it makes sense only in a tenant that nobody else calls."""
    at_month_end: bool = False
    """Whether it begins on a 31st, to which the clock is put forward."""
    listens: bool = False
    """Whether a receiver is subscribed to all webhooks, and gets what the steps say and no more."""


def read(path: Path) -> tuple[Workflow, ...]:
    """The workflows of a file; none where there is no such file.

    Raises WorkflowError where it is not Arazzo, or uses what is not supported here.
    """
    if not path.is_file():
        return ()
    text, findings = decode(path.read_bytes(), shown(path))
    document, more = parse(text, shown(path))
    for found in (*findings, *more):
        if found.severity is Severity.ERROR:
            raise WorkflowError(f"{found.position}: {found.code} {found.message}")
    if document is None:
        raise WorkflowError(f"{path}: there is nothing in it.")
    validator = jsonschema_rs.validator_for(json.loads(SCHEMA.read_text("utf-8")))
    for problem in validator.iter_errors(document.data):
        where = document.position(join_pointer("", *problem.instance_path))
        raise WorkflowError(f"{where}: {problem.message}")
    workflows = tuple(map(_workflow, _items(document.root, "workflows")))
    _refuse_repeated(workflows)
    return workflows


def _items(node: Node, name: str) -> Iterator[Node]:
    listed = node.get(name)
    return iter(listed.elements()) if listed else iter(())


def _workflow(node: Node) -> Workflow:
    value = node.mapping
    steps = tuple(map(_step, _items(node, "steps")))
    called = [step.operation for step in steps if step.operation]
    return Workflow(
        id=value["workflowId"],
        rule=value["x-rule"],
        title=value["summary"],
        page=value.get("description", ""),
        about=value.get("x-about", called[-1] if called else ""),
        promises=tuple(value.get("x-promises", ())),
        steps=steps,
        position=node.position,
        own_tenant=value.get("x-tenant") == "own",
        at_month_end=value.get("x-begins") == "month-end",
        listens=any("x-delivers" in step.mapping for step in _items(node, "steps")),
    )


def _step(node: Node) -> Step:
    value = node.mapping
    control = value.get("x-control", {})
    body = value.get("requestBody", {}) if not control else {"payload": control.get("body", {})}
    return Step(
        id=value["stepId"],
        position=node.position,
        operation=value.get("operationId", ""),
        control=control.get("call", ""),
        caller=value.get("x-as", "default"),
        parameters=tuple((p["name"], p["in"], p["value"]) for p in value.get("parameters", ())),
        has_body="payload" in body,
        body=body.get("payload"),
        content_type=body.get("contentType", "application/json"),
        criteria=tuple(
            Criterion(each["condition"], each.get("context", ""))
            for each in value.get("successCriteria", ())
        ),
        outputs=value.get("outputs", {}),
        advance=float(value.get("x-advance", 0)),
        within=float(value.get("x-within", 0)),
        until=value.get("x-until", ""),
        each=tuple(value.get("x-for-each", ())),
        at_once=value.get("x-at-once", False),
        proof=value.get("x-proof", {}),
        nowhere=tuple(value.get("x-nowhere", ())),
        delivers=tuple(value.get("x-delivers", ())),
        tells=value.get("x-tells", {}),
    )


def _refuse_repeated(workflows: tuple[Workflow, ...]) -> None:
    seen: set[str] = set()
    for workflow in workflows:
        for name in (workflow.id, workflow.rule):
            if name in seen:
                raise WorkflowError(f"{workflow.position}: {name!r} is there twice.")
            seen.add(name)
