"""Runs one rule on one operation and says how it ended."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from conformance.contract import Contract
from conformance.exchange import Exchange, Redactor, curl
from conformance.results import Result
from conformance.rule import Check, Level, Outcome, Rule, Untestable, Violation
from conformance.session import Session
from conformance.target import Target
from conformance.vocabulary import is_safe
from generator.document import Position, join_pointer
from generator.model import Operation

SHOWN = 600


def judge(rule: Rule, operation: Operation | None, session: Session) -> Result:
    """Run a rule; whatever happens is a result."""
    start, sent_before = time.monotonic(), session.requests
    outcome, message, exchange = _attempt(rule, operation, session)
    redactor = session.client.redactor
    return Result(
        rule=rule.id,
        title=rule.title,
        operation=operation.id if operation else "",
        outcome=outcome,
        message=redactor.clean(message),
        promises=proved(rule, operation, session.contract),
        location=str(_place(rule, operation, session.contract)),
        pointer=pointer(operation),
        curl=curl(exchange.request, redactor) if exchange else "",
        request=sent(exchange, redactor) if exchange else "",
        answer=shown(exchange, redactor) if exchange else "",
        seconds=time.monotonic() - start,
        requests=session.requests - sent_before,
    )


def judge_all(session: Session, rules: Iterable[Rule]) -> Iterator[Result]:
    """Run rules, each on all that it applies to, in this order."""
    for rule in rules:
        subjects = rule.subjects(session.contract)
        for subject in subjects:
            yield judge(rule, subject, session)
        if not subjects:
            yield not_applicable(rule, session.contract)


def not_applicable(rule: Rule, contract: Contract) -> Result:
    """The result of a rule that the contract gives nothing to look at."""
    message = "The contract does not use the words that the rule is about."
    location = str(contract.api.position)
    return Result(rule.id, rule.title, "", Outcome.NOT_APPLICABLE, message, location=location)


def proved(rule: Rule, operation: Operation | None, contract: Contract) -> tuple[str, ...]:
    """The promises of which the rule proves a part at this operation.

    Those that the rule names, and those whose `promises.yaml` names the rule.
    """
    named = {
        promise
        for promise, globs in contract.proofs.items()
        if any(fnmatchcase(rule.id, glob) for glob in globs)
    }
    cited = contract.promises_of(operation)
    return tuple(sorted((set(rule.promises) | named) & cited))


def forbidden(rule: Rule, operation: Operation | None, target: Target) -> str:
    """Why the profile does not allow a rule to be run; empty where it does."""
    writes = rule.writes or (operation is not None and not is_safe(operation))
    if target.writes or not writes:
        return ""
    return "The rule writes, and the profile does not allow it."


def _place(rule: Rule, operation: Operation | None, contract: Contract) -> Position:
    """Where a result points to: the rule's own place, the operation's, or the contract's."""
    return rule.position or (operation.position if operation else contract.api.position)


def pointer(operation: Operation | None) -> str:
    """The JSON Pointer of an operation in its document; empty for the API as a whole."""
    return join_pointer("", "paths", operation.path, operation.method) if operation else ""


def sent(exchange: Exchange, redactor: Redactor) -> str:
    """A request as people read it, without secrets, then shortened."""
    request = exchange.request
    lines = [f"{request.method} {request.url}"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    return redactor.clean("\n".join([*lines, "", _shortened(request.body, redactor)])).rstrip()


def shown(exchange: Exchange, redactor: Redactor) -> str:
    """An answer as people read it, without secrets, then shortened."""
    answer = exchange.answer
    if not answer.status:
        return "no answer"
    lines = [f"HTTP {answer.status}", *(f"{name}: {value}" for name, value in answer.headers)]
    return redactor.clean("\n".join([*lines, "", _shortened(answer.body, redactor)]))


def _shortened(body: bytes, redactor: Redactor) -> str:
    """The start of a body, secrets taken out first: else half of one might stay."""
    text = redactor.clean(body.decode("utf-8", "replace"))
    return text[:SHOWN] + ("…" if len(text) > SHOWN else "")


def _attempt(
    rule: Rule, operation: Operation | None, session: Session
) -> tuple[Outcome, str, Exchange | None]:
    if reason := forbidden(rule, operation, session.target):
        return Outcome.SKIPPED, reason, None
    try:
        if reason := next(filter(None, map(session.missing, rule.needs)), ""):
            return Outcome.UNTESTABLE, reason, None
        rule.test(Check(session, operation))
    except Violation as violation:
        worst = Outcome.FAIL if rule.level is Level.MUST else Outcome.WARN
        return worst, violation.message, violation.exchange
    except Untestable as reason:
        return Outcome.UNTESTABLE, str(reason), None
    except Exception as error:
        return Outcome.FAIL, f"The rule could not read an answer: {_where(error)}.", None
    return Outcome.PASS, "", None


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_code.co_name}, line {trace.tb_lineno}" if trace else "unknown place"
    return f"{type(error).__name__} in {place}: {error}"
