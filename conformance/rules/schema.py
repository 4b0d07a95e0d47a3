"""SCH: answers hold what their schemas say. (SCH-1xx are found by fuzzing.)"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.oauth import app_of, flow_of
from conformance.rule import Check, Need, must
from conformance.validator import Validator
from conformance.vocabulary import Subjects, each, each_and_whole, is_oauth, rate_limit

PROMISES = (
    "HALE-07",
    "HALE-08",
    "HALE-14",
    "HALO-12",
    "ALOHA-06",
    "LEAD-04",
    "LEAD-06",
    "HALE-11",
    "HALE-12",
    "HALE-13",
)


def documented(check: Check) -> Iterator[Exchange]:
    """Every answer of the operation whose status is documented and whose body can be read."""
    method = check.operation.method.upper()
    for exchange in check.session.survey(check.operation):
        if exchange.request.method == method and check.operation.response(exchange.status):
            yield exchange


@must(
    "SCH-001",
    "Answers hold what their schemas say",
    each,
    promises=PROMISES,
    needs=(Need.CREDENTIAL,),
)
def answers_fit(check: Check) -> None:
    """Required members are there, types and formats are right, in every answer of the operation.

    Source: JSON Schema 2020-12, with formats asserted; the contract's `responses`.
    Passes: `{"data": {"id": "ctk_AbCd", "source": "zillow", "updatedAt": "2026-05-02T16:20:11Z"}}`.
    Fails: the same without `updatedAt`, or with `"updatedAt": "yesterday"`.
    """
    known: dict[tuple[int, str], Validator | None] = {}
    for exchange in documented(check):
        key = (exchange.status, exchange.answer.media_type)
        if key not in known:
            known[key] = check.contract.validator(check.operation, *key)
        validator = known[key]
        if validator and exchange.answer.media_type.endswith("json"):
            check.require(exchange.json is not None, "The body is not strict JSON.", exchange)
            problem = validator.problem(exchange.json)
            check.require(not problem, f"The body does not fit its schema: {problem}.", exchange)


@must(
    "SCH-002",
    "Answers have a documented media type",
    each,
    promises=("HALE-07", "HALE-08", "HALE-09"),
    needs=(Need.CREDENTIAL,),
)
def documented_media_types(check: Check) -> None:
    """An answer says once what its body is, and it is one of the documented types.

    Source: RFC 9110 §8.3; the contract's `content`.
    Passes: `Content-Type: application/json`.
    Fails: JSON under `Content-Type: text/plain`, or none.
    """
    for exchange in documented(check):
        response = check.operation.response(exchange.status)
        types = {media.type.partition(";")[0] for media in response.media} if response else set()
        values = exchange.answer.all("content-type")
        check.require(
            not types or (len(values) == 1 and exchange.answer.media_type in types),
            f"Content-Type is {', '.join(values) or 'absent'}, documented: {', '.join(types)}.",
            exchange,
        )
        charset = values[0].lower().partition("charset=")[2].strip('" ;') if values else ""
        check.require(charset in {"", "utf-8"}, f"JSON is sent in the charset {charset}.", exchange)


@must(
    "SCH-003",
    "Documented response headers are there, and fit",
    each,
    promises=("HALE-02", "HALE-06", "ALOHA-14", "LEAD-11"),
    needs=(Need.CREDENTIAL,),
)
def documented_headers(check: Check) -> None:
    """A header that the contract requires of an answer is sent, with a value that fits its schema.

    Source: OpenAPI 3.1 §4.8.17 `headers`.
    Passes: 429 → `Retry-After: 1`.
    Fails: 429 without `Retry-After`, or `Retry-After: soon`.
    """
    known: dict[tuple[int, str], Validator | None] = {}
    for exchange in documented(check):
        response = check.operation.response(exchange.status)
        for header in response.headers if response else ():
            value = exchange.answer.header(header.name)
            check.require(
                value is not None or not header.required, f"{header.name} is missing.", exchange
            )
            key = (exchange.status, header.name)
            if key not in known:
                known[key] = check.contract.header_validator(check.operation, *key)
            validator = known[key]
            if value is not None and validator:
                number = value.isascii() and value.isdigit() and str(int(value)) == value
                readings = (int(value), value) if number else (value,)
                problems = list(takewhile(bool, map(validator.problem, readings)))
                check.require(
                    len(problems) < len(readings),
                    f"{header.name}: {value!r} does not fit: {''.join(problems[:1])}.",
                    exchange,
                )


@must(
    "SCH-004",
    "Bodies are whole and strict JSON",
    each_and_whole,
    promises=("HALE-09",),
    needs=(Need.CREDENTIAL,),
)
def strict_json(check: Check) -> None:
    """What says that it is JSON is: UTF-8 without a mark, each name once, no NaN.

    Source: RFC 8259 §4, §6 and §8.1; RFC 7493.
    Passes: `{"data": []}`.
    Fails: `{"data": [], "data": []}`; `{"score": NaN}`.
    """
    found = check.session.survey(check.subject) if check.subject else check.session.strays()
    for exchange in found:
        if exchange.request.method == "HEAD" or not exchange.answer.media_type.endswith("json"):
            continue
        if exchange.json is not None:
            continue
        try:
            exchange.answer.json()
        except (ValueError, RecursionError) as error:
            check.require(False, f"The body is not strict JSON: {error}", exchange)


def shared(contract: Contract) -> Subjects:
    """The API as a whole, where every documented answer of every operation has some header."""
    return (None,) if headers_of_all(contract) else ()


@must(
    "SCH-005",
    "What every documented answer has, answers of no operation have too",
    shared,
    promises=("ALOHA-02", "ALOHA-14", "LEAD-07", "LEAD-11"),
    needs=(Need.CREDENTIAL,),
)
def everywhere(check: Check) -> None:
    """A path that there is not and a method that a path has not are answered with it as well.

    Source: the contract's `headers`, required in each of its responses.
    Passes: `GET /no-such-path` → 404 with `X-RateLimit-Remaining`.
    Fails: → 404 without; → 405 without.
    """
    who, names = check.session.caller(), headers_of_all(check.contract)
    some = check.contract.api.operations[0]
    path = some.path.replace("{", "").replace("}", "")
    for method, asked in (("GET", "/no-such-path"), ("DELETE", f"{path}/no-such-path")):
        require_headers(check, who.send(method, asked), names)
    paths = {op.path: op for op in check.contract.api.operations if not op.in_location("path")}
    for asked, operation in paths.items():
        known = {op.method.upper() for op in check.contract.api.operations if op.path == asked}
        if "PATCH" not in known and not is_oauth(check.contract, operation):
            require_headers(check, who.send("PATCH", asked), names)


def unspent(contract: Contract) -> Subjects:
    """The operations that have no limit, and tell of one all the same."""
    limit = rate_limit(contract)
    remaining = limit.headers.get("remaining") if limit else None
    return tuple(
        op
        for op in contract.api.operations
        if not op.rate_limit
        and op.responses
        and all(remaining in {h.name for h in r.headers} for r in op.responses)
    )


@must(
    "SCH-006",
    "What is not limited tells one allowance, whoever asks, and whatever comes of it",
    unspent,
    promises=("ALOHA-14", "LEAD-11"),
    needs=(Need.CREDENTIAL,),
)
def one_allowance(check: Check) -> None:
    """Where nothing is spent and no key is sent, all answers tell the same limit, whole.

    Source: the contract's `x-rate-limit`, which the operation does not have, and its `headers`.
    Passes: a token request → `X-RateLimit-Remaining: 60`, whether it is granted or refused.
    Fails: 60 where it is refused, and 3000 where it is granted; 0 where the client has a secret.
    """
    limit = rate_limit(check.contract)
    told = limit.headers if limit else {}
    names = [told[part] for part in ("limit", "remaining") if part in told]
    if flow_of(check.contract) and not check.session.missing(Need.OAUTH):
        app = app_of(check)
        app.post(())
        app.tokens()
    answers = [e for e in check.session.survey(check.operation) if not e.authenticated]
    for exchange in answers:
        for name in names:
            said, before = exchange.answer.header(name), answers[0].answer.header(name)
            check.require(said == before, f"{name} is {said}, and was {before}.", exchange)


def require_headers(check: Check, exchange: Exchange, names: frozenset[str]) -> None:
    """Require that an answer has each of these headers."""
    lacking = sorted(name for name in names if exchange.answer.header(name) is None)
    check.require(not lacking, f"{exchange.status} comes without {', '.join(lacking)}.", exchange)


def headers_of_all(contract: Contract) -> frozenset[str]:
    """The headers that are required in every response of every operation."""
    found = [
        frozenset(header.name for header in response.headers if header.required)
        for operation in contract.api.operations
        for response in operation.responses
    ]
    return frozenset.intersection(*found) if found else frozenset()
