"""DOC: the description that an API serves of itself is this contract."""

from __future__ import annotations

from typing import Any

from conformance.contract import Contract
from conformance.exchange import Exchange
from conformance.rule import Check, must
from conformance.vocabulary import Subjects, is_safe
from generator.model import Operation

PROMISES = ("LEAD-21",)
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
UNKNOWN = "nobody-has-this-credential"
Signature = tuple[str, str, str]


def descriptions(contract: Contract) -> Subjects:
    """Every read whose answer is an OpenAPI document: it has `openapi` and `paths`."""
    return tuple(op for op in contract.api.operations if is_safe(op) and _describes(contract, op))


def _describes(contract: Contract, operation: Operation) -> bool:
    media = operation.success.media if operation.success else ()
    schema = media[0].schema if media else None
    return schema is not None and {"openapi", "paths"} <= contract.members(schema).keys()


@must("DOC-004", "The description that is served is the contract", descriptions, promises=PROMISES)
def serves_the_contract(check: Check) -> None:
    """It names the operations of the contract, all of them and no others, with their statuses.

    Asked for without a credential where the contract asks for none, and with one that is none.

    Source: the contract's operation, and the contract itself.
    Passes: the paths, methods, operationIds and statuses of the contract.
    Fails: the description of another API, or of an older one; → 401, or for an unknown credential
    only; one that lacks a path.
    """
    session, operation = check.session, check.operation
    caller = session.caller() if operation.security else session.nobody()
    exchange = caller.send(operation.method, operation.path, operation=operation.id)
    check.require(
        exchange.status == 200, f"The description is answered with {exchange.status}.", exchange
    )
    if not operation.security:
        who = session.holding(UNKNOWN)
        stranger = who.send(operation.method, operation.path, operation=operation.id)
        check.require(
            stranger.status == 200, f"To who is unknown it is {stranger.status}.", stranger
        )
    served = exchange.json if isinstance(exchange.json, dict) else {}
    ours = check.contract.specification.entry.root.value
    _compare(check, exchange, _operations(served), _operations(ours))
    info = served.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    check.require(
        title == check.contract.api.title,
        f"The description is of {title!r}, not of {check.contract.api.title!r}.",
        exchange,
    )


def _compare(
    check: Check,
    exchange: Exchange,
    served: dict[Signature, frozenset[str]],
    ours: dict[Signature, frozenset[str]],
) -> None:
    lacking = [" ".join(each) for each in ours if each not in served]
    check.require(not lacking, f"The description lacks {', '.join(lacking[:3])}.", exchange)
    added = [" ".join(each) for each in served if each not in ours]
    check.require(not added, f"The contract does not have {', '.join(added[:3])}.", exchange)
    differ = [" ".join(each) for each in ours if ours[each] != served[each]]
    check.require(not differ, f"Other statuses are described of {', '.join(differ[:3])}.", exchange)


def _operations(document: Any) -> dict[Signature, frozenset[str]]:
    """The statuses of each operation of a document, by its method, path and operationId."""
    paths = document.get("paths")
    found: dict[Signature, frozenset[str]] = {}
    for path, item in paths.items() if isinstance(paths, dict) else ():
        for method, each in item.items() if isinstance(item, dict) else ():
            if method in METHODS and isinstance(each, dict):
                signature = (method.upper(), path, str(each.get("operationId", "")))
                responses = each.get("responses")
                found[signature] = frozenset(responses if isinstance(responses, dict) else ())
    return found
