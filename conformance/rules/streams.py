"""SSE: a stream tells its events as they happen, and says when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from typing import Any

from conformance.author import Author, reworded
from conformance.bodies import carrying, examples, places, without
from conformance.event_stream import Event, read
from conformance.exchange import Exchange
from conformance.insides import told
from conformance.rule import Check, Need, Untestable, must
from conformance.streams import (
    Speaker,
    ended,
    fitting,
    pieced,
    sibling,
    siblings,
    speaker,
    spelt_out,
    texts,
)
from conformance.vocabulary import is_secured, streamed
from generator.model import Operation

PROMISES = ("HALO-11",)
NEEDS = (Need.CREDENTIAL,)
SLOW = (Need.CREDENTIAL, Need.AGENTS)
SPACED = "  Conformance \n"
"""A text of which a part is lost where it is trimmed, and that no example has."""
PAUSE = 0.3
"""Seconds between the pieces of a slow reply."""
PATIENCE = 8.0
"""Seconds within which work must have stopped after a hang-up."""


@must("SSE-001", "A stream says that it is one", streamed, promises=PROMISES, needs=NEEDS)
def media_type(check: Check) -> None:
    """Its type is `text/event-stream`, its documented headers are there, and no cache keeps it.

    Source: HTML Living Standard §9.2.5; the contract's `headers`.
    Passes: `Content-Type: text/event-stream; charset=utf-8` and `Cache-Control: no-store`.
    Fails: `application/json`; a `Content-Length` of what is not yet known.
    """
    received = speaker(check).whole()
    answer, exchange = received.exchange.answer, received.exchange
    check.require(
        answer.media_type == "text/event-stream",
        f"Content-Type is {answer.header('content-type')!r}.",
        exchange,
    )
    charset = (answer.header("content-type") or "").lower().partition("charset=")[2].strip('" ;')
    check.require(charset in {"", "utf-8"}, f"The charset is {charset}.", exchange)
    check.require(not answer.header("content-encoding"), "The stream is compressed.", exchange)
    check.require(not received.strange, f"It has {', '.join(received.strange[:3])}.", exchange)
    response = check.operation.response(exchange.status)
    for header in response.headers if response else ():
        value = answer.header(header.name)
        check.require(
            value is not None or not header.required, f"{header.name} is missing.", exchange
        )
        validator = check.contract.header_validator(check.operation, 200, header.name)
        problem = validator.problem(value) if validator and value is not None else ""
        check.require(not problem, f"{header.name} does not fit: {problem}.", exchange)


@must("SSE-002", "Events are as documented", streamed, promises=PROMISES, needs=NEEDS)
def documented_events(check: Check) -> None:
    """Each event has a documented name, and data that fits the schema of that name.

    Source: the contract's `x-event-schema`; HTML Living Standard §9.2.6.
    Passes: `event: delta` and `data: {"text": "Refunds "}`.
    Fails: an event without a name; `data: Refunds`; `data: {"delta": "Refunds"}`.
    """
    speaks = speaker(check)
    fitting(speaks, speaks.whole())


@must("SSE-003", "A stream comes in pieces", pieced, promises=PROMISES, needs=NEEDS)
def in_pieces(check: Check) -> None:
    """What is said in one piece is no stream.

    Source: the contract's `x-event-schema`.
    Passes: two events `delta` and one `done`.
    Fails: one `delta` with the whole reply; `done` alone.
    """
    speaks = speaker(check)
    received = speaks.whole()
    count = sum(event.name in speaks.pieces for event in received.events)
    check.require(count > 1, f"The stream has {count} pieces.", received.exchange)


@must(
    "SSE-004",
    "One event ends a stream, and nothing follows",
    streamed,
    promises=PROMISES,
    needs=NEEDS,
)
def one_end(check: Check) -> None:
    """A client knows that it has everything, and the server then hangs up.

    Source: the contract's `x-event-schema` (`final`).
    Passes: `done` is the last event, there is one, and the answer ends.
    Fails: the stream just stops; `done` twice; `data: [DONE]` after it.
    """
    speaks = speaker(check)
    received = speaks.whole()
    last = ended(speaks, received)
    check.require(
        last.name not in speaks.failures, "A good request ends with an error.", received.exchange
    )


@must("SSE-005", "Events come as they happen", pieced, promises=PROMISES, needs=SLOW)
def as_they_happen(check: Check) -> None:
    """The first event is there while the rest is still being worked at.

    The reply is slowed down by the control plane, which also tells how far it is.

    Source: the contract's `x-event-schema`; HTML Living Standard §9.2.
    Passes: the first `delta` comes a second before `done`.
    Fails: all of them come at once, at the end.
    """
    speaks, control = speaker(check), check.session.control
    outcomes: list[str] = []

    def told(_: Event) -> bool:
        if not outcomes and control:
            outcomes.append(str(_latest(control.replies()).get("outcome", "working")))
        return True

    with speaks.agent(pause=PAUSE):
        received = speaks.read(told=told)
    check.require(len(received.events) > 1, "The stream has no pieces.", received.exchange)
    first, last = received.events[0].arrived, received.events[-1].arrived
    check.require(
        last - first >= PAUSE / 2 and outcomes == ["working"],
        f"The first event comes {last - first:.3f} s before the last, of a reply that is said "
        f"with {PAUSE} s between its pieces.",
        received.exchange,
    )


def _latest(replies: Sequence[object]) -> dict[str, object]:
    found = replies[-1] if replies else {}
    return dict(found) if isinstance(found, dict) else {}


@must("SSE-006", "A stream says what is said at once", siblings, promises=PROMISES, needs=SLOW)
def same_reply(check: Check) -> None:
    """The end of a stream has what the operation without a stream answers to the same.

    Asks with each documented body, so that what only some of them have is listened to as well, with
    lists in them as long as they may be, and with spaces around what has to be said.

    Source: the contract, where both have one schema of body and of answer.
    Passes: `POST /chat` → `{"reply": "Five days."}`, and `done` has the same.
    Fails: the streamed reply is another one, or not whole, or given without the history, or with
    the end of it alone, or to a message without the spaces around it.
    """
    speaks = speaker(check)
    found = sibling(check.contract, check.operation)
    if found is None:
        raise LookupError(f"{check.operation.id} has no sibling.")
    other, name = found
    documented = (speaks.made.body, *examples(check.operation))
    longer = map(partial(_lengthened, speaks.made), documented)
    for body in (*documented, *longer, reworded(speaks.made, SPACED)):
        made = speaks.made.over(body)
        plain = made.caller.call(other, carrying(made.sample, body))
        if body != speaks.made.body and plain.status != 200:
            continue
        check.require(plain.status == 200, f"{other.id} is answered with {plain.status}.", plain)
        received = replace(speaks, made=made).whole()
        said = next((event.json for event in received.events if event.name == name), None)
        what = f"{name} is not what {other.id} answers."
        shown = check.contract.members(speaks.stream.events[name])
        check.require(
            _documented(said, shown) == _documented(plain.json, shown), what, received.exchange
        )


def _lengthened(made: Author, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """A body with each list in it as long as it may be, of the same items over and over."""
    found = {}
    for name, schema in made.contract.members(made.schema).items():
        most = made.contract.resolve(schema).limits.max_items
        if most and body.get(name):
            found[name] = list(islice(cycle(body[name]), most))
    return {**body, **found}


def _documented(value: object, members: Container[str]) -> object:
    """A value without the members that may be there, and that nobody knows of yet."""
    if not isinstance(value, dict):
        return value
    return {name: each for name, each in value.items() if name in members}


@must("SSE-007", "The pieces are the whole", spelt_out, promises=PROMISES, needs=NEEDS)
def pieces_are_whole(check: Check) -> None:
    """One after the other, the texts of the pieces are the text at the end.

    Source: the contract's `x-event-schema`.
    Passes: `Refunds take ` and `five days.`, and `Refunds take five days.` at the end.
    Fails: spaces are lost between them; a piece comes twice, or repeats what came before.
    """
    speaks = speaker(check)
    found = texts(check.contract, check.operation)
    if found is None:
        raise LookupError(f"{check.operation.id} has no texts.")
    piece, text, end, whole = found
    received = speaks.whole()
    pieces = [e.json.get(text, "") for e in received.events if e.name == piece and _object(e)]
    said = next((e.json.get(whole) for e in received.events if e.name == end and _object(e)), None)
    check.require(
        "".join(pieces) == said,
        f"The pieces are {''.join(pieces)[:80]!r}, the end is {str(said)[:80]!r}.",
        received.exchange,
    )


def _object(event: Event) -> bool:
    return isinstance(event.json, dict)


@must(
    "SSE-008",
    "What goes wrong before the first byte is an ordinary error",
    streamed,
    promises=PROMISES,
    needs=NEEDS,
)
def error_before(check: Check) -> None:
    """A request that is refused gets a status and the envelope as JSON, and no stream.

    Source: the contract's `responses`.
    Passes: a body without its required members → 400, `application/json`.
    Fails: → 200 and an event `error`; → 400 and `text/event-stream`.
    """
    speaks = speaker(check)
    made = speaks.made
    required = [p for p in places(made.contract, made.schema) if p.required and len(p.path) == 1]
    for place in required[:1]:
        body = carrying(made.sample, without(made.put(place.path, "x"), place.path))
        exchange = read(made.caller, check.operation, body).exchange
        _ordinary(check, exchange, 400, f"A body without {place}")
    sample = carrying(made.sample, made.body)
    if is_secured(check.operation):
        exchange = read(check.session.nobody(), check.operation, sample).exchange
        _ordinary(check, exchange, 401, "A request without a credential")


def _ordinary(check: Check, exchange: Exchange, status: int, what: str) -> None:
    """Require a status and the envelope as JSON."""
    documented = exchange.status == status if status else exchange.status >= 400
    check.require(documented, f"{what} is answered with {exchange.status}.", exchange)
    check.require(
        check.operation.response(exchange.status), f"{exchange.status} is undocumented.", exchange
    )
    check.require(
        exchange.answer.media_type == "application/json",
        f"{what} is answered as {exchange.answer.media_type or 'nothing'}.",
        exchange,
    )
    validator = check.contract.envelope_validator()
    problem = validator.problem(exchange.json) if validator else ""
    check.require(not problem, f"{what}: the body is no error envelope: {problem}.", exchange)


@must(
    "SSE-009",
    "Who cannot answer says so before the first byte",
    streamed,
    promises=(*PROMISES, "HALO-09"),
    needs=SLOW,
)
def nobody_answers(check: Check) -> None:
    """Without an agent there is an ordinary error, and so there is where it fails at once.

    Source: the contract's `responses`.
    Passes: no active agent → 404, JSON; an agent that fails before its first word → 500, JSON, also
    where no stream is asked for.
    Fails: → 200 and a stream without an event; → 200 and an apology in place of the reply.
    """
    speaks = speaker(check)
    with speaks.agent(active=False):
        exchange = speaks.read().exchange
        status = 404 if check.operation.response(404) else 0
        _ordinary(check, exchange, status, "A question to nobody")
    with speaks.agent(fails_after=0):
        exchange = speaks.read().exchange
        _plainly_fails(speaks)
    check.session.provoked.add(exchange.number)
    _ordinary(check, exchange, 0, "A reply that fails before its first word")
    _as_ever(speaks)


@must(
    "SSE-010",
    "What goes wrong later is an event, and the end",
    streamed,
    promises=PROMISES,
    needs=SLOW,
)
def error_later(check: Check) -> None:
    """A stream that breaks off says so: what came is not the whole, and nothing else follows.

    As little as any error does it tell of the server's insides. What is asked next is answered as
    if nothing had gone wrong before, with a stream and without.

    Source: the contract's `x-event-schema` (`final`).
    Passes: `delta`, then `error`, and the answer ends; the call without a stream → 500.
    Fails: the connection is cut; `done` with half a reply; `error` and then `done`; the next `done`
    begins with what was said before it broke off.
    """
    speaks = speaker(check)
    if not speaks.failures:
        raise Untestable("No final event is an error.")
    for pieces in (1, 2):
        with speaks.agent(fails_after=pieces):
            received = speaks.whole()
            _plainly_fails(speaks)
        fitting(speaks, received)
        last = ended(speaks, received)
        what = f"A reply that fails after {pieces} pieces ends with {last.name}."
        check.require(last.name in speaks.failures, what, received.exchange)
        insides = told(last.data)
        check.require(not insides, f"The event {last.name} tells {insides!r}.", received.exchange)
        said = sum(event.name in speaks.pieces for event in received.events)
        check.require(said == pieces, f"Of {pieces} pieces, {said} are told.", received.exchange)
        _as_ever(speaks)


def _plainly_fails(speaks: Speaker) -> None:
    """Require that the call without a stream, if there is one, does not answer with a part."""
    check, found = speaks.check, sibling(speaks.check.contract, speaks.check.operation)
    if found is None:
        return
    exchange = speaks.made.caller.call(found[0], carrying(speaks.made.sample, speaks.made.body))
    check.session.provoked.add(exchange.number)
    _ordinary(check, exchange, 500, f"A reply of {found[0].id} that breaks off")


@must("SSE-011", "Hanging up stops the work", streamed, promises=PROMISES, needs=SLOW)
def hang_up(check: Check) -> None:
    """Nobody pays for words that nobody hears.

    Source: the contract's description; HTML Living Standard §9.2 (a client closes at any time).
    Passes: the client hangs up after the first event, and the reply ends as cancelled; the next
    stream is whole.
    Fails: it is worked at until it is finished; the next one begins with what was said in it.
    """
    speaks, control = speaker(check), check.session.control
    if control is None or not control.offers("replies"):
        raise Untestable("The control plane does not tell of replies.")
    with speaks.agent(pause=PAUSE):
        received = speaks.read(told=lambda _: False)
        end = time.monotonic() + PATIENCE
        outcome = "working"
        while outcome == "working" and time.monotonic() < end:
            outcome = str(_latest(control.replies()).get("outcome", ""))
            time.sleep(PAUSE / 6)
    check.require(
        outcome == "cancelled",
        f"The client hung up after the first event, and the reply is {outcome}.",
        received.exchange,
    )
    _as_ever(speaks)


def _as_ever(speaks: Speaker) -> None:
    """Require that nothing of what broke off is in what is said now, with a stream or at once."""
    check, contract, operation = speaks.check, speaks.check.contract, speaks.check.operation
    plain = None
    found, spelt = sibling(contract, operation), texts(contract, operation)
    if found:
        body = carrying(speaks.made.sample, speaks.made.body)
        plain = speaks.made.caller.call(found[0], body)
        what = f"After what broke off {found[0].id} is answered with {plain.status}."
        check.require(plain.status == 200, what, plain)
    received = speaks.whole()
    last = ended(speaks, received)
    what = f"A stream after one that broke off ends with {last.name}."
    check.require(last.name not in speaks.failures, what, received.exchange)
    if spelt:
        pieces = [e.json.get(spelt[1]) for e in received.events if e.name == spelt[0]]
        what = "After what broke off the pieces of a stream are not what its end has."
        check.require("".join(pieces) == last.json.get(spelt[3]), what, received.exchange)
    if plain and found:
        shown = contract.members(speaks.stream.events[found[1]])
        same = _documented(last.json, shown) == _documented(plain.json, shown)
        what = f"After what broke off {last.name} is not what {found[0].id} answers."
        check.require(same, what, received.exchange)


@must(
    "SSE-012", "A stream is the same whatever is accepted", streamed, promises=PROMISES, needs=NEEDS
)
def any_accept(check: Check) -> None:
    """A client that takes all types gets the stream too, and no client gets what is undocumented.

    Who does not accept a stream gets it nevertheless, or is refused.

    Source: RFC 9110 §12.5.1 (`*/*`, and what is to be done where nothing is acceptable); the types
    of the contract's `content`.
    Passes: `Accept: */*` → the stream; `Accept: application/json` → the stream, or 406.
    Fails: `Accept: */*` → 406; `Accept: application/json` → 200 and the reply whole, as JSON, where
    the contract has no such answer.
    """
    speaks = speaker(check)
    sample = carrying(speaks.made.sample, speaks.made.body)
    for accept in ("*/*", "text/*", "text/event-stream, application/json;q=0.5"):
        exchange = speaks.made.caller.call(check.operation, sample, headers=(("Accept", accept),))
        check.require(
            exchange.status == 200 and exchange.answer.media_type == "text/event-stream",
            f"Accept: {accept} is answered with {exchange.status} {exchange.answer.media_type}.",
            exchange,
        )
    success = check.operation.success
    documented = {media.type for media in success.media} if success else set()
    for accept in ("application/json", "text/html", "application/json, text/plain;q=0.5"):
        exchange = speaks.made.caller.call(check.operation, sample, headers=(("Accept", accept),))
        check.require(
            exchange.status >= 400 or exchange.answer.media_type in documented,
            f"Accept: {accept} is answered with {exchange.status} {exchange.answer.media_type}.",
            exchange,
        )


@must("SSE-013", "Streams at one time do not mix", streamed, promises=PROMISES, needs=NEEDS)
def no_mixing(check: Check) -> None:
    """Each of several clients gets its own stream, whole, whoever asks for what beside it.

    Asks with each documented body and with spaces around what has to be said, for the stream and
    for the same at once.

    Source: CWE-362.
    Passes: two streams at once of each question are each what one alone is.
    Fails: pieces of one are in another; a question gets the answer to another that is being
    answered at the time.
    """
    speaks = speaker(check)
    bodies = (speaks.made.body, *examples(check.operation), reworded(speaks.made, SPACED))
    asked = [replace(speaks, made=speaks.made.over(body)) for body in bodies]
    ways = [ask for each in asked for ask in _ways(each)]
    alone = [said for said, _ in map(_asked, ways)]
    with ThreadPoolExecutor(2 * len(ways)) as pool:
        found = list(pool.map(_asked, [*ways, *ways]))
    again = [said for said, _ in map(_asked, ways)]
    if alone != again:
        raise Untestable("The same question has not the same reply.")
    for (said, exchange), wanted in zip(found, [*alone, *alone], strict=True):
        check.require(said == wanted, "A stream beside others is not what it is alone.", exchange)


Way = Callable[[], tuple[object, Exchange]]
"""Asks something; returns what was said, without its times, and the exchange."""


def _asked(way: Way) -> tuple[object, Exchange]:
    return way()


def _ways(speaks: Speaker) -> Iterator[Way]:
    """To ask for a stream, and for the same at once where that can be had."""
    check, made = speaks.check, speaks.made

    def streamed_reply() -> tuple[object, Exchange]:
        received = speaks.read()
        return [(event.name, event.data) for event in received.events], received.exchange

    def whole_reply(other: Operation) -> tuple[object, Exchange]:
        exchange = made.caller.call(other, carrying(made.sample, made.body))
        return exchange.json, exchange

    yield streamed_reply
    if found := sibling(check.contract, check.operation):
        yield partial(whole_reply, found[0])
