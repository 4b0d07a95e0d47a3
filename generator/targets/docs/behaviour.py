"""What an operation promises beyond shapes, in sentences: paging, limits, streams, identity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from generator.model import (
    Api,
    ErrorEnvelope,
    Identity,
    Operation,
    PageSize,
    Pagination,
    RateLimit,
    Requirement,
    Retries,
    Signature,
    Stream,
    WirePath,
)
from generator.targets.docs.html_source import Markup, escape, joined, link
from generator.targets.docs.places import Places

_MOVES = {
    "cursor": Markup("Paged by cursor: {} takes what the last answer has in {}."),
    "offset": Markup("Paged by offset: {} is how many rows to pass over."),
    "page": Markup("Paged by number: {} is the number of the page."),
    "link": Markup("Paged by link: the next page is at the address in {}."),
}
_CODE = Markup("<code>{}</code>")
_UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_SHARED_LIMIT = Markup('Within the <a href="index.html#limits">rate limit</a> of the API.')


def notes(api: Api, operation: Operation) -> list[Markup]:
    """The sentences of one operation; what all share is told once, on the first page."""
    found: list[Markup] = []
    if operation.pagination is not None:
        found.append(paging(operation.pagination))
    if operation.rate_limit is not None:
        shared = operation.rate_limit == api.rate_limit
        found.append(_SHARED_LIMIT if shared else rate_limit(operation.rate_limit))
    if operation.identity is not None:
        found.append(identity(operation.identity))
    if operation.idempotent:
        found.append(Markup("Idempotent: the same request sent twice does what it does once."))
    if operation.retries is not None:
        found.append(retries(operation.retries))
    if operation.servers:
        listed = joined([_CODE.format(each.url) for each in operation.servers], ", ")
        found.append(Markup("Sent to a server of its own: {}.").format(listed))
    return found


def security(places: Places, requirements: Sequence[Requirement]) -> Markup:
    """Who may call an operation: the schemes, any of which will do."""
    if not requirements or all(not each.schemes for each in requirements):
        return Markup("Anybody may call this.")
    told = [_requirement(places, each) for each in requirements]
    return joined(told, " or ")


def _requirement(places: Places, requirement: Requirement) -> Markup:
    if not requirement.schemes:
        return Markup("nothing")
    found = []
    for name, scopes in requirement.schemes.items():
        scheme = link(places.scheme(name), name) if name in places.schemes else escape(name)
        listed = joined([_CODE.format(scope) for scope in scopes], ", ")
        found.append(Markup("{} with {}").format(scheme, listed) if scopes else scheme)
    return joined(found, " and ")


def paging(told: Pagination) -> Markup:
    """How a list is walked."""
    moves, source = _CODE.format(told.parameter), _path(told.next) if told.next else None
    given = [moves]
    if told.style == "cursor":
        given.append(source or escape("its cursor"))
    elif told.style == "link":
        given = [source or Markup("the header <code>Link</code>")]
    sentences = [_MOVES[told.style].format(*given)]
    if told.results:
        sentences.append(Markup("Rows are in {}.").format(_path(told.results)))
    if told.has_more:
        sentences.append(Markup("{} says whether there are more.").format(_path(told.has_more)))
    if told.size is not None:
        sentences.append(_page_size(told.size))
    for code, when in (
        (told.invalid_cursor, "was never given"),
        (told.expired_cursor, "is too old"),
    ):
        if code:
            sentence = Markup("A cursor that {} is answered with {}.")
            sentences.append(sentence.format(when, _CODE.format(code)))
    return joined(sentences, " ")


def _page_size(size: PageSize) -> Markup:
    most = f"{size.minimum} to {size.maximum}" if size.maximum else f"at least {size.minimum}"
    usual = f", {size.default} where nothing is said" if size.default is not None else ""
    return Markup("{} is how many a page has: {}{}.").format(
        _CODE.format(size.parameter), most, usual
    )


def rate_limit(told: RateLimit) -> Markup:
    """How much may be asked, and what answers say of it."""
    each = f"{told.limit:,} requests in {span(told.window)} for each {told.per}"
    burst = f", at most {told.burst:,} of them at once" if told.burst != told.limit else ""
    sentences = [Markup("Rate limit: {}{}.").format(each, burst)]
    if told.plans:
        plans = joined([Markup("{} {:,}").format(k, v) for k, v in told.plans.items()], ", ")
        sentences.append(Markup("By plan: {}.").format(plans))
    if told.headers:
        moment = " in seconds from now" if told.reset == "delta-seconds" else " as a Unix time"
        listed = [
            Markup("{} ({}{})").format(
                _CODE.format(header), what, moment if what == "reset" else ""
            )
            for what, header in told.headers.items()
        ]
        sentences.append(Markup("Answers say where you stand: {}.").format(joined(listed, ", ")))
    return joined(sentences, " ")


def retries(told: Retries) -> Markup:
    """When a client should try again."""
    statuses = joined([_CODE.format(each) for each in told.statuses], ", ")
    when = Markup("answers with {}").format(statuses) if told.statuses else Markup("failures")
    lost = " and lost connections" if told.connection_errors else ""
    pause = f"{_number(told.initial)} s, then {_number(told.exponent)} times as long each time"
    most = f"at most {_number(told.maximum)} s, {_number(told.maximum_elapsed)} s in all"
    return Markup("Retry {}{}: after {}, {}.").format(when, lost, pause, most)


def identity(told: Identity) -> Markup:
    """How the token proves who an end user is."""
    algorithms = ", ".join(told.algorithms) or "any algorithm"
    sentences = [
        Markup("{} is a JWT ({}) that proves who the end user is, else {}.").format(
            _path(told.token), algorithms, _CODE.format(told.failure)
        )
    ]
    for names, words in (
        (told.subject, "Its subject is in {}."),
        (told.required_claims, "It must have {}."),
        (told.trusted_claims, "What it says in {} is trusted."),
    ):
        if names:
            sentences.append(Markup(words).format(_codes(names)))
    if told.matches:
        sentences.append(Markup("It has to match {}.").format(_path(told.matches)))
    if told.anonymous_prefix:
        prefix = _CODE.format(told.anonymous_prefix)
        sentences.append(Markup("Ids that begin with {} need none.").format(prefix))
    return joined(sentences, " ")


def stream(told: Stream) -> Markup:
    """How a stream of events ends and is taken up again."""
    sentences = [Markup("Server-sent events, each as it happens.")]
    if told.final:
        sentences.append(Markup("The last is {}.").format(_codes(told.final)))
    if told.resume:
        again = "A request with {} is answered with the events after that one."
        sentences.append(Markup(again).format(_CODE.format("Last-Event-ID")))
    return joined(sentences, " ")


def envelope(places: Places, told: ErrorEnvelope) -> Markup:
    """What all errors look like."""
    sentences = [
        Markup("Every error is {}: {} says what is wrong.").format(
            link(places.schema(told.schema), told.schema), _path(told.message)
        )
    ]
    if told.code:
        sentences.append(Markup("{} is a code to act on.").format(_path(told.code)))
    if told.request_id:
        sentences.append(Markup("{} names the request.").format(_path(told.request_id)))
    return joined(sentences, " ")


def signature(told: Signature) -> Iterator[Markup]:
    """How a receiver proves that a webhook comes from the API."""
    yield Markup("{} has a signature of {}: HMAC {}, as {}{}.").format(
        _CODE.format(told.header),
        _codes(told.components, f" {told.delimiter} " if told.delimiter else ", "),
        told.algorithm.upper(),
        told.encoding,
        Markup(", after {}").format(_CODE.format(told.prefix)) if told.prefix else "",
    )
    if told.timestamp_header:
        fresh = f", and is at most {span(told.tolerance)} old" if told.tolerance else ""
        yield Markup("The timestamp is in {}{}.").format(_CODE.format(told.timestamp_header), fresh)
    if "message-id" in told.components:
        yield Markup("The id of the message is in {}.").format(_CODE.format(told.id_header))
    if told.secret_prefix or told.key_encoding == "base64":
        after = Markup(" what follows {} in").format(_CODE.format(told.secret_prefix))
        coded = ", decoded from base64" if told.key_encoding == "base64" else ""
        head = after if told.secret_prefix else ""
        yield Markup("The key is{} the secret{}.").format(head, coded)


def _codes(names: Iterable[str], between: str = ", ") -> Markup:
    return joined([_CODE.format(each) for each in names], str(escape(between)))


def _path(path: WirePath) -> Markup:
    return _CODE.format(".".join(path))


def span(seconds: int) -> str:
    """A time in words."""
    for unit, length in _UNITS.items():
        if seconds >= length and not seconds % length:
            count = seconds // length
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:,} seconds"


def _number(value: float) -> str:
    return f"{value:g}"
