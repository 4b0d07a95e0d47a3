"""TEN: a tenant sees its own rows, and no trace of another's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from conformance.exchange import Exchange, Pairs
from conformance.filters import filters
from conformance.refusal import require_refusal
from conformance.rule import Check, Need, Untestable, Violation, must
from conformance.shapes import of_each_value
from conformance.vocabulary import (
    below_rows,
    id_parameter,
    list_of,
    listed_details,
    paginated,
)
from conformance.walk import Page, identity, read_page

PROMISES = ("HALE-04", "LEAD-08", "ALOHA-02")
UNKNOWN_PARAMETER: Pairs = (("no_such_parameter", "1"),)
VOLATILE = frozenset({"date", "x-request-id", "content-length", "server-timing"})


@must(
    "TEN-001",
    "A list holds the rows of its own tenant only",
    paginated,
    promises=PROMISES,
    needs=(Need.SECOND_TENANT,),
)
def own_rows_only(check: Check) -> None:
    """Two tenants have no row in common, with filters and without.

    Source: OWASP API1:2023.
    Passes: the ids of two tenants are disjoint.
    Fails: `GET /leads?stage=won` of one tenant lists a lead of the other.
    """
    session, operation = check.session, check.operation
    ours, theirs = session.census(operation), session.census(operation, session.other())
    _disjoint(check, set(ours.ids), theirs.pages[0].exchange, theirs.ids)
    own = set(theirs.ids)
    for found in filters(check.contract, operation):
        for value in sorted({v for row in ours.rows for v in found.values(row)})[:2]:
            query = ((found.parameter.name, value),)
            size = session.largest(operation)
            walk = session.walk(operation, session.other(), size=size, query=query, most=2)
            _disjoint(check, set(ours.ids) - own, walk.pages[0].exchange, walk.ids)
            walk = session.walk(operation, session.caller(), size=size, query=query, most=2)
            _disjoint(check, own - set(ours.ids), walk.pages[0].exchange, walk.ids)


def _disjoint(check: Check, ours: set[str], exchange: Exchange, theirs: tuple[str, ...]) -> None:
    shared = ours.intersection(theirs)
    check.require(
        not shared,
        f"{len(shared)} rows are listed for both tenants: {sorted(shared)[:3]}.",
        exchange,
    )


@must(
    "TEN-002",
    "Another tenant's id is 404",
    listed_details,
    promises=PROMISES,
    needs=(Need.SECOND_TENANT,),
)
def foreign_id(check: Check) -> None:
    """An id opens a row to its own tenant only, whatever the method of reading and the row's state.

    The other tenant reads it first, so that what is kept of that would be found; and afterwards,
    so that what is kept of the refusal would.

    Source: OWASP API1:2023 (broken object level authorization).
    Passes: the id of another tenant's contact → 404.
    Fails: → 200 with the row, or 403; its own tenant's → 404, from then on.
    """
    theirs = check.session.sample(check.operation, check.session.other())
    for id_ in _foreign_ids(check):
        at = theirs.at(**{id_parameter(check.operation): id_})
        before = check.session.other().call(check.operation, at)
        exchange = _detail(check, id_)
        require_refusal(check, exchange, 404, "The id of another tenant")
        head = _detail(check, id_, method="HEAD")
        check.require(head.status == 404, f"HEAD of it is answered with {head.status}.", head)
        after = check.session.other().call(check.operation, at)
        check.require(
            after.status == before.status,
            f"Since another tenant asked for it, its own is answered with {after.status}.",
            after,
        )


@must(
    "TEN-007",
    "What is below another tenant's row is 404",
    below_rows,
    promises=PROMISES,
    needs=(Need.SECOND_TENANT,),
)
def below_foreign(check: Check) -> None:
    """A row that is not a caller's own has nothing for it, not even an empty list.

    Nor does the answer tell it from a row that does not exist.

    Source: OWASP API1:2023 (broken object level authorization).
    Passes: the messages of another tenant's conversation → 404.
    Fails: → 200 with them, or with no row; → 404, "belongs to another workspace".
    """
    session, operation = check.session, check.operation
    theirs = session.sample(operation, session.other())
    head, foreign = (session.caller().call(operation, theirs, method=m) for m in ("HEAD", ""))
    for exchange in (head, foreign):
        check.require(
            exchange.status == 404,
            f"What is below a row of another tenant is answered with {exchange.status}.",
            exchange,
        )
    name = id_parameter(operation)
    id_ = theirs.path[name]
    unknown = session.caller().call(operation, theirs.at(**{name: nearly(id_)}))
    check.require(
        told(check, foreign, id_) == told(check, unknown, nearly(id_)),
        "The answers to what is below a foreign row and an unknown one differ.",
        foreign,
    )


@must(
    "TEN-003",
    "Another tenant's id looks like one that does not exist",
    listed_details,
    promises=PROMISES,
    needs=(Need.SECOND_TENANT,),
)
def foreign_is_unknown(check: Check) -> None:
    """The two answers are the same to the byte, the id itself and a request id aside.

    Else ids can be tried out until one is known to exist. Headers that are others each time one
    asks for the same, such as the id of a trace, tell nothing. So it is where the request is wrong
    besides, with an unknown parameter.

    Source: OWASP API1:2023; RFC 9110 §15.5.5 (404 where existence is not to be disclosed).
    Passes: both → 404, `not_found`, the same message and headers.
    Fails: one → "belongs to another team", the other → "does not exist"; with an unknown parameter
    one → 400, the other → 404.
    """

    def asked(id_: str, query: Pairs) -> Exchange:
        headers = (("X-Request-Id", "conformance"),)
        return _detail(check, id_, headers=headers, query=query)

    ids = _foreign_ids(check)
    for id_, query in (*((each, ()) for each in ids), (ids[0], UNKNOWN_PARAMETER)):
        unknown = nearly(id_)
        foreign, once, again = (asked(each, query) for each in (id_, unknown, unknown))
        steady = frozenset(once.answer.headers) & frozenset(again.answer.headers)
        volatile = VOLATILE | {n for n, v in once.answer.headers if (n, v) not in steady}
        check.require(
            _shape(check, foreign, id_, volatile) == _shape(check, once, unknown, volatile),
            "The answers to a foreign and to an unknown id differ.",
            foreign,
        )


def _shape(
    check: Check, exchange: Exchange, id_: str, volatile: frozenset[str]
) -> tuple[int, object, str]:
    headers = sorted((n, v) for n, v in exchange.answer.headers if n not in volatile)
    names = sorted({n for n, _ in exchange.answer.headers})
    steady = [(n, v) for n, v in headers if not n.startswith("x-ratelimit")]
    return exchange.status, (steady, names), told(check, exchange, id_)


def told(check: Check, exchange: Exchange, id_: str) -> str:
    """What an answer says of an id, whichever it is and whichever request asked."""
    body = exchange.answer.body.decode("utf-8", "replace").replace(id_, "the id")
    envelope = check.contract.api.envelope
    if envelope and envelope.request_id:
        found = exchange.json
        for name in envelope.request_id:
            found = found.get(name) if isinstance(found, dict) else None
        body = body.replace(str(found), "the request id")
    return body


@must(
    "TEN-004",
    "A caller cannot name another tenant",
    paginated,
    promises=PROMISES,
    needs=(Need.SECOND_TENANT,),
)
def tenant_from_the_key(check: Check) -> None:
    """Which tenant is meant follows from the credential and from nothing else in the request.

    Source: OWASP API1:2023 and API3:2023.
    Passes: `X-Tenant: globex` with a key of acme → the rows of acme.
    Fails: → the rows of globex.
    """
    session, operation = check.session, check.operation
    foreign = set(session.census(operation, session.other()).ids)
    names = ("X-Tenant", "X-Tenant-Id", "X-Org-Id", "X-Organization", "X-Workspace-Id", "X-Team")
    headers = tuple((name, session.other_name()) for name in names)
    sample = session.sample(operation)
    exchange = session.caller().call(operation, sample, headers=headers)
    body = exchange.json
    text = str(body)
    leaked = [id_ for id_ in foreign if f"'{id_}'" in text]
    check.require(not leaked, "A header chose another tenant.", exchange)
    check.require(exchange.status == 200, "Unknown headers made the request fail.", exchange)


@must(
    "TEN-005",
    "Callers at one time do not mix",
    paginated,
    promises=PROMISES,
    needs=(Need.SECOND_TENANT,),
)
def no_mixing(check: Check) -> None:
    """Two tenants that ask at the same moment each get their own rows.

    Source: OWASP API1:2023; CWE-362.
    Passes: sixteen requests at once, eight a tenant, all answered with the tenant's own page.
    Fails: one answer holds the page of the other tenant.
    """
    session, operation = check.session, check.operation
    parties = [(who, session.sample(operation, who)) for who in (session.caller(), session.other())]

    def read(index: int) -> Page:
        who, sample = parties[index]
        return read_page(who, operation, sample)

    alone = [{identity(row) for row in read(index).rows} for index in range(2)]
    order = [index % 2 for index in range(16)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(read, order))
    for index, page in zip(order, found, strict=True):
        rows = {identity(row) for row in page.rows}
        check.require(
            not rows & (alone[1 - index] - alone[index]),
            "A request got rows of the tenant that asked at the same time.",
            page.exchange,
        )


def _foreign_ids(check: Check) -> tuple[str, ...]:
    listed = list_of(check.contract, check.operation)
    if listed is None:
        raise Untestable("There is no list to take the ids of another tenant from.")
    rows = check.session.census(listed, check.session.other()).rows
    if not rows:
        raise Untestable("The other tenant has no rows.")
    own = set(check.session.census(listed).ids)
    some = (rows[0], rows[len(rows) // 2], rows[-1], *of_each_value(rows))
    chosen = [id_ for id_ in dict.fromkeys(map(identity, some)) if id_ not in own]
    if not chosen:
        raise Violation("Every row of the other tenant is listed for this one too.")
    return tuple(chosen)


def nearly(id_: str) -> str:
    """An id that looks like another one."""
    return id_[:-2] + ("zq" if id_[-2:] != "zq" else "qz")


def _detail(
    check: Check, id_: str, *, method: str = "", headers: Pairs = (), query: Pairs = ()
) -> Exchange:
    sample = check.session.sample(check.operation).at(**{id_parameter(check.operation): id_})
    return check.session.caller().call(
        check.operation, sample.asking(*query), method=method, headers=headers
    )
