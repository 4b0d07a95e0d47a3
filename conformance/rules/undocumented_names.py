"""HDR and LIM: a header, parameter or member that nobody documents means nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from conformance.author import accepting, author
from conformance.bodies import Path, at, carrying, objects, places
from conformance.caller import Caller
from conformance.contract import Contract
from conformance.exchange import Exchange, Pairs
from conformance.rule import Check, Need, must
from conformance.rules.cors import ORIGIN, documents
from conformance.rules.status import claiming
from conformance.sample import Sample, value_of
from conformance.vocabulary import Subjects, body_schema, house, is_safe

STRANGER = "no-such-thing-K7mQ2x"
LONG_AGO = "1999-09-09T09:09:09Z"
HEADERS: Pairs = (
    ("Cookie", f"session={STRANGER}; lang=de; debug=1"),
    ("Referer", "https://shop.example/cart"),
    ("X-Requested-With", "XMLHttpRequest"),
    ("DNT", "1"),
    ("Save-Data", "on"),
    ("Cache-Control", "no-cache"),
    ("Pragma", "no-cache"),
    ("Priority", "u=0"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Real-IP", "127.0.0.1"),
    ("X-Forwarded-Host", STRANGER),
    ("X-Forwarded-Prefix", f"/{STRANGER}"),
    ("X-Forwarded-Uri", f"/{STRANGER}"),
    ("X-Original-URI", f"/{STRANGER}"),
    ("X-Original-URL", f"/{STRANGER}"),
    ("X-Rewrite-URL", f"/{STRANGER}"),
    ("X-Forwarded-User", STRANGER),
    ("X-Remote-User", STRANGER),
    ("X-Api-Key", STRANGER),
    ("X-Tenant-Id", STRANGER),
    ("X-Organization-Id", STRANGER),
    ("X-Workspace-Id", STRANGER),
    ("X-Account-Id", STRANGER),
    ("X-Impersonate-User", STRANGER),
    ("X-User-Id", STRANGER),
    ("X-Role", "owner"),
    ("X-Admin", "true"),
    ("X-Debug", "true"),
    ("X-Test-Mode", "true"),
    ("X-Api-Version", "2"),
    ("X-Dry-Run", "true"),
    ("Idempotency-Key", STRANGER),
    ("Prefer", "return=minimal, handling=lenient"),
    ("X-Timezone", "Asia/Tokyo"),
)
"""What browsers, proxies and other APIs send."""
PARAMETERS: Pairs = (
    ("stream", "true"),
    ("debug", "true"),
    ("pretty", "true"),
    ("format", "csv"),
    ("callback", "shown"),
    ("fields", "id"),
    ("include", "deleted"),
    ("expand", "all"),
    ("page", "2"),
    ("offset", "1"),
    ("sort", "-id"),
    ("order", "asc"),
    ("q", STRANGER),
    ("search", STRANGER),
    ("filter", STRANGER),
    ("id", STRANGER),
    ("tenant_id", STRANGER),
    ("admin", "true"),
    ("dry_run", "true"),
    ("test", "true"),
    ("locale", "de"),
    ("timezone", "Asia/Tokyo"),
    ("version", "2"),
    ("access_token", STRANGER),
    ("per_page", "2"),
    ("_method", "DELETE"),
    ("method", "DELETE"),
)
"""What other APIs are asked with."""
MEMBERS: tuple[tuple[str, Any], ...] = (
    ("stream", True),
    ("debug", True),
    ("dry_run", True),
    ("test", True),
    ("force", True),
    ("admin", True),
    ("id", STRANGER),
    ("tenant_id", STRANGER),
    ("created_at", LONG_AGO),
    ("createdAt", LONG_AGO),
    ("updated_at", LONG_AGO),
    ("updatedAt", LONG_AGO),
    ("deleted", True),
    ("version", 2),
    ("format", "csv"),
    ("locale", "de"),
    ("name", STRANGER),
    ("type", STRANGER),
    ("status", STRANGER),
    ("priority", STRANGER),
    ("timestamp", 1),
    ("temperature", STRANGER),
    ("_method", "DELETE"),
)
"""What other APIs take, and what mass assignment would set."""
TELLING = (
    *("access-control-allow-origin", "access-control-allow-credentials", "cache-control"),
    *("content-disposition", "content-type", "link", "location", "set-cookie", "www-authenticate"),
)
"""Headers of an answer that hang on nothing but the request."""

PARTS = 3
"""Every so many operations of an API that refuses names are asked with the same of them."""

Ask = Callable[[Sequence[tuple[str, Any]]], Exchange]
"""Sends a request with these names and values beside what is documented."""


def asked(contract: Contract) -> Subjects:
    """Every operation that changes nothing, or takes a body; OAuth's endpoints aside."""
    return tuple(op for op in house(contract) if is_safe(op) or body_schema(contract, op))


def told(contract: Contract) -> Subjects:
    """Every operation that takes a JSON body; OAuth's endpoints aside."""
    return tuple(op for op in house(contract) if body_schema(contract, op))


@must(
    "HDR-015",
    "A header that is not documented changes no answer",
    asked,
    promises=("HALO-06",),
    needs=(Need.CREDENTIAL,),
)
def headers(check: Check) -> None:
    """Cookies of another site, what proxies add and what other APIs take mean nothing here.

    So it is for who is let in, and for who is not. Answers are held to those right before and
    after; what differs between these is not looked at.

    Source: RFC 9110 §5.1 (unrecognized fields are ignored); the contract's parameters.
    Passes: with `Cookie` and `X-Test-Mode` → the same page as without.
    Fails: `Access-Control-Allow-Origin` names an origin where a cookie came; other rows.
    """
    documented = {each.name.lower() for each in check.operation.in_location("header")}
    wanted = [each for each in (*HEADERS, *claiming("PATCH")) if each[0].lower() not in documented]
    caller, good = _request(check)
    page: Pairs = (("Origin", ORIGIN),) if documents(check.contract) else ()

    def asking(who: Caller) -> Ask:
        return lambda names: who.call(
            check.operation, good, headers=(*accepting(check.operation), *page, *names)
        )

    stranger = check.session.holding(STRANGER, valid=False)
    for who in (caller, stranger):
        _require_nothing_meant(check, asking(who), wanted, "header", ())


@must(
    "LIM-042",
    "One parameter that is not documented means no more than another",
    asked,
    needs=(Need.CREDENTIAL,),
)
def parameters(check: Check) -> None:
    """A name that other operations or other APIs know has no meaning where it is not documented.

    Whether such names are ignored or refused, it is one of the two for all of them. Answers are
    held to those to an arbitrary name right before and after.

    Source: the contract's parameters.
    Passes: `?stream=true` → as `?no-such-parameter=1`.
    Fails: → an event stream; only the ids; rows in another order.
    """
    operation = check.operation
    documented = {each.name for each in operation.in_location("query")}
    elsewhere = {
        each.name: value_of(each)
        for other in house(check.contract)
        for each in other.in_location("query")
    }
    names = [
        each for each in {**dict(PARAMETERS), **elsewhere}.items() if each[0] not in documented
    ]
    caller, good = _request(check)

    def ask(query: Sequence[tuple[str, Any]]) -> Exchange:
        return caller.call(operation, good.asking(*query), headers=accepting(operation))

    _require_nothing_meant(check, ask, names, "parameter", (("no-such-parameter", STRANGER),))


@must(
    "LIM-043",
    "One member that is not documented means no more than another",
    told,
    needs=(Need.CREDENTIAL,),
)
def members(check: Check) -> None:
    """A member of a body that other APIs know, or that only the server sets, is as any unknown one.

    Whether such members are ignored or refused, it is one of the two for all of them. Where they
    are ignored, they are so in an item of a list, too.

    Source: the contract's body; OWASP API3:2023 (mass assignment).
    Passes: `{"message": "Hi", "stream": true}` → as `{"message": "Hi", "no_such_member": 1}`.
    Fails: → an event stream; a row with an id, or of an age, that the client chose.
    """
    made = author(check)
    made.require_accepted()
    if not isinstance(made.body, dict):
        return
    arbitrary = (("no_such_member", STRANGER),)
    for path, schema in objects(check.contract, made.schema):
        owner = at(made.body, path) if path else made.body
        if not isinstance(owner, dict):
            continue

        def ask(
            beside: Sequence[tuple[str, Any]], path: Path = path, owner: Any = owner
        ) -> Exchange:
            return made.send(made.put(path, {**owner, **dict(beside)}))

        documented = {place.path[0] for place in places(check.contract, schema)}
        names = [each for each in MEMBERS if each[0] not in documented]
        if path and ask(arbitrary).status >= 400:
            continue
        _require_nothing_meant(check, ask, names, "member", arbitrary)


def _request(check: Check) -> tuple[Caller, Sample]:
    """A good request of the operation under test, and who may send it."""
    if body_schema(check.contract, check.operation):
        made = author(check)
        made.require_accepted()
        return made.caller, carrying(made.sample, made.body)
    return check.session.caller(), check.session.sample(check.operation)


def _require_nothing_meant(
    check: Check,
    ask: Ask,
    names: Sequence[tuple[str, Any]],
    kind: str,
    arbitrary: Sequence[tuple[str, Any]],
) -> None:
    """Require the answer with these names to be that with an arbitrary one: all, then each.

    Where an arbitrary one is refused, all at once would be for the sake of any of them: there each
    is sent alone, a part of them to each operation.
    """
    refused = ask(arbitrary).status if arbitrary else 0
    if refused >= 400:
        _require_refused(check, ask, names, kind, refused)
        return
    change, exchange = _change(ask, names, arbitrary)
    for name, value in names if change else ():
        alone, shown = _change(ask, [(name, value)], arbitrary)
        check.require(
            not alone, f"With the undocumented {kind} `{name}` ({value!r}) {alone}.", shown
        )
    listed = ", ".join(name for name, _ in names)
    check.require(not change, f"With one of the undocumented {kind}s {listed} {change}.", exchange)


def _require_refused(
    check: Check, ask: Ask, names: Sequence[tuple[str, Any]], kind: str, status: int
) -> None:
    """Require a part of these names to be refused as an arbitrary one is."""
    first = check.contract.api.operations.index(check.operation) % PARTS
    for name, value in names[first::PARTS]:
        exchange = ask([(name, value)])
        check.require(
            exchange.status == status,
            f"The undocumented {kind} `{name}` ({value!r}) is answered with {exchange.status}, and "
            f"others with {status}.",
            exchange,
        )


def _change(
    ask: Ask, names: Sequence[tuple[str, Any]], arbitrary: Sequence[tuple[str, Any]]
) -> tuple[str, Exchange]:
    """What names change in an answer, as a clause; empty where it is nothing."""
    before, with_names = ask(arbitrary), ask(names)
    if _alike(before, with_names):
        return "", with_names
    return _difference(before, with_names, ask(arbitrary)), with_names


def _difference(before: Exchange, with_names: Exchange, after: Exchange) -> str:
    """What is other in an answer than in those before and after; empty where nothing is."""
    if before.status != after.status:
        return ""
    if with_names.status != before.status:
        return f"the answer is {with_names.status} instead of {before.status}"
    for header in TELLING:
        found = [each.answer.all(header) for each in (before, with_names, after)]
        if found[0] == found[2] != found[1]:
            return f"{header} is {', '.join(found[1]) or 'absent'}"
    if not _is_told(before):
        return ""
    if _comes_back(with_names.json) and not _comes_back(before.json):
        return "the answer tells what was sent"
    place = unlike(before.json, with_names.json, after.json)
    return f"the answer differs at {place}" if place else ""


def _is_told(exchange: Exchange) -> bool:
    """Whether the document of an answer is looked at; that of an error is another each time."""
    return exchange.status < 400 and exchange.answer.media_type.endswith("json")


def _alike(before: Exchange, after: Exchange) -> bool:
    """Whether two answers are the same in all that is looked at."""
    headers = [[*map(each.answer.all, TELLING)] for each in (before, after)]
    is_same = before.status == after.status and headers[0] == headers[1]
    return is_same and (not _is_told(before) or before.json == after.json)


def unlike(before: Any, value: Any, after: Any, place: str = "its root") -> str:
    """The first place where a value is unlike two that are alike; empty where there is none."""
    members, others, later = map(_members, (before, value, after))
    if members is None or later is None:
        return place if before == after != value else ""
    if members.keys() != later.keys():
        return ""
    if others is None or others.keys() != members.keys():
        return place
    inner = (unlike(members[name], others[name], later[name], f"`{name}`") for name in members)
    return next(filter(None, inner), "")


def _comes_back(value: Any) -> bool:
    """Whether something that only this rule sends is in an answer."""
    members = _members(value)
    if members is not None:
        return any(map(_comes_back, members.values()))
    return isinstance(value, str) and value.startswith((STRANGER, LONG_AGO[:10]))


def _members(value: Any) -> dict[Any, Any] | None:
    """What an object or an array holds, by name or place; None for what is neither."""
    if isinstance(value, list):
        return dict(enumerate(value))
    return value if isinstance(value, dict) else None
