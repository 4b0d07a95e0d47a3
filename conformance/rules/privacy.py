"""PRI: what no document speaks of, and nobody was to see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from conformance.contract import Contract
from conformance.rule import Check, must
from conformance.vocabulary import each
from generator.model import Array, Dictionary, Object, Operation, Schema, Union

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
    secrets = check.session.client.redactor.secrets
    documented: dict[int, frozenset[str]] = {}
    for exchange in check.session.client.meant_for(check.operation.id):
        if exchange.status not in documented:
            names = names_of(check.contract, check.operation, exchange.status)
            documented[exchange.status] = names
        for name, value in members(exchange.json):
            known = name in documented[exchange.status]
            told = isinstance(value, str) and value and not known
            check.require(
                not (told and (SECRET.search(name) or value in secrets)),
                f"The member {name!r} is a secret, and is not documented.",
                exchange,
            )


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member of every object in a JSON value."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield name, held
            yield from members(held)
    elif isinstance(value, list):
        for item in value:
            yield from members(item)


def names_of(contract: Contract, operation: Operation, status: int) -> frozenset[str]:
    """The names of all members that an answer of a status documents, however deep."""
    response = operation.response(status)
    left = [media.schema for media in (response.media if response else ()) if media.schema]
    names: set[str] = set()
    seen: set[int] = set()
    while left:
        schema = contract.resolve(left.pop())
        if id(schema) not in seen:
            seen.add(id(schema))
            names |= set(contract.members(schema))
            left += _parts(schema)
    return frozenset(names)


def _parts(schema: Schema) -> Sequence[Schema]:
    """The schemas that a schema is made of."""
    match schema.type:
        case Object(properties):
            return [member.schema for member in properties]
        case Array(inner) | Dictionary(inner):
            return [inner]
        case Union(variants):
            return variants
        case _:
            return ()
