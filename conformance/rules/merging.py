"""LIF: maps that calls add to, at one time too."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from conformance.author import author
from conformance.contract import Contract
from conformance.rule import Check, Need, must
from conformance.rules.concurrency import AT_ONCE, ROUNDS
from conformance.rules.resources import changes
from conformance.vocabulary import Subjects, bodied, body_schema
from generator.model import Dictionary, Operation

NAME = "Caf\u00e9 Au"
_ALIKE = {
    name: number
    for number, name in enumerate(
        (
            NAME.lower(),
            NAME.upper(),
            NAME.swapcase(),
            "Cafe\u0301 Au",
            "Cafe Au",
            f"{NAME} ",
            f" {NAME}",
            NAME.replace(" ", "  "),
            *(NAME.replace(" ", mark) for mark in ("", "_", "-", ".", "\u00a0")),
            f"{NAME}.b",
            f"{NAME}[b]",
            f"{NAME}\u200b",
        )
    )
}
"""Names that are each much like that one, and another."""


def merging(contract: Contract) -> Subjects:
    """Every operation that adds or changes no row of a list, and takes a map that it tells."""
    other = (op for op in bodied(contract) if op and op not in changes(contract))
    return tuple(op for op in other if _told_maps(contract, op))


@must(
    "LIF-027",
    "What is merged in turn is merged at one time, too",
    merging,
    promises=("HALO-13",),
    needs=(Need.CREDENTIAL,),
)
def merged_at_once(check: Check) -> None:
    """Requests that add to a map together are answered as if they had come one after the other.

    Sends a map of one member to what is new, several times at once, each time another member, and
    again to what is there then. Where two that come in turn are merged, so are these; and so is
    what another key of the tenant adds.

    Source: RFC 9110 §15.6; CWE-362.
    Passes: six calls with a trait each of a user that is new → 200 each; the user has six traits.
    Fails: one → 500, as the user is there already; the user has fewer, as each wrote back what it
    had read.
    """
    made = author(check)
    made.require_accepted()
    for name in _told_maps(check.contract, check.operation):
        anew = made.over(_renamed(made.body))
        marks = [f"member_{number}" for number in range(ROUNDS * AT_ONCE)]
        for start in range(0, len(marks), AT_ONCE):
            sent = [anew.put((name,), {mark: 1}) for mark in marks[start : start + AT_ONCE]]
            with ThreadPoolExecutor(AT_ONCE) as pool:
                found = list(pool.map(anew.send, sent))
            for exchange in found:
                check.require(
                    exchange.status < 300,
                    f"One of {AT_ONCE} requests at once is answered with {exchange.status}.",
                    exchange,
                )
        anew.send(anew.put((name,), {"one": 1}))
        last = anew.send(anew.put((name,), {"two": 2}))
        told = _member(last.json, name)
        lost = [mark for mark in marks if mark not in told]
        what = f"Of {AT_ONCE} members of {name} that were sent at once some are lost: {lost}."
        check.require("one" not in told or not lost, what, last)
        if "one" in told and made.tenant and not check.session.missing(Need.FRESH_KEYS):
            fresh = check.session.fresh_key(made.tenant)
            another = replace(anew, caller=check.session.holding(fresh.secret))
            added = another.send(anew.put((name,), {"three": 3}))
            seen = _member(added.json, name)
            what = f"Another key of the tenant has other {name}."
            check.require({"one", "three"} <= seen.keys(), what, added)


@must(
    "LIF-028",
    "Names of a map that are alike are not the same",
    merging,
    promises=("HALO-12", "HALO-13"),
    needs=(Need.CREDENTIAL,),
)
def alike_names(check: Check) -> None:
    """A name is what it is letter by letter, also where one that is much like it is there already.

    Sends a map of one member to what is new, then of names that differ from it in case, accents,
    spaces, punctuation or Unicode form only, each with a value of its own; the first one again,
    and the very request that made it, which is no longer what it says.

    Source: RFC 8259 §8.3; the contract's map of free names.
    Passes: `{"Café Au": {"b": 1}}`, then `{"café au": 2}` → both are there.
    Fails: the name that is there takes the value, as it is looked up whatever its case; `a.b` sets
    a member of `a`; the first request is answered as it was, and not done again.
    """
    made = author(check)
    made.require_accepted()
    for name in _told_maps(check.contract, check.operation):
        anew = made.over(_renamed(made.body))
        bodies = [anew.put((name,), each) for each in ({NAME: {"b": 1}}, _ALIKE, {NAME: "again"})]
        answers = [anew.send(body) for body in bodies]
        if NAME not in _member(answers[1].json, name):
            continue
        wanted = ({NAME: {"b": 1}, **_ALIKE}, {NAME: "again", **_ALIKE})
        answers.append(anew.send(bodies[0]))
        for exchange, told in zip(answers[1:], (*wanted, wanted[0]), strict=True):
            seen = _member(exchange.json, name)
            lost = [each for each in told if seen.get(each) != told[each]]
            what = f"Of {name} that are alike these are not as they were sent: {lost}."
            check.require(not lost, what, exchange)


def _told_maps(contract: Contract, operation: Operation) -> Sequence[str]:
    """The maps of an operation's body that its answer tells, at the top or in its only member."""
    schema = body_schema(contract, operation)
    media = operation.success.media if operation.success else ()
    shown = contract.members(media[0].schema) if media and media[0].schema else {}
    names = {*shown, *(name for each in shown.values() for name in contract.members(each))}
    members = contract.members(schema) if schema else {}
    maps = (n for n, s in members.items() if isinstance(contract.resolve(s).type, Dictionary))
    return [name for name in maps if name in names]


def _renamed(body: Any) -> Any:
    """A body with an id of its own in each member that is one."""
    own = secrets.token_hex(6)
    return {n: f"{v}-{own}" if n.endswith(("_id", "Id")) else v for n, v in body.items()}


def _member(body: Any, name: str) -> dict[str, Any]:
    """A map of an answer, at its top or in its only member."""
    if not isinstance(body, dict):
        return {}
    holders = (each for each in (body, *body.values()) if isinstance(each, dict))
    found: Any = next((each[name] for each in holders if name in each), None)
    return found if isinstance(found, dict) else {}
