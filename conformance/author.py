"""Who sends bodies: a party of a tenant of its own, and a documented body that it may send."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance.bodies import (
    Path,
    at,
    carrying,
    carrying_text,
    compact,
    examples,
    places,
    with_value,
)
from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange, Pairs
from conformance.rule import Check, Untestable
from conformance.sample import Sample
from conformance.vocabulary import body_schema, is_list, stream_of
from conformance.walk import identity, read_page
from generator.model import Operation, Scalar, Schema

if TYPE_CHECKING:
    from conformance.session import Session

SEMANTIC = frozenset({404, 409, 422})
"""Statuses of a body that is as documented, and asks for what is not to be had."""


@dataclass(frozen=True, slots=True)
class Author:
    """A party, the rest of its request, and the body that all others are changes of.

    `first` is the answer to that body.
    """

    contract: Contract
    operation: Operation
    caller: Caller
    tenant: str
    sample: Sample
    schema: Schema
    body: Any
    first: Exchange

    @property
    def accepted(self) -> bool:
        """Whether the body is one that the target takes."""
        return 200 <= self.first.status < 300

    def send(self, body: Any) -> Exchange:
        """Send another body."""
        return self.send_text(compact(body))

    def send_text(self, text: str) -> Exchange:
        """Send another body as it stands."""
        sample = carrying_text(self.sample, text)
        return self.caller.call(self.operation, sample, headers=accepting(self.operation))

    def put(self, path: Path, value: Any) -> Any:
        """The body with another value at a place."""
        return with_value(self.contract, self.schema, self.body, path, value)

    def over(self, body: Any) -> Author:
        """The same with another body that all others are changes of."""
        return replace(self, body=body)

    def after(self, path: Path, value: Any) -> Author:
        """The same with another value at a place of that body."""
        return self.over(self.put(path, value))

    def require_accepted(self) -> None:
        """Raise Untestable unless a documented body was taken."""
        if not self.accepted:
            raise Untestable(f"No documented body of {self.operation.id} is accepted.")


def author(check: Check) -> Author:
    """The author of the bodies of the operation under test."""
    return author_of(check.session, check.operation)


def author_of(session: Session, operation: Operation) -> Author:
    """The author of an operation's bodies, made once a run."""
    return session.once(f"author of {operation.id}", lambda: _author(session, operation))


def accepting(operation: Operation) -> Pairs:
    """The header that takes a stream, where the operation answers with one."""
    return (("Accept", "text/event-stream, application/json"),) if stream_of(operation) else ()


def reworded(made: Author, text: str) -> Any:
    """The body with another text in place of each that it has to have."""
    found = made.body
    for place in places(made.contract, made.schema):
        kind = place.schema.type
        is_text = isinstance(kind, Scalar) and kind.kind == "string" and not kind.format
        here = at(made.body, place.path) if len(place.path) == 1 else None
        if place.required and is_text and isinstance(here, str):
            found = with_value(made.contract, made.schema, found, place.path, text)
    return found


def taken(check: Check, exchange: Exchange, what: str) -> None:
    """Require that a body was found to be as documented."""
    documented = exchange.status in SEMANTIC and check.operation.response(exchange.status)
    check.require(
        200 <= exchange.status < 300 or documented,
        f"{what} is as documented, and answered with {exchange.status}.",
        exchange,
    )


def _author(session: Session, operation: Operation) -> Author:
    schema = body_schema(session.contract, operation)
    if schema is None:
        raise Untestable(f"{operation.id} has no documented JSON body.")
    tried = [
        made
        for tenant, caller in _parties(session)
        if (made := _tried(session, operation, schema, tenant, caller))
    ]
    found = next((each for each in tried if each.accepted), None)
    return found or tried[0]


def _parties(session: Session) -> list[tuple[str, Caller]]:
    if session.control is None:
        return [("", session.caller())]
    tenant = session.once("tenant of bodies", session.new_tenant)
    if session.control.offers("agents"):
        session.control.set_agent(tenant)
    own = session.once("caller of bodies", lambda: session.of_tenant(tenant))
    return [(tenant, own), ("", session.documented())]


def _tried(
    session: Session, operation: Operation, schema: Schema, tenant: str, caller: Caller
) -> Author | None:
    """The first example that a party may send, else the first one at all."""
    sample = session.sample(operation, caller)
    refused: Author | None = None
    for example in examples(operation):
        body = _of_party(session, caller, example)
        headers = accepting(operation)
        exchange = caller.call(operation, carrying(sample, body), headers=headers)
        made = Author(session.contract, operation, caller, tenant, sample, schema, body, exchange)
        if made.accepted:
            return made
        refused = refused or made
    return refused


def _of_party(session: Session, caller: Caller, example: Any) -> Any:
    """An example with ids of rows that a party has: `contact_id` is that of one of `/contacts`."""
    if not isinstance(example, dict):
        return example
    body = dict(example)
    for operation in filter(is_list, session.contract.api.operations):
        name = operation.path.rpartition("/")[2].removesuffix("s") + "_id"
        if name in body and not operation.in_location("path"):
            rows = read_page(caller, operation, session.sample(operation, caller)).rows
            body[name] = identity(rows[0]) if rows else body[name]
    return body
