"""A run of Schemathesis against a target: its phases in turn, within what is left of the budget."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import schemathesis
from schemathesis.engine import events, from_schema

from conformance.caller import Credential
from conformance.client import Client
from conformance.contract import Contract
from conformance.fuzzing import checks
from conformance.fuzzing.findings import Found, Fuzzed, findings
from conformance.fuzzing.identities import authenticate
from conformance.fuzzing.preparation import document, keep_to_what_is_promised, settings
from conformance.fuzzing.transport import RecordedTransport, use

CHECKS = checks.REGISTERED
"""Named, as it is the import that registers them."""


def fuzz(
    contract: Contract,
    client: Client,
    base_url: str,
    owner: Credential,
    peer: Credential | None = None,
    *,
    seed: int,
) -> Fuzzed:
    """Run Schemathesis and return what it found, in the order of its phases.

    With a `peer`, a party of another tenant, what the owner reads is asked for as the peer.
    Raises KeyboardInterrupt where the user interrupts it.
    """
    start = time.monotonic()
    schema = _schema(contract, base_url, seed, verify=client.verify)
    authenticate(schema, owner, peer)
    stream = from_schema(schema).execute()
    transport = RecordedTransport(client, stream.stop)
    use(schema, transport)
    found: dict[tuple[str, str], Found] = {}
    cases: Counter[str] = Counter()
    for event in stream:
        if isinstance(event, events.Interrupted) and not client.spent():
            raise KeyboardInterrupt
        if isinstance(event, events.ScenarioFinished):
            cases[event.phase.value] += len(event.recorder.cases)
        if not client.spent():
            for each in findings(event, contract):
                found.setdefault((each.rule, each.operation), each)
    seconds = time.monotonic() - start
    return Fuzzed(tuple(found.values()), transport.sent, seconds, dict(cases), client.spent())


def _schema(contract: Contract, base_url: str, seed: int, *, verify: bool) -> Any:
    config = schemathesis.Config.from_dict(settings(contract, seed))
    schema = schemathesis.openapi.from_dict(document(contract), config=config)
    schema.config.update(
        base_url=base_url,
        workers=1,
        max_redirects=0,
        tls_verify=verify,
        continue_on_failure=True,
    )
    schema.hook(keep_to_what_is_promised(contract))
    return schema
