"""ENV: the one shape of errors, and what they must not tell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.exchange import Exchange
from conformance.insides import told
from conformance.refusal import code_of
from conformance.rule import Check, Need, must
from conformance.vocabulary import each_and_whole, enveloped, is_list
from conformance.walk import dig

PROMISES = ("HALE-01", "HALE-09", "HALO-08", "ALOHA-17", "LEAD-07")
HOUSE_CODES = {404: "not_found", 405: "method_not_allowed"}
TELLING = frozenset({"server", "via", "x-powered-by", "x-aspnet-version", "x-runtime"})
VERSION = re.compile(r"/\s*v?\d")


def answers(check: Check) -> Iterator[Exchange]:
    """Every answer of the operation, or of what is no operation."""
    found = check.session.survey(check.subject) if check.subject else check.session.strays()
    return (exchange for exchange in found if exchange.status)


def errors(check: Check) -> Iterator[Exchange]:
    """Those of them that are errors and have a body."""
    return (
        exchange
        for exchange in answers(check)
        if exchange.status >= 400 and exchange.request.method != "HEAD"
    )


@must(
    "ENV-001",
    "Every error has the envelope",
    enveloped,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def every_error_has_the_envelope(check: Check) -> None:
    """One shape for whatever goes wrong, whichever layer says it: route, method, key, input, crash.

    It is one error, too, where a body is wrong in several places: members, or items of a list.

    Source: the schema that the contract's errors share.
    Passes: 404 → `{"error": {"code": "not_found", "message": "There is nothing with this id."}}`.
    Fails: 404 → `{"detail": "Not Found"}`, or a page of HTML; two wrong items → a list of errors.
    """
    validator = check.contract.envelope_validator()
    envelope = check.contract.api.envelope
    if validator is None or envelope is None:
        return
    for exchange in errors(check):
        check.require(
            exchange.answer.media_type == "application/json",
            f"An error has the media type {exchange.answer.media_type or 'none'!r}.",
            exchange,
        )
        check.require(exchange.json is not None, "The body of an error is not JSON.", exchange)
        problem = validator.problem(exchange.json)
        check.require(not problem, f"An error is not in the envelope: {problem}.", exchange)
        message = dig(exchange.json, envelope.message)
        check.require(
            isinstance(message, str) and message.strip(),
            "The message of an error is empty.",
            exchange,
        )


@must(
    "ENV-002",
    "The code of an error is one that its status documents",
    enveloped,
    promises=("HALE-01", "HALE-09", "ALOHA-17", "LEAD-08"),
    needs=(Need.CREDENTIAL,),
)
def documented_codes(check: Check) -> None:
    """Programs branch on codes, so that each status has the codes that the contract lists.

    Where a contract uses the house's codes, an unknown route is `not_found` and a wrong method
    `method_not_allowed`.

    Source: the contract's `x-error-codes`.
    Passes: 400 → `invalid_request`.
    Fails: 400 → `bad_request`.
    """
    every = {
        (response.status, code)
        for operation in check.contract.api.operations
        for response in operation.responses
        for code in response.error_codes
    }
    house = ("400", "invalid_request") in every
    for exchange in errors(check):
        status = exchange.status
        documented = check.subject.response(status) if check.subject else None
        codes = set(documented.error_codes) if documented else set()
        if not documented:
            codes = {code for at, code in every if at == str(status)}
            codes |= {HOUSE_CODES[status]} if house and status in HOUSE_CODES else set()
        found = code_of(check, exchange)
        check.require(
            not codes or found in codes,
            f"{status} has the code {found!r}; documented: {', '.join(sorted(codes))}.",
            exchange,
        )


@must(
    "ENV-003",
    "No answer tells of the server's insides",
    each_and_whole,
    promises=("HALE-09",),
    needs=(Need.CREDENTIAL,),
)
def no_insides(check: Check) -> None:
    """Stack traces, exception texts, queries, paths and versions help attackers and nobody else.

    What the request itself said may come back.

    Source: CWE-209; OWASP API8:2023.
    Passes: 400 → "The query parameter limit must be an integer from 1 to 200."
    Fails: 400 → "ValueError: invalid literal for int()"; `Server: nginx/1.25.3`.
    """
    for exchange in answers(check):
        is_error = exchange.status >= 400
        found = told(exchange.answer.body.decode("utf-8", "replace")) if is_error else ""
        check.require(
            not found or found in exchange.request.url, f"The answer tells {found!r}.", exchange
        )
        for name, value in exchange.answer.headers:
            if name not in TELLING:
                continue
            check.require(
                not VERSION.search(value) and not (value and name.startswith("x-")),
                f"The header {name} tells {value!r}.",
                exchange,
            )


@must(
    "ENV-004",
    "The request id is new in every answer, and the same in header and body",
    lambda contract: (
        each_and_whole(contract)
        if contract.api.envelope and contract.api.envelope.request_id
        else ()
    ),
    promises=("LEAD-07",),
    needs=(Need.CREDENTIAL,),
)
def request_ids(check: Check) -> None:
    """A request id leads from a complaint to a line of the log, so that it must be one of a kind.

    At the end all answers of the run are looked at, successes and those to HEAD too.

    Source: the contract's error schema.
    Passes: two errors with `request_id` `req_1` and `req_2`, as in `X-Request-Id`.
    Fails: two errors with the same `request_id`; HEAD is answered with that of the answer before.
    """
    if check.subject is None:
        _each_once(check)
    envelope = check.contract.api.envelope
    seen: set[str] = set()
    for exchange in errors(check):
        found = dig(exchange.json, envelope.request_id) if envelope else None
        check.require(isinstance(found, str) and found, "There is no request id.", exchange)
        check.require(found not in seen, f"The request id {found} came twice.", exchange)
        check.require(
            exchange.answer.header("x-request-id") in {found, None},
            "X-Request-Id is not the request id of the body.",
            exchange,
        )
        seen.add(str(found))


def _each_once(check: Check) -> None:
    """Require that no answer, whatever it is to, has the `X-Request-Id` of another one."""
    session, seen = check.session, set[str]()
    for operation in [op for op in check.contract.api.operations if is_list(op)][:1]:
        for method in ("GET", "HEAD", "GET"):
            session.caller().call(operation, session.sample(operation), method=method)
    for name in ("", *(op.id for op in check.contract.api.operations)):
        for exchange in session.client.meant_for(name):
            found = exchange.answer.header("x-request-id")
            ours = exchange.request.url.startswith(session.target.base_url)
            if found and ours:
                check.require(found not in seen, f"X-Request-Id {found} came twice.", exchange)
                seen.add(found)
