"""A run of Schemathesis against a target: its phases in turn, within what is left of the budget."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import schemathesis
from schemathesis.engine import events, from_schema
from schemathesis.engine.core import EventStream

from conformance.caller import Credential
from conformance.client import Client
from conformance.contract import Contract
from conformance.fuzzing import checks
from conformance.fuzzing.constants import own_constants
from conformance.fuzzing.findings import findings, silence
from conformance.fuzzing.found import OTHER, Found, Fuzzed
from conformance.fuzzing.identities import authenticate
from conformance.fuzzing.part import EVERYTHING, Part
from conformance.fuzzing.preparation import document, keep_to_what_is_promised, settings
from conformance.fuzzing.transport import RecordedTransport, use

LONGEST = 120.0
"""The seconds after which a run that sends nothing more is given up."""
CHECKS = checks.REGISTERED
"""Named, as it is the import that registers them."""


def fuzz(
    contract: Contract,
    client: Client,
    base_url: str,
    owner: Credential,
    peer: Credential | None = None,
    *,
    part: Part = EVERYTHING,
    seed: int,
) -> Fuzzed:
    """Run Schemathesis and return what it found, in the order of its phases.

    With a `peer`, a party of another tenant, what the owner reads is asked for as the peer. What
    sequences find at an operation that is not of the `part` is told of the API as a whole.
    Raises KeyboardInterrupt where the user interrupts it.
    """
    start, sent = time.monotonic(), 0
    found: list[Found] = []
    cases: Counter[str] = Counter()
    stopped = client.spent()
    for run in part.runs():
        if stopped:
            break
        schema = _schema(contract, base_url, seed, run, verify=client.verify)
        authenticate(schema, owner, peer)
        stream = from_schema(schema).execute()
        transport = RecordedTransport(client, stream.stop)
        use(schema, transport)
        with own_constants():
            for event in _arriving(stream):
                stopped = client.spent() or _stuck(transport)
                if stopped:
                    stream.stop()
                    break
                if isinstance(event, events.ScenarioFinished):
                    cases[event.phase.value] += len(event.recorder.cases)
                for each in findings(event, contract) if event else ():
                    found.append(_told_by(part, each))
        found += [_told_by(part, silence(each, contract)) for each in transport.unanswered]
        sent += transport.sent
    seconds = time.monotonic() - start
    first = {(each.rule, each.operation): each for each in reversed(found)}
    return Fuzzed((*reversed(first.values()),), sent, seconds, dict(cases), stopped)


def _told_by(part: Part, found: Found) -> Found:
    """A finding as it is told by a part: no other part hears of what its sequences find."""
    if part.operations is None or found.operation in {"", *part.operations}:
        return found
    return replace(found, rule=OTHER, operation="", message=f"{found.operation}: {found.message}")


def _arriving(stream: EventStream) -> Iterator[events.EngineEvent | None]:
    """The events of the engine, and None for each second without one.

    The engine has a thread of its own, so that a request which does not end holds up nobody.
    """
    arrived: queue.Queue[events.EngineEvent | None] = queue.Queue()

    def run() -> None:
        try:
            for event in stream:
                arrived.put(event)
        finally:
            ended.set()

    ended = threading.Event()
    threading.Thread(target=run, name="schemathesis", daemon=True).start()
    try:
        while not (ended.is_set() and arrived.empty()):
            try:
                yield arrived.get(timeout=1 if not ended.is_set() else 0.01)
            except queue.Empty:
                yield None
    except BaseException:
        stream.stop()
        raise


def _stuck(transport: RecordedTransport) -> str:
    """Why a run goes no further, where it does not."""
    quiet = time.monotonic() - transport.last
    return f"A generated request did not end in {LONGEST:g} s." if quiet > LONGEST else ""


def _schema(contract: Contract, base_url: str, seed: int, part: Part, *, verify: bool) -> Any:
    config = schemathesis.Config.from_dict(settings(contract, seed, part))
    schema: Any = schemathesis.openapi.from_dict(document(contract), config=config)
    if part.operations:
        schema = schema.include(operation_id=sorted(part.operations))
    schema.config.update(
        base_url=base_url,
        workers=1,
        max_redirects=0,
        tls_verify=verify,
        continue_on_failure=True,
    )
    schema.hook(keep_to_what_is_promised(contract))
    return schema
