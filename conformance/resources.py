"""Resources: a list, and what can be done to its rows, read from the contract's paths."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from conformance.bodies import minimal
from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange, Pairs
from conformance.rule import Check, Untestable, Violation
from conformance.sample import Sample
from conformance.vocabulary import body_schema, collection, is_list, parent_of
from conformance.walk import Row, identity, read_page, walk
from generator.model import Enumeration, Object, Operation, Scalar

if TYPE_CHECKING:
    from conformance.session import Session

Body = dict[str, Any]
UPDATES = ("PATCH", "PUT")


@dataclass(frozen=True, slots=True)
class Resource:
    """A list, the operation that adds to it, and those on one of its rows."""

    listed: Operation
    create: Operation | None
    read: Operation | None
    update: Operation | None
    delete: Operation | None


def resources(contract: Contract) -> tuple[Resource, ...]:
    """The resources of an API: the lists that can be written to, in the order of the text."""
    found = (_resource(contract, op) for op in contract.api.operations if is_list(op))
    return tuple(each for each in found if each.create or each.update or each.delete)


def resource_of(contract: Contract, operation: Operation) -> Resource:
    """The resource that an operation writes to; raises LookupError where it is of none."""
    for resource in resources(contract):
        if operation.id in {
            op.id for op in (resource.create, resource.update, resource.delete) if op
        }:
            return resource
    raise LookupError(f"{operation.id} writes to no list.")


def _resource(contract: Contract, listed: Operation) -> Resource:
    rows = {
        op.method.upper(): op
        for op in contract.api.operations
        if op.path.rpartition("/")[0] == listed.path and op.path.endswith("}")
    }
    create = next(
        (
            op
            for op in contract.api.operations
            if op.path == listed.path and op.method.upper() == "POST" and _example(op)
        ),
        None,
    )
    update = next((rows[method] for method in UPDATES if method in rows), None)
    return Resource(listed, create, rows.get("GET"), update, rows.get("DELETE"))


def _example(operation: Operation) -> bool:
    media = operation.body.media if operation.body else ()
    return any(each.type.endswith("json") and each.examples for each in media)


@dataclass(frozen=True, slots=True)
class Workbench:
    """A resource in the hands of one party: makes, reads and changes rows.

    `tenant` is the party's own, empty where there is no control plane. `place` are the ids that the
    list is of: `messages` of a conversation, made for it where that can be done.
    """

    session: Session
    resource: Resource
    caller: Caller
    tenant: str
    place: Mapping[str, str]
    above: tuple[Workbench, str] | None = None
    """The resource that was made for it, and the id of its row."""

    @classmethod
    def at(cls, check: Check) -> Workbench:
        """The resource of the operation under test, for a party that its rules share."""
        return cls.shared(check.session, check.operation)

    @classmethod
    def shared(cls, session: Session, operation: Operation) -> Workbench:
        """The resource of an operation, for that party.

        Who registers endpoints for webhooks there is not told of what happens to other resources.
        """
        resource = resource_of(session.contract, operation)

        def party() -> tuple[Caller, str]:
            tenant = session.new_tenant() if session.control else ""
            return (session.of_tenant(tenant) if tenant else session.caller()), tenant

        caller, tenant = session.once(f"the party of {resource.listed.id}", party)
        return cls.of(session, resource, caller, tenant)

    @classmethod
    def of(cls, session: Session, resource: Resource, caller: Caller, tenant: str) -> Workbench:
        """A resource of a party, in a place of its own."""
        place: dict[str, str] = {}
        made_for: tuple[Workbench, str] | None = None
        for parameter in resource.listed.in_location("path"):
            parent = parent_of(session.contract, resource.listed, parameter.name)
            above = next((r for r in resources(session.contract) if r.listed == parent), None)
            if above is not None and above.create:
                bench = cls.of(session, above, caller, tenant)
                place[parameter.name] = bench.made()
                made_for = bench, place[parameter.name]
            else:
                found = session.sample(resource.listed, caller).path
                place[parameter.name] = found[parameter.name]
        return cls(session, resource, caller, tenant, place, made_for)

    def rows(self) -> Mapping[str, Row]:
        """The rows of the list by id, in its order; only the first page of a long one."""
        listed = self.resource.listed
        size, most = self.session.largest(listed), 20 if self.tenant else 1
        found = walk(self.caller, listed, Sample(path=self.place), size=size, most=most)
        return {identity(row): row for row in found.rows}

    def bodies(self, operation: Operation) -> Iterator[Body]:
        """The documented bodies of an operation; ids in them are of rows that the party has."""
        for media in operation.body.media if operation.body else ():
            for example in media.examples.values() if media.type.endswith("json") else ():
                if isinstance(example, dict):
                    yield {name: self._owned(name, value) for name, value in example.items()}

    def _owned(self, name: str, value: Any) -> Any:
        for operation in self.session.contract.api.operations:
            if any(parameter.name == name for parameter in operation.in_location("path")):
                parent = parent_of(self.session.contract, operation, name)
                sample = self.session.sample(parent, self.caller) if parent else Sample()
                rows = read_page(self.caller, parent, sample).rows if parent else ()
                return identity(rows[0]) if rows else value
        return value

    def create(self, headers: Pairs = ()) -> tuple[Body, Exchange]:
        """Make a row by the API, and return what was sent and answered.

        Raises Violation where each documented body is refused.
        """
        operation = self.resource.create
        if operation is None:
            raise Untestable("No operation makes rows of the list.")
        return self._first(operation, Sample(path=self.place, headers=headers))

    def update(self, id_: str, headers: Pairs = ()) -> tuple[Body, Exchange]:
        """Change a row as the contract's first example that is taken has it."""
        operation = self.resource.update
        if operation is None:
            raise Untestable("No operation changes rows of the list.")
        return self._first(operation, replace(self.row_sample(operation, id_), headers=headers))

    def alone(self, operation: Operation) -> Iterator[Body]:
        """Each documented member of a body alone, with each value that examples and lists have.

        A text that is free says something else, too, as the row may have been made with the same;
        what no example has is as its own schema has it.
        """
        sent = [{name: value} for body in self.bodies(operation) for name, value in body.items()]
        schema = body_schema(self.session.contract, operation)
        members = self.session.contract.members(schema) if schema else {}
        for name, member in members.items():
            type_ = self.session.contract.resolve(member).type
            values = type_.values if isinstance(type_, Enumeration) else ()
            known = self._owned(name, minimal(self.session.contract, member))
            if type_ == Scalar("string") and not name.endswith(("_id", "Id")):
                values = (f"{known} And more.",)
            elif not values and not any(name in body for body in sent):
                values = (known,)
            sent += [{name: value} for value in values]
        yield from (body for place, body in enumerate(sent) if body not in sent[:place])

    def states(self, id_: str) -> Iterator[None]:
        """Yield with a row as it is, then after each documented member alone was sent to it."""
        yield
        operation = self.resource.update
        if operation is None:
            return
        for body in self.alone(operation):
            content = json.dumps(body).encode()
            self.send(operation, self.row_sample(operation, id_), content)
            yield

    def _first(self, operation: Operation, sample: Sample) -> tuple[Body, Exchange]:
        refused = None
        for body in self.bodies(operation):
            exchange = self.send(operation, sample, json.dumps(body).encode())
            if exchange.status < 300:
                return body, exchange
            refused = exchange
        raise Violation("No documented body is taken.", refused)

    def made(self) -> str:
        """The id of a new row: made by the API, else by the control plane."""
        if self.resource.create:
            _, exchange = self.create()
            if isinstance(exchange.json, dict) and "id" in exchange.json:
                return identity(exchange.json)
        control, name = self.session.control, collection(self.resource.listed)
        if control is None or not self.tenant or not control.keeps(name):
            raise Untestable(f"Nothing makes rows of {name} that could be written to.")
        return control.insert(self.tenant, name, 1)[0]

    def read(self, id_: str) -> Row | None:
        """A row as it is now, by itself or else from the list; None where it is not there."""
        detail = self.resource.read
        if detail is None:
            return self.rows().get(id_)
        exchange = self.caller.call(detail, self.row_sample(detail, id_))
        return exchange.json if exchange.status == 200 else None

    def send(
        self, operation: Operation, sample: Sample, body: bytes, caller: Caller | None = None
    ) -> Exchange:
        """Call an operation with these bytes, said to be JSON where there are any."""
        label = (("Content-Type", "application/json"),) if body else ()
        asked = Sample(path=sample.path, headers=(*sample.headers, *label), body=body)
        return (caller or self.caller).call(operation, asked)

    def row_sample(self, operation: Operation, id_: str) -> Sample:
        """A request on one row of the list."""
        return Sample(path={**self.place, operation.in_location("path")[-1].name: id_})


def spoiled(check: Check, operation: Operation, body: Body) -> Iterator[tuple[str, bytes]]:
    """What is no body of an operation, each with a name: made from one that is."""
    yield "no body", b""
    yield "half a body", json.dumps(body).encode()[:-1]
    yield "an array", json.dumps([body]).encode()
    media = operation.body.media[0] if operation.body else None
    schema = check.contract.resolve(media.schema).type if media and media.schema else None
    for member in schema.properties if isinstance(schema, Object) else ():
        if member.required:
            rest = {name: value for name, value in body.items() if name != member.name}
            yield f"a body without {member.name}", json.dumps(rest).encode()
        if member.name in body:
            yield (
                f"an object as {member.name}",
                json.dumps(body | {member.name: {"a": []}}).encode(),
            )
    yield "an unknown member", json.dumps(body | {"conformance_unknown": {"a": 1}}).encode()
