"""PRI: what no document speaks of, and nobody was to see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    secrets = check.session.client.redactor.secrets
    for exchange in check.session.client.meant_for(check.operation.id):
        response = check.operation.response(exchange.status)
        schemas = [media.schema for media in (response.media if response else ()) if media.schema]
        for name, value in undocumented(check.contract, exchange.json, schemas):
            told = isinstance(value, str) and value
            check.require(
                not (told and (SECRET.search(name) or value in secrets)),
                f"The member {name!r} is a secret, and is not documented.",
                exchange,
            )


def undocumented(
    contract: Contract, value: Any, schemas: Sequence[Schema]
) -> Iterator[tuple[str, Any]]:
    """The members of a JSON value that none of the schemas it may be of declares, however deep.

    Not those of objects of which nothing is declared at all: a contract leaves them free.
    """
    types = [type_ for schema in schemas for type_ in _alternatives(contract, schema)]
    objects = [type_ for type_ in types if isinstance(type_, Object)]
    if isinstance(value, dict) and objects:
        for name, held in value.items():
            declared = [m.schema for each in objects for m in each.properties if m.name == name]
            if declared:
                yield from undocumented(contract, held, declared)
            else:
                yield name, held
    inner = [each.values for each in types if isinstance(each, Dictionary)]
    for held in value.values() if isinstance(value, dict) and inner and not objects else ():
        yield from undocumented(contract, held, inner)
    items = [each.items for each in types if isinstance(each, Array)]
    for item in value if isinstance(value, list) and items else ():
        yield from undocumented(contract, item, items)


def _alternatives(contract: Contract, schema: Schema) -> Iterator[Type]:
    """The types that a value of a schema may be of, references and unions taken apart."""
    type_ = contract.resolve(schema).type
    for variant in type_.variants if isinstance(type_, Union) else ():
        yield from _alternatives(contract, variant)
    if not isinstance(type_, Union):
        yield type_
