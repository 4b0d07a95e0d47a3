"""VEC: the wire vectors beside a contract speak of all of it, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from generator.document.lint.rule import Problem, Rule, at, at_key, rule
from generator.document.lint.subject import Operation, Subject
from generator.document.node import Node
from generator.document.suggestion import suggestion
from generator.document.vectors import violations


@rule("VEC-001", "vectors.yaml has its shape")
def shape(subject: Subject) -> Iterator[Problem]:
    """The file beside the contract says, call by call, what goes over the wire.

    ```yaml
    api: shop
    client:
      credentials: {api_key: key_1}
      headers: {authorization: Bearer key_1, accept: application/json}
    responses:
      failures:
        - {name: no key, status: 401, body: {error: no}, error: {class: AuthenticationError}}
    vectors:
      - name: an item
        operation: getItem
        call: {parameters: {itemId: a/b}}
        request: {method: GET, target: /v1/items/a%2Fb}
        responses: [failures, {name: the item, body: {id: a/b}}]
    ```

    Its form is described in full by `openapi/vectors.schema.json`.
    """
    if subject.vectors is None:
        return
    root = subject.vectors.root
    for violation in violations(root.value):
        node = root.at(violation.pointer) or root
        yield at_key(node, violation.message) if violation.pointer else at(node, violation.message)


@rule("VEC-002", "What a vector names is there")
def names_resolve(subject: Subject) -> Iterator[Problem]:
    """`operation` is an operationId of the contract, and each text in `responses` is a group.

    A group is a member of `responses` at the root of the file.
    """
    operations = [operation.node.text("operationId") for operation in subject.operations]
    groups = list(_groups(subject))
    for vector in vectors(subject):
        named = vector.get("operation")
        if named is not None and named.value not in operations:
            message = f"The contract has no operation '{named.value}'."
            yield at(named, message + suggestion(str(named.value), operations))
        for response in elements(vector, "responses"):
            if isinstance(response.value, str) and response.value not in groups:
                message = f"There is no group of responses '{response.value}'."
                yield at(response, message + suggestion(response.value, groups))


@rule("VEC-003", "Each operation has a vector")
def operations_covered(subject: Subject) -> Iterator[Problem]:
    """Where there are vectors, there is one for each operation of the contract."""
    if subject.vectors is None:
        return
    called = {vector.text("operation") for vector in vectors(subject)}
    for operation in subject.operations:
        name = operation.node.text("operationId")
        if name and name not in called:
            listed = subject.vectors.root.get("vectors") or subject.vectors.root
            yield at_key(listed, f"No vector calls '{name}'.")


@rule("VEC-004", "Each documented answer is in a vector")
def answers_covered(subject: Subject) -> Iterator[Problem]:
    """Of each operation, the vectors have every success and error, and every code of an error.

    The codes are those of `x-error-codes`. Redirects are left out: a client follows them.
    """
    for operation, owned in _by_operation(subject):
        answers = [answer for vector in owned for answer in responses(subject, vector)]
        given = [(status_of(answer, operation), _code(answer)) for answer in answers]
        for status, _, response in operation.responses:
            codes = response.get("x-error-codes")
            named = list(codes.mapping) if codes else [""]
            for code in named if status[0] in "245" else ():
                if not any(_is(status, told) and code in ("", its) for told, its in given):
                    with_code = f" with the code '{code}'" if code else ""
                    name = operation.node.text("operationId")
                    yield at(owned[0], f"No vector of '{name}' has the answer {status}{with_code}.")


@rule("VEC-009", "Each name is its own, and each group of use")
def names_are_unique(subject: Subject) -> Iterator[Problem]:
    """A failing vector is found by its name.

    So no two vectors of an operation share one, no two responses of a vector, and no two
    webhooks. A group of responses that no vector names is left over.
    """
    for _, owned in _by_operation(subject):
        yield from _repeated(owned)
        for vector in owned:
            yield from _repeated(responses(subject, vector))
    yield from _repeated(deliveries(subject))
    used = [each.value for vector in vectors(subject) for each in elements(vector, "responses")]
    for name, group in _groups(subject).items():
        if name not in used:
            yield at_key(group, f"No vector names the group '{name}'.")


def vectors(subject: Subject) -> list[Node]:
    """The vectors of a file; none where there is no file."""
    root = subject.vectors.root if subject.vectors else None
    return [node for node in elements(root, "vectors") if node.mapping]


def deliveries(subject: Subject) -> list[Node]:
    """The webhooks of a file of vectors."""
    root = subject.vectors.root if subject.vectors else None
    return [node for node in elements(root, "webhooks") if node.mapping]


def responses(subject: Subject, vector: Node) -> Iterator[Node]:
    """The responses of a vector, those of groups in their place."""
    groups = _groups(subject)
    for node in elements(vector, "responses"):
        if node.mapping:
            yield node
        elif isinstance(node.value, str) and node.value in groups:
            yield from (each for each in groups[node.value].elements() if each.mapping)


def status_of(response: Node, operation: Operation) -> int:
    """The status of a response; where it says none, the operation's first success."""
    written = response.mapping.get("status")
    if isinstance(written, int):
        return written
    first = next((status for status, _, _ in operation.responses if status[:1] == "2"), "200")
    return int(first.replace("XX", "00"))


def called(subject: Subject) -> Iterator[tuple[Node, Operation]]:
    """Each vector whose operation is known, with it."""
    known = {operation.node.text("operationId"): operation for operation in subject.operations}
    for vector in vectors(subject):
        if vector.text("operation") in known:
            yield vector, known[vector.text("operation")]


def elements(node: Node | None, name: str) -> Iterator[Node]:
    """The elements of a list that is a member of an object."""
    listed = node.get(name) if node else None
    return listed.elements() if listed else iter(())


def _by_operation(subject: Subject) -> Iterator[tuple[Operation, list[Node]]]:
    owned: dict[str, list[Node]] = {}
    for vector in vectors(subject):
        owned.setdefault(vector.text("operation"), []).append(vector)
    for operation in subject.operations:
        name = operation.node.text("operationId")
        if name in owned:
            yield operation, owned[name]


def _groups(subject: Subject) -> dict[str, Node]:
    listed = subject.vectors.root.get("responses") if subject.vectors else None
    return dict(listed.items()) if listed else {}


def _is(documented: str, status: int) -> bool:
    return documented in (str(status), f"{status // 100}XX", "default")


def _code(response: Node) -> str:
    error = response.get("error")
    return error.text("code") if error else ""


def _repeated(named: Iterable[Node]) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in named:
        name = node.text("name")
        if name in seen:
            yield at(node, f"'{name}' is there twice.")
        seen.add(name)


RULES: Final[tuple[Rule, ...]] = (
    shape,
    names_resolve,
    operations_covered,
    answers_covered,
    names_are_unique,
)
