"""WFL: the workflows beside a contract speak of what is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import jsonschema_rs

from generator.document.lint.rule import Problem, Rule, at, at_key, rule
from generator.document.lint.subject import Subject
from generator.document.node import Node
from generator.document.suggestion import suggestion
from generator.document.violation import violations
from generator.document.workflows import SCHEMA

INPUTS: Final = ("api", "tenant", "unique")
"""What the suite gives every workflow."""
_STEP: Final = re.compile(r"\$steps\.([\w-]+)\.outputs\.([\w-]+)")
_INPUT: Final = re.compile(r"\$inputs\.(\w+)")
_EACH: Final = re.compile(r"\$each\b")


@rule("WFL-001", "workflows.yaml has its shape")
def shape(subject: Subject) -> Iterator[Problem]:
    """The file beside the contract is Arazzo 1.0, as far as the suite reads it, with its own words.

    ```yaml
    arazzo: 1.0.1
    info: {title: What the shop promises over several calls, version: 1.0.0}
    sourceDescriptions: [{name: shop, url: openapi.yaml, type: openapi}]
    workflows:
      - workflowId: item-is-read
        x-rule: LIF-901
        summary: What is put is read
        steps:
          - {stepId: read, operationId: listItems}
    ```
    """
    if subject.workflows is None:
        return
    root = subject.workflows.root
    validator = jsonschema_rs.validator_for(_schema())
    for violation in violations(validator.iter_errors(root.value)):
        node = root.at(violation.pointer) or root
        yield at_key(node, violation.message) if violation.pointer else at(node, violation.message)


@rule("WFL-002", "Each operation that a workflow calls exists")
def operations_exist(subject: Subject) -> Iterator[Problem]:
    """`operationId` of a step and `x-about` of a workflow name operations of the contract."""
    known = [operation.node.text("operationId") for operation in subject.operations]
    for workflow in _workflows(subject):
        for owner, word in ((workflow, "x-about"), *((s, "operationId") for s in _steps(workflow))):
            named = owner.get(word)
            if named is not None and named.value not in known:
                message = f"The contract has no operation '{named.value}'."
                yield at(named, message + suggestion(str(named.value), known))


@rule("WFL-003", "Each promise that a workflow proves exists")
def promises_exist(subject: Subject) -> Iterator[Problem]:
    """The ids in a workflow's `x-promises` are keys of promises.yaml."""
    listed = subject.promises.root.get("promises") if subject.promises else None
    known = list(listed.mapping) if listed else []
    for workflow in _workflows(subject):
        cited = workflow.get("x-promises")
        for promise in cited.elements() if cited else ():
            if promise.value not in known:
                message = f"promises.yaml has no '{promise.value}'."
                yield at(promise, message + suggestion(str(promise.value), known))


@rule("WFL-004", "What a step speaks of is there")
def references_resolve(subject: Subject) -> Iterator[Problem]:
    """A step can use outputs of the steps before it, the inputs, and `$each` of its own table.

    `$steps.read.outputs.id` needs a step `read` further up whose `outputs` have `id`. What a step
    itself has put out can be used by the next one only. `x-tells` is of what `x-delivers` names.
    """
    for workflow in _workflows(subject):
        known: dict[str, set[str]] = {}
        for step in _steps(workflow):
            own = step.get("outputs")
            for text in _texts(step):
                yield from _unknown(text, step, known)
            yield from _undelivered(step)
            known[step.text("stepId")] = set(own.mapping) if own else set()


def _unknown(text: Node, step: Node, known: dict[str, set[str]]) -> Iterator[Problem]:
    value = str(text.value)
    for name, output in _STEP.findall(value):
        if name not in known:
            message = f"No step '{name}' comes before '{step.text('stepId')}'."
            yield at(text, message + suggestion(name, known))
        elif output not in known[name]:
            message = f"The step '{name}' has no output '{output}'."
            yield at(text, message + suggestion(output, known[name]))
    for name in _INPUT.findall(value):
        if name not in INPUTS:
            yield at(text, f"There is no input '{name}', only {', '.join(INPUTS)}.")
    if _EACH.search(value) and step.get("x-for-each") is None:
        yield at(text, "`$each` is there, and the step has no `x-for-each`.")


def _undelivered(step: Node) -> Iterator[Problem]:
    delivers, tells = step.get("x-delivers"), step.get("x-tells")
    named = [each.value for each in delivers.elements()] if delivers else []
    for name, told in tells.items() if tells else ():
        if name not in named:
            message = f"The step delivers no '{name}', whose body nobody would look at."
            yield at_key(told, message + suggestion(name, named))


@rule("WFL-005", "Each name of a workflow is its own")
def names_are_unique(subject: Subject) -> Iterator[Problem]:
    """No id of a rule (`x-rule`) is given twice, in any API; no workflowId twice in a file.

    No stepId is given twice in a workflow either.
    """
    for word in ("workflowId", "x-rule"):
        yield from _repeated(word, list(_workflows(subject)))
    for workflow in _workflows(subject):
        yield from _repeated("stepId", list(_steps(workflow)))
        rule_id = workflow.get("x-rule")
        if rule_id is not None and (file := subject.rules_elsewhere.get(str(rule_id.value))):
            yield at(rule_id, f"{file} has a rule '{rule_id.value}', too.")


def _repeated(word: str, owners: list[Node]) -> Iterator[Problem]:
    seen: set[object] = set()
    for named in filter(None, (owner.get(word) for owner in owners)):
        if isinstance(named.value, str) and named.value in seen:
            yield at(named, f"'{named.value}' is there twice.")
        elif isinstance(named.value, str):
            seen.add(named.value)


@rule("WFL-006", "A step gives each parameter of its path")
def paths_are_complete(subject: Subject) -> Iterator[Problem]:
    """What stands in braces in the operation's path has a value, and nothing else is `in: path`."""
    templates = {each.node.text("operationId"): each.template for each in subject.operations}
    for workflow in _workflows(subject):
        for step in _steps(workflow):
            if (template := templates.get(step.text("operationId"))) is None:
                continue
            listed = step.get("parameters")
            nodes = (
                [node for node in listed.elements() if node.text("in") == "path"] if listed else []
            )
            given = [node.text("name") for node in nodes]
            for name in template:
                if name not in given:
                    yield at(step, f"The path has {{{name}}}, and the step gives no value for it.")
            for node in nodes:
                if node.text("name") not in template:
                    yield at(node, f"The path has no {{{node.text('name')}}}.")


def _workflows(subject: Subject) -> Iterator[Node]:
    listed = subject.workflows.root.get("workflows") if subject.workflows else None
    return _objects(listed)


def _steps(workflow: Node) -> Iterator[Node]:
    return _objects(workflow.get("steps"))


def _objects(listed: Node | None) -> Iterator[Node]:
    return (node for node in (listed.elements() if listed else ()) if isinstance(node.value, dict))


def _texts(node: Node) -> Iterator[Node]:
    """Every string below a node, names of members aside."""
    if isinstance(node.value, str):
        yield node
    elif isinstance(node.value, dict):
        for _, each in node.items():
            yield from _texts(each)
    elif isinstance(node.value, list):
        for each in node.elements():
            yield from _texts(each)


@cache
def _schema() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return read


RULES: Final[tuple[Rule, ...]] = (
    shape,
    operations_exist,
    promises_exist,
    references_resolve,
    names_are_unique,
    paths_are_complete,
)
