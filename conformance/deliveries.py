"""What a delivery of a webhook says, read with the contract's words."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from conformance.contract import Contract
from conformance.exchange import Answer, Exchange, Request
from conformance.receiver import Received
from conformance.validator import Validator
from generator.document import Node
from generator.model import Signature, Webhook

_ALGORITHMS = frozenset({"sha1", "sha256", "sha384", "sha512"})


def body_of(delivery: Received) -> dict[str, Any]:
    """The members of the JSON object in the body; none where it has no such thing."""
    try:
        found = json.loads(delivery.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def event_of(contract: Contract, delivery: Received) -> str:
    """The name of the event: a member of the body that names a webhook, else a header that does.

    Empty where neither is there.
    """
    names = {webhook.name for webhook in contract.api.webhooks}
    values = (*body_of(delivery).values(), *(value for _, value in delivery.headers))
    return next((v for v in values if isinstance(v, str) and v in names), "")


def webhook_of(contract: Contract, delivery: Received) -> Webhook | None:
    """The webhook of the contract that the delivery is one of."""
    name = event_of(contract, delivery)
    return next((each for each in contract.api.webhooks if each.name == name), None)


def id_of(contract: Contract, delivery: Received) -> str:
    """What tells the event from others: the header with the message's id, else `id` of the body."""
    webhook = webhook_of(contract, delivery)
    header = webhook.signature.id_header if webhook and webhook.signature else ""
    return delivery.header(header) or str(body_of(delivery).get("id", ""))


def is_signed(delivery: Received, signature: Signature, secret: str) -> bool:
    """Whether the signature is the documented one, to the character, over the bytes that came.

    A header may have several, separated by spaces, while a secret is being replaced
    (Standard Webhooks).
    """
    expected = expected_signature(delivery, signature, secret)
    values = delivery.all(signature.header)
    return len(values) == 1 and bool(expected) and expected in {values[0], *values[0].split(" ")}


def expected_signature(delivery: Received, signature: Signature, secret: str) -> str:
    """The signature that a delivery should have; empty where the secret cannot be read."""
    if signature.algorithm not in _ALGORITHMS:
        return ""
    parts = {
        "body": delivery.body,
        "timestamp": delivery.header(signature.timestamp_header).encode(),
        "message-id": delivery.header(signature.id_header).encode(),
    }
    try:
        key = _key(signature, secret)
        signed = signature.delimiter.encode().join(parts[name] for name in signature.components)
    except (binascii.Error, KeyError):
        return ""
    digest = hmac.new(key, signed, getattr(hashlib, signature.algorithm)).digest()
    text = digest.hex() if signature.encoding == "hex" else base64.b64encode(digest).decode()
    return signature.prefix + text


def _key(signature: Signature, secret: str) -> bytes:
    text = secret.removeprefix(signature.secret_prefix)
    return text.encode() if signature.key_encoding == "utf-8" else base64.b64decode(text)


def evidence(delivery: Received) -> Exchange:
    """A delivery as reports show requests."""
    return Exchange(
        Request(delivery.method, delivery.target, delivery.headers, delivery.body),
        Answer(0, (), b""),
    )


def body_problem(contract: Contract, delivery: Received) -> str:
    """What is wrong with a body by the schema of its webhook; empty where nothing is."""
    written = _written(contract, event_of(contract, delivery))
    if written is None:
        return "it names no documented webhook"
    body = _resolved(contract, written.get("requestBody"))
    content = body.get("content") if body else None
    for media_type, media in content.items() if content else ():
        schema = media.get("schema")
        if media_type.partition(";")[0].strip().lower() == media_type_of(delivery) and schema:
            return contract.validators.at(schema).problem(body_of(delivery))
    return f"{media_type_of(delivery)!r} is no documented media type of it"


def media_type_of(delivery: Received) -> str:
    """The media type of a delivery without parameters, in lower case."""
    return delivery.header("content-type").partition(";")[0].strip().lower()


def header_problem(contract: Contract, delivery: Received) -> str:
    """What is wrong with the documented headers of a delivery; empty where nothing is."""
    webhook = webhook_of(contract, delivery)
    for header in webhook.headers if webhook else ():
        values = delivery.all(header.name)
        if not values and not header.required:
            continue
        if len(values) != 1:
            return f"{header.name} is there {len(values)} times"
        schema = _header_schema(contract, delivery, header.name)
        number = [int(values[0])] if values[0].isascii() and values[0].isdigit() else []
        if schema and all(problems := [schema.problem(value) for value in (*number, values[0])]):
            return f"{header.name} is {values[0]!r}: {problems[0]}"
    return ""


def _header_schema(contract: Contract, delivery: Received, name: str) -> Validator | None:
    written = _written(contract, event_of(contract, delivery))
    parameters = written.get("parameters") if written else None
    for parameter in parameters.elements() if parameters else ():
        found = contract.specification.resolve(parameter)
        schema = found.get("schema") if found else None
        if found and schema and found.text("name").lower() == name.lower():
            return contract.validators.at(schema)
    return None


def _written(contract: Contract, name: str) -> Node | None:
    """A webhook's operation as it stands in the document."""
    item = _resolved(contract, contract.specification.entry.root.get("webhooks", name))
    return item.get("post") if item else None


def _resolved(contract: Contract, node: Node | None) -> Node | None:
    return contract.specification.resolve(node) if node else None
