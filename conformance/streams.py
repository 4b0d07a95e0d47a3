"""An operation that streams: what it is asked, and what its events have to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from conformance.author import Author, author
from conformance.bodies import carrying
from conformance.contract import Contract
from conformance.event_stream import Event, Received, read
from conformance.rule import Check, Need, Untestable
from conformance.vocabulary import Subjects, body_schema, stream_of, streamed
from generator.model import Object, Operation, Reference, Scalar, Schema, Stream


@dataclass(frozen=True, slots=True)
class Speaker:
    """The operation under test, what it streams, and a body that it takes."""

    check: Check
    made: Author
    stream: Stream

    def read(self, *, told: Callable[[Event], bool] = lambda _: True) -> Received:
        """Send the documented body and read the events."""
        sample = carrying(self.made.sample, self.made.body)
        return read(self.made.caller, self.check.operation, sample, told=told)

    def whole(self) -> Received:
        """The same, of a stream that is good so far: it starts, and has events."""
        received = self.read()
        exchange = received.exchange
        self.check.require(
            200 <= exchange.status < 300, f"The stream is a {exchange.status}.", exchange
        )
        self.check.require(received.events, "The stream has no event.", exchange)
        return received

    @property
    def failures(self) -> frozenset[str]:
        """The final events whose data is an error."""
        envelope = self.check.contract.api.envelope
        wanted = envelope.schema if envelope else ""
        return frozenset(
            name
            for name in self.stream.final
            if (schema := self.stream.events.get(name))
            and isinstance(schema.type, Reference)
            and schema.type.name == wanted
        )

    @property
    def pieces(self) -> frozenset[str]:
        """The events that end nothing."""
        return frozenset(self.stream.events) - frozenset(self.stream.final)

    @contextmanager
    def agent(
        self, *, active: bool = True, pause: float = 0, fails_after: int = -1
    ) -> Iterator[None]:
        """An agent that is slow, fails or is not there, for as long as the block runs."""
        control, tenant = self.check.session.control, self.made.tenant
        if control is None or not tenant:
            raise Untestable(self.check.session.missing(Need.AGENTS) or "There is no own tenant.")
        control.set_agent(tenant, active=active, pause=pause, fails_after=fails_after)
        try:
            yield
        finally:
            control.set_agent(tenant)


def speaker(check: Check) -> Speaker:
    """The operation under test; raises Untestable where no documented body is accepted."""
    made, stream = author(check), stream_of(check.operation)
    if stream is None:
        raise LookupError(f"{check.operation.id} has no stream.")
    made.require_accepted()
    return Speaker(check, made, stream)


def pieced(contract: Contract) -> Subjects:
    """Every stream that has events which end nothing."""
    return tuple(
        op
        for op in streamed(contract)
        if op and (stream := stream_of(op)) and set(stream.events) - set(stream.final)
    )


def siblings(contract: Contract) -> Subjects:
    """Every stream of which another operation gives the end at once."""
    return tuple(op for op in streamed(contract) if op and sibling(contract, op))


def spelt_out(contract: Contract) -> Subjects:
    """Every stream whose pieces are the text that its end repeats."""
    return tuple(op for op in pieced(contract) if op and texts(contract, op))


def sibling(contract: Contract, operation: Operation) -> tuple[Operation, str] | None:
    """The operation that takes the same body and answers what a final event has; that event."""
    stream, schema = stream_of(operation), body_schema(contract, operation)
    for other in contract.api.operations:
        media = other.success.media if other.success else ()
        shown = media[0].schema if media and not stream_of(other) else None
        if not shown or not isinstance(shown.type, Reference):
            continue
        if body_schema(contract, other) is not schema or schema is None or stream is None:
            continue
        for name in stream.final:
            if stream.events[name].type == shown.type:
                return other, name
    return None


def texts(contract: Contract, operation: Operation) -> tuple[str, str, str, str] | None:
    """Event and member of the pieces, and of the end: where each has one text and no more."""
    stream, envelope = stream_of(operation), contract.api.envelope
    if stream is None:
        return None
    error = envelope.schema if envelope else ""
    ends = [name for name in stream.final if not _is(stream.events[name], error)]
    pieces = [name for name in stream.events if name not in stream.final]
    if len(ends) != 1 or len(pieces) != 1:
        return None
    piece, end = (_text(contract, stream.events[name]) for name in (pieces[0], ends[0]))
    return (pieces[0], piece, ends[0], end) if piece and end else None


def _is(schema: Schema, name: str) -> bool:
    return isinstance(schema.type, Reference) and schema.type.name == name


def _text(contract: Contract, schema: Schema) -> str:
    """The only member of an object, where it is a text."""
    type_ = contract.resolve(schema).type
    if not isinstance(type_, Object) or len(type_.properties) != 1:
        return ""
    member = type_.properties[0]
    kind = contract.resolve(member.schema).type
    return member.name if isinstance(kind, Scalar) and kind.kind == "string" else ""


def ended(speaks: Speaker, received: Received) -> Event:
    """The last event, after requiring that it alone ends the stream, and that nothing follows."""
    check, names = speaks.check, [event.name for event in received.events]
    finals = [name for name in names if name in speaks.stream.final]
    check.require(finals, f"No final event ends the stream: {names[-3:]}.", received.exchange)
    check.require(len(finals) == 1, f"{len(finals)} events end the stream.", received.exchange)
    check.require(names[-1] == finals[0], f"{names[-1]} follows {finals[0]}.", received.exchange)
    check.require(
        not received.rest.strip(), "Something follows that no blank line ends.", received.exchange
    )
    return received.events[-1]


def fitting(speaks: Speaker, received: Received) -> None:
    """Require that each event is documented, and that its data fits its schema."""
    check = speaks.check
    for event in received.events:
        check.require(
            event.name in speaks.stream.events,
            f"The event {event.name!r} is not documented.",
            received.exchange,
        )
        check.require(
            event.json is not None, f"The data of {event.name} is not JSON.", received.exchange
        )
        validator = check.contract.event_validator(check.operation, event.name)
        problem = validator.problem(event.json) if validator else ""
        check.require(
            not problem, f"The data of {event.name} does not fit: {problem}.", received.exchange
        )
