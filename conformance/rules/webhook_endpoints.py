"""WHK: endpoints that are registered with the API itself, and their secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from conformance.caller import Caller
from conformance.contract import Contract
from conformance.deliveries import evidence, is_signed
from conformance.exchange import Exchange
from conformance.receiver import Receiver, Reply
from conformance.rule import Check, Need, Untestable, Violation, must
from conformance.rules import rotation
from conformance.rules.kinds_of_keys import kinds_of_keys
from conformance.sample import Sample
from conformance.subscribers import (
    cheapest_cause,
    control_of,
    require_arrival,
    signature_of,
    subscribed,
    waits,
)
from conformance.vocabulary import Subjects, body_schema, id_parameter, is_list
from conformance.workflows.listening import Filled
from conformance.workflows.running import enact
from generator.document.workflows import Step
from generator.model import Operation

PROMISES = ("LEAD-17",)
NEEDS = (Need.RECEIVER, Need.FRESH_KEYS, Need.CLOCK)
PATH, BESIDE = "/endpoint", "/beside"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One that was registered: by whom, for which event, and what the answer said of it."""

    caller: Caller
    tenant: str
    event: str
    made: Exchange
    receiver: Receiver

    @property
    def id(self) -> str:
        """What it is named by."""
        return str(self.made.json["id"])

    @property
    def secret(self) -> str:
        """What signs its deliveries."""
        return str(self.made.json["secret"])


def registering(contract: Contract) -> Subjects:
    """Every operation that takes a `url` and `events`, and answers with a `secret`."""
    return tuple(op for op in contract.api.operations if _registers(contract, op))


def guarded(contract: Contract) -> Subjects:
    """Those that document that a target can be refused."""
    return tuple(op for op in registering(contract) if op and op.response(422))


def removable(contract: Contract) -> Subjects:
    """Those whose endpoints can be removed again."""
    return tuple(op for op in registering(contract) if op and _removal(contract, op))


def rotating(contract: Contract) -> Subjects:
    """Those of an API whose keys can be rotated."""
    return registering(contract) if rotation.rotating(contract) else ()


@must(
    "WHK-040",
    "A registered endpoint is told, and its secret is the one that was shown",
    registering,
    promises=PROMISES,
    needs=NEEDS,
)
def told_and_signed(check: Check) -> None:
    """Deliveries verify with the secret in the answer to the registration.

    It is registered for all events, the one that happens last of them. Where a second endpoint with
    the same URL can be registered, for the same in another order, both are told.

    Source: the operation that registers; the contract's `x-fern-webhook-signature`.
    Passes: 201 with `secret`, and deliveries that are signed with it.
    Fails: nothing comes; the secret is that of another endpoint; of two with one URL, one is told;
    an endpoint is told of the first of its events only, or of the last.
    """
    with registered(check, Reply(200)) as endpoint:
        _cause(check, endpoint)
        require_arrival(endpoint.receiver, PATH, 1)
        one = endpoint.receiver.at(PATH)[0]
        check.require(
            is_signed(one, signature_of(check.contract), endpoint.secret),
            "The signature is not one under the secret that was shown.",
            evidence(one),
        )
        if secret := _of_the_same_url(check, endpoint):
            _both_told(check, endpoint, secret)


def _of_the_same_url(check: Check, endpoint: Endpoint) -> str:
    """The secret of a second endpoint; empty where a URL can have one only."""
    url = endpoint.receiver.url + PATH
    try:
        made = _registration(check, endpoint.caller, url, _last(check, endpoint.event)[::-1])
    except Violation:
        return ""
    return str(made.json["secret"])


def _both_told(check: Check, endpoint: Endpoint, secret: str) -> None:
    _cause(check, endpoint)
    require_arrival(endpoint.receiver, PATH, 3)
    signature = signature_of(check.contract)
    for one in (endpoint.secret, secret):
        check.require(
            any(is_signed(each, signature, one) for each in endpoint.receiver.at(PATH)[1:]),
            "Of two endpoints with one URL only one is told.",
            endpoint.made,
        )


@must("WHK-041", "A secret is shown once", registering, promises=PROMISES, needs=NEEDS)
def shown_once(check: Check) -> None:
    """The answer to the registration has the secret, and no answer after it.

    Source: the operation that registers; OWASP API3:2023.
    Passes: the list of endpoints has no `secret`; each endpoint has a secret of its own.
    Fails: the list has it, whole or in part.
    """
    with registered(check, Reply(200)) as endpoint:
        secrets = {endpoint.secret, _register(check, endpoint.caller, endpoint).json["secret"]}
        check.require(len(secrets) == 2, "Two endpoints have the same secret.", endpoint.made)
        for operation in check.contract.api.operations:
            if operation.path == check.operation.path and is_list(operation):
                listed = endpoint.caller.call(operation, check.session.sample(operation))
                text = listed.answer.body.decode("utf-8", "replace")
                check.require(endpoint.id in text, "The endpoint is not listed.", listed)
                check.require(
                    not any(secret[-16:] in text for secret in secrets),
                    "A secret is listed.",
                    listed,
                )


@must(
    "WHK-042",
    "A removed endpoint is not told any more, not even again",
    removable,
    promises=PROMISES,
    needs=NEEDS,
)
def removed(check: Check) -> None:
    """The removal ends what is still to be tried again, too, and nothing that another waits for.

    Where two endpoints can have one URL, one of two such is removed, and the other is not.

    Source: the operation that removes.
    Passes: a failed attempt, DELETE, and nothing more; an endpoint beside it is tried again.
    Fails: the attempt a minute later still comes; the next event comes; the endpoint beside it is
    not told any more either, or one with the same URL is not.
    """
    removing = _removing(check)
    with registered(check, Reply(500)) as endpoint:
        endpoint.receiver.reply(BESIDE, Reply(500))
        _register(check, endpoint.caller, endpoint)
        twins = [*_twin(check, endpoint)]
        told = 1 + len(twins)
        _cause(check, endpoint)
        require_arrival(endpoint.receiver, PATH, 1)
        require_arrival(endpoint.receiver, BESIDE, told)
        endpoint.receiver.settle()
        for id_ in (endpoint.id, *twins):
            gone = endpoint.caller.call(removing, _naming(removing, id_))
            check.require(
                200 <= gone.status < 300, f"The removal is answered with {gone.status}.", gone
            )
        for wait in waits(check.contract)[:2]:
            control_of(check).advance(wait)
            endpoint.receiver.settle()
        require_arrival(endpoint.receiver, BESIDE, told + 1)
        _cause(check, endpoint)
        endpoint.receiver.settle()
        came = endpoint.receiver.at(PATH)
        check.require(len(came) == 1, "A removed endpoint was told.", evidence(came[-1]))
        again = endpoint.caller.call(removing, _naming(removing, endpoint.id))
        check.require(
            again.status == 404, f"The second removal is answered with {again.status}.", again
        )


@must(
    "WHK-044",
    "A target is judged again at each delivery",
    guarded,
    promises=PROMISES,
    needs=NEEDS,
)
def judged_again(check: Check) -> None:
    """What was registered while a private network was allowed is not sent to when it is not.

    A name that meant a public address once may mean a private one by the time of a delivery.

    Source: the contract's 422 of a target in a private network; OWASP API7:2023.
    Passes: a failed attempt; private networks are forbidden; a minute later nothing arrives.
    Fails: the second attempt arrives, as targets are looked at when they are registered.
    """
    with registered(check, Reply(500)) as endpoint:
        _cause(check, endpoint)
        require_arrival(endpoint.receiver, PATH, 1)
        endpoint.receiver.settle()
        control_of(check).allow_private_targets(allowed=False)
        control_of(check).advance(waits(check.contract)[0])
        endpoint.receiver.settle()
        came = endpoint.receiver.at(PATH)
        check.require(
            len(came) == 1, "A target that is not allowed any more was sent to.", evidence(came[-1])
        )


@must(
    "WHK-043",
    "Another tenant cannot remove an endpoint",
    removable,
    promises=PROMISES,
    needs=(*NEEDS, Need.SECOND_TENANT),
)
def not_by_others(check: Check) -> None:
    """The id of another tenant's endpoint is one that does not exist, and the endpoint goes on.

    Source: OWASP API1:2023.
    Passes: 404, and the next event arrives.
    Fails: 204; 404, and nothing arrives.
    """
    removing = _removing(check)
    with registered(check, Reply(200)) as endpoint:
        answer = check.session.other().call(removing, _naming(removing, endpoint.id))
        check.require(answer.status == 404, f"It is answered with {answer.status}.", answer)
        _cause(check, endpoint)
        require_arrival(endpoint.receiver, PATH, 1)


@must(
    "WHK-045",
    "An endpoint outlives the key that it was registered with",
    rotating,
    promises=PROMISES,
    needs=(*NEEDS, Need.ROTATION),
)
def outlives_its_key(check: Check) -> None:
    """Who has a new key is told as before: an endpoint is the tenant's, not the key's.

    One is registered with the usual key, and one with a key of each other kind that may register.

    Source: the operation that registers; the contract's keys, which can be rotated.
    Passes: an endpoint is registered, its key is rotated, and the next event arrives.
    Fails: nothing arrives; it arrives where an owner's key registered the endpoint, and not where
    an agent's did.
    """
    with registered(check, Reply(200)) as endpoint:
        endpoint.receiver.reply(BESIDE, Reply(200))
        key = check.session.fresh_key(endpoint.tenant).secret
        _register(check, check.session.holding(key), endpoint)
        control_of(check).rotate(key)
        others = _of_other_kinds(check, endpoint)
        _cause(check, endpoint)
        for path in (BESIDE, *others):
            require_arrival(endpoint.receiver, path, 1)


@contextmanager
def registered(check: Check, *replies: Reply) -> Iterator[Endpoint]:
    """An endpoint of a fresh tenant, on a clock that stands still.

    Raises Untestable where the server cannot be told to send to loopback.
    """
    control = control_of(check)
    if not control.offers("webhooks/targets"):
        raise Untestable("The control plane cannot let webhooks into private networks.")
    _, event = cheapest_cause(check)
    control.allow_private_targets(allowed=True)
    try:
        with subscribed(check) as (receiver, tenant), control.frozen():
            receiver.reply(PATH, *replies)
            caller = check.session.of_tenant(tenant)
            made = _registration(check, caller, receiver.url + PATH, _last(check, event))
            yield Endpoint(caller, tenant, event, made, receiver)
    finally:
        control.allow_private_targets(allowed=False)


def _register(check: Check, caller: Caller, beside: Endpoint) -> Exchange:
    return _registration(check, caller, beside.receiver.url + BESIDE, [beside.event])


def _of_other_kinds(check: Check, endpoint: Endpoint) -> list[str]:
    """Where endpoints are that were registered with keys of other kinds, as far as these may."""
    paths: list[str] = []
    for _, secret in kinds_of_keys(check.session, endpoint.tenant):
        path = f"{BESIDE}-{len(paths)}"
        endpoint.receiver.reply(path, Reply(200))
        caller, url = check.session.holding(secret), endpoint.receiver.url + path
        with suppress(Violation):
            _registration(check, caller, url, [endpoint.event])
            paths.append(path)
    return paths


def _twin(check: Check, endpoint: Endpoint) -> Iterator[str]:
    """The id of a second endpoint beside it, with one URL; none where that is refused."""
    with suppress(Violation):
        yield str(_register(check, endpoint.caller, endpoint).json["id"])


def _last(check: Check, event: str) -> list[str]:
    """All events that the API has, a given one the last of them."""
    names = [each.name for each in check.contract.api.webhooks]
    return [*(name for name in names if name != event), event]


def _registration(check: Check, caller: Caller, url: str, events: list[str]) -> Exchange:
    body = json.dumps({"url": url, "events": events}).encode()
    sample = Sample(headers=(("Content-Type", "application/json"),), body=body)
    made = caller.call(check.operation, sample)
    answer = made.json if isinstance(made.json, dict) else {}
    if not 200 <= made.status < 300 or not {"id", "secret"} <= set(answer):
        raise Violation(f"The registration is answered with {made.status}.", made)
    check.session.client.redactor.learn(str(answer["secret"]))
    return made


def _cause(check: Check, endpoint: Endpoint) -> None:
    enact(cheapest_cause(check)[0], check, endpoint.tenant, _ignored)


def _ignored(_step: Step, _filled: Filled) -> None:
    return


def _registers(contract: Contract, operation: Operation) -> bool:
    taken = body_schema(contract, operation)
    media = operation.success.media if operation.success else ()
    given = contract.members(media[0].schema) if media and media[0].schema else {}
    return (
        taken is not None
        and {"url", "events"} <= set(contract.members(taken))
        and {"id", "secret"} <= set(given)
    )


def _removal(contract: Contract, registration: Operation) -> Operation | None:
    """The operation that removes what another one registers."""
    return next(
        (
            op
            for op in contract.api.operations
            if op.method.upper() == "DELETE" and op.path.rpartition("/")[0] == registration.path
        ),
        None,
    )


def _removing(check: Check) -> Operation:
    """The operation that removes what the one under test registers."""
    found = _removal(check.contract, check.operation)
    if found is None:
        raise Untestable("No operation removes an endpoint.")
    return found


def _naming(operation: Operation, id_: str) -> Sample:
    return Sample(path={id_parameter(operation): id_})
