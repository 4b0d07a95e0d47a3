"""PRI: what no document speaks of, and nobody was to see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conformance.contract import Contract
from conformance.rule import Check, must
from conformance.vocabulary import each
from generator.model import Array, Dictionary, Object, Schema, Union
from generator.model.schema import Type

SECRET = re.compile(
    r"(secret|password|passwd|passphrase|private_?key|api_?key|key_?hash|token_?hash|salt"
    r"|signing_?key|credentials?)(_?(hash|digest|value|plaintext|encrypted))?",
    re.IGNORECASE,
)
"""Names of members that nobody gives away on purpose."""


@must("PRI-001", "No answer tells a secret", each, promises=("HALO-02", "HALE-02", "LEAD-02"))
def no_secret(check: Check) -> None:
    """A member that no document speaks of is neither named like a secret nor holds one.

    A secret is what the suite was given as one: keys, signing secrets, tokens. What a contract
    documents, such as the key that was just made, may be told.

    Source: OWASP API3:2023 (excessive data exposure); the contract's `responses`.
    Passes: `{"org_id": "org_1", "plan": "pro"}`, `plan` being no documented member.
    Fails: `{"org_id": "org_1", "identity_secret": "ha_secret_…"}`: the whole row was sent.
    """
    check.session.survey(check.operation)
    secrets, shapes = check.session.client.redactor.secrets, Shapes(check.contract)
    for exchange in check.session.client.meant_for(check.operation.id):
        response = check.operation.response(exchange.status)
        schemas = [media.schema for media in (response.media if response else ()) if media.schema]
        for name, value in undocumented(shapes, exchange.json, schemas):
            told = isinstance(value, str) and value
            check.require(
                not (told and (SECRET.search(name) or value in secrets)),
                f"The member {name!r} is a secret, and is not documented.",
                exchange,
            )


@dataclass(frozen=True, slots=True)
class Shape:
    """What may be in a value that is of one of some schemas.

    `members` are the declared ones of an object, by name; None where nothing is declared at all.
    `inner` are the schemas of the values of a dictionary, `items` those of a list.
    """

    members: Mapping[str, Sequence[Schema]] | None
    inner: Sequence[Schema]
    items: Sequence[Schema]


class Shapes:
    """The shapes of a contract's schemas, each read once."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._known: dict[tuple[int, ...], Shape] = {}

    def of(self, schemas: Sequence[Schema]) -> Shape:
        """The shape of a value that may be of any of these schemas of the contract."""
        key = tuple(map(id, schemas))
        if key not in self._known:
            self._known[key] = self._read(schemas)
        return self._known[key]

    def _read(self, schemas: Sequence[Schema]) -> Shape:
        types = [type_ for schema in schemas for type_ in _alternatives(self._contract, schema)]
        objects = [type_ for type_ in types if isinstance(type_, Object)]
        members: dict[str, list[Schema]] = {}
        for member in (found for type_ in objects for found in type_.properties):
            members.setdefault(member.name, []).append(member.schema)
        return Shape(
            members if objects else None,
            [type_.values for type_ in types if isinstance(type_, Dictionary)],
            [type_.items for type_ in types if isinstance(type_, Array)],
        )


def undocumented(
    shapes: Shapes, value: Any, schemas: Sequence[Schema]
) -> Iterator[tuple[str, Any]]:
    """The members of a JSON value that none of the schemas it may be of declares, however deep.

    Not those of objects of which nothing is declared at all: a contract leaves them free.
    """
    if not isinstance(value, dict | list):
        return
    shape = shapes.of(schemas)
    if isinstance(value, list):
        for item in value if shape.items else ():
            yield from undocumented(shapes, item, shape.items)
    elif shape.members is not None:
        for name, held in value.items():
            if name in shape.members:
                yield from undocumented(shapes, held, shape.members[name])
            else:
                yield name, held
    elif shape.inner:
        for held in value.values():
            yield from undocumented(shapes, held, shape.inner)


def _alternatives(contract: Contract, schema: Schema) -> Iterator[Type]:
    """The types that a value of a schema may be of, references and unions taken apart."""
    type_ = contract.resolve(schema).type
    for variant in type_.variants if isinstance(type_, Union) else ():
        yield from _alternatives(contract, variant)
    if not isinstance(type_, Union):
        yield type_
