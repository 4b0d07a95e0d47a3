"""DOC: calls as the documentation shows them work as they are printed."""

from __future__ import annotations

from itertools import combinations

from conformance.exchange import Exchange
from conformance.filters import filters
from conformance.rule import Check, Need, must
from conformance.sample import value_of
from conformance.vocabulary import details, is_safe, paginated, paging, readable
from generator.model import Operation, Parameter

PROMISES = ("HALE-16", "HALE-14", "ALOHA-18", "LEAD-24")
CURL = (("User-Agent", "curl/8.15.0"), ("Accept", "*/*"))


def printed(check: Check, parameters: tuple[Parameter, ...]) -> Exchange:
    """Call the operation with the documented example of each parameter, as curl sends it.

    Nothing is escaped that a reader would not escape: `updatedSince=2026-05-01T00:00:00Z`.
    """
    operation = check.operation
    path = operation.path
    for parameter in operation.in_location("path"):
        path = path.replace(f"{{{parameter.name}}}", value_of(parameter))
    asked = dict.fromkeys(p.name for p in parameters)
    required = [p for p in operation.in_location("query") if p.required and p.name not in asked]
    query = "&".join(f"{p.name}={value_of(p)}" for p in (*required, *parameters))
    caller = check.session.documented()
    return caller.send(operation.method, path, query, headers=CURL, operation=operation.id)


def narrowing(operation: Operation) -> list[Parameter]:
    """The query parameters with an example, the cursor aside."""
    cursor = paging(operation).parameter if operation.pagination else ""
    return [p for p in operation.in_location("query") if p.examples and p.name != cursor]


@must("DOC-001", "Documented calls succeed", readable, promises=PROMISES, needs=(Need.CREDENTIAL,))
def calls_succeed(check: Check) -> None:
    """What a reader copies from the documentation works, host and key aside.

    Sends the contract's examples: each parameter alone, every two, and all at once.

    Source: the contract's `example`s, which are those of the API's own document.
    Passes: `/contacts?source=zillow&updatedSince=2026-05-01T00:00:00Z` → 200.
    Fails: → 400, because a colon in a query was not expected; `/contacts/ctk_AbCd` → 404.
    """
    given = narrowing(check.operation)
    calls: list[tuple[Parameter, ...]] = [(), *((p,) for p in given), *combinations(given, 2)]
    calls.append(tuple(given))
    for call in calls:
        exchange = printed(check, call)
        check.require(
            200 <= exchange.status < 300,
            f"The documented call is answered with {exchange.status}.",
            exchange,
        )
        validator = check.contract.validator(
            check.operation, exchange.status, exchange.answer.media_type
        )
        problem = validator.problem(exchange.json) if validator else "there is no such answer"
        check.require(not problem, f"The answer is not as documented: {problem}.", exchange)


@must(
    "DOC-002",
    "A documented id reads the row that has it",
    details,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def documented_ids(check: Check) -> None:
    """The example's id is answered with a row of that id.

    Source: the contract's `example` of the path parameter.
    Passes: `/contacts/ctk_AbCd` → `{"data": {"id": "ctk_AbCd", …}}`.
    Fails: → another row.
    """
    exchange = printed(check, ())
    wanted = value_of(check.operation.in_location("path")[-1])
    body = exchange.json if isinstance(exchange.json, dict) else {}
    held = [body, *(each for each in body.values() if isinstance(each, dict))]
    check.require(
        any(each.get("id") == wanted for each in held),
        f"The answer holds no row with the id {wanted}.",
        exchange,
    )


@must(
    "DOC-003",
    "Documented filters give rows that match",
    paginated,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def documented_filters(check: Check) -> None:
    """The rows of a documented call are those that its parameters ask for.

    Source: the contract's `example`s.
    Passes: `/leads?stage=working` → leads in that stage.
    Fails: → leads in other stages.
    """
    for found in filters(check.contract, check.operation):
        if found.kind == "since" or not found.parameter.examples or not is_safe(check.operation):
            continue
        exchange = printed(check, (found.parameter,))
        wanted = value_of(found.parameter)
        rows = exchange.json
        for name in paging(check.operation).results:
            rows = rows.get(name) if isinstance(rows, dict) else None
        check.require(
            isinstance(rows, list), "The documented call is answered with no list.", exchange
        )
        wrong = [row for row in rows if not found.holds(str(wanted), row)]
        check.require(
            not wrong,
            f"Asked for {found.parameter.name}={wanted}, {len(wrong)} rows differ.",
            exchange,
        )
