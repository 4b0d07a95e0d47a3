"""What rules apply to, read from the contract's words: lists, details, filters, limits."""

from __future__ import annotations

from urllib.parse import urlsplit

from conformance.contract import Contract
from conformance.filters import filters
from generator.model import Object, Operation, Pagination, RateLimit, Schema, Stream

Subjects = tuple[Operation | None, ...]


def whole(_: Contract) -> Subjects:
    """The API as a whole, once."""
    return (None,)


def each(contract: Contract) -> Subjects:
    """Every operation."""
    return contract.api.operations


def each_and_whole(contract: Contract) -> Subjects:
    """Every operation, and what is sent to no operation."""
    return (*contract.api.operations, None)


def paths(contract: Contract) -> Subjects:
    """One operation of each path."""
    return tuple({op.path: op for op in reversed(contract.api.operations)}.values())[::-1]


def readable(contract: Contract) -> Subjects:
    """Every operation that changes nothing (RFC 9110 §9.2.1), OAuth's endpoints aside."""
    return tuple(op for op in house(contract) if is_safe(op))


def house(contract: Contract) -> tuple[Operation, ...]:
    """Every operation but the endpoints of OAuth, whose manners are RFC 6749's."""
    return tuple(op for op in contract.api.operations if not is_oauth(contract, op))


def is_oauth(contract: Contract, operation: Operation) -> bool:
    """Whether a security scheme names the operation as an endpoint of an OAuth flow."""
    urls = {
        url
        for scheme in contract.api.security_schemes
        for flow in scheme.flows
        for url in (flow.authorization_url, flow.token_url, flow.refresh_url)
        if url
    }
    return any(urlsplit(url).path.endswith(operation.path) for url in urls)


def secured(contract: Contract) -> Subjects:
    """Every operation that needs a credential."""
    return tuple(op for op in contract.api.operations if is_secured(op))


def enveloped(contract: Contract) -> Subjects:
    """Every operation and what is sent to none, where errors share an envelope."""
    return (*house(contract), None) if contract.api.envelope else ()


def paginated(contract: Contract) -> Subjects:
    """Every list that is walked with a cursor."""
    return tuple(op for op in contract.api.operations if is_list(op))


def sized(contract: Contract) -> Subjects:
    """Every list whose page size can be chosen."""
    return tuple(op for op in contract.api.operations if is_list(op) and paging(op).size)


def echoing(contract: Contract) -> Subjects:
    """Every list that repeats its page size or its cursor."""
    return tuple(
        op
        for op in contract.api.operations
        if is_list(op) and (paging(op).cursor_echo or ((size := paging(op).size) and size.echo))
    )


def lasting(contract: Contract) -> Subjects:
    """Every list whose cursors do not die when the data changes."""
    return tuple(
        op for op in contract.api.operations if is_list(op) and not paging(op).expired_cursor
    )


def filtered(contract: Contract) -> Subjects:
    """Every list that can be narrowed by a member of its rows."""
    return tuple(op for op in contract.api.operations if is_list(op) and filters(contract, op))


def equal_filtered(contract: Contract) -> Subjects:
    """Every list that can be narrowed to one value of a member."""
    return tuple(op for op in contract.api.operations if _filtered(contract, op, "equal"))


def value_filtered(contract: Contract) -> Subjects:
    """Every list that can be narrowed to one value, or day, of a member."""
    kinds = ("equal", "among", "day")
    return tuple(op for op in contract.api.operations if _filtered(contract, op, *kinds))


def since_filtered(contract: Contract) -> Subjects:
    """Every list that can be narrowed to what is later than a moment."""
    return tuple(op for op in contract.api.operations if _filtered(contract, op, "since"))


def details(contract: Contract) -> Subjects:
    """Every read of one thing by its id, answered with 404 where there is none."""
    return tuple(op for op in contract.api.operations if is_detail(op))


def listed_details(contract: Contract) -> Subjects:
    """Every read of one row of a list."""
    return tuple(op for op in contract.api.operations if is_detail(op) and list_of(contract, op))


def below_rows(contract: Contract) -> Subjects:
    """Every safe operation on what belongs to a row of a list, such as its messages."""
    return tuple(
        op
        for op in contract.api.operations
        if is_safe(op)
        and op.in_location("path")
        and not op.path.endswith("}")
        and parent_of(contract, op, id_parameter(op))
    )


def queried(contract: Contract) -> Subjects:
    """Every safe operation that documents 400: what it does not document is refused."""
    return tuple(op for op in house(contract) if is_safe(op) and op.response(400))


def with_query(contract: Contract) -> Subjects:
    """Every safe operation that documents 400 and takes a query parameter."""
    return tuple(op for op in queried(contract) if op and op.in_location("query"))


def limited(contract: Contract) -> Subjects:
    """The API as a whole, where an operation has a rate limit."""
    return (None,) if limited_operations(contract) else ()


def tiered(contract: Contract) -> Subjects:
    """Every operation that documents that it needs a higher plan."""
    return tuple(op for op in contract.api.operations if tier_refusals(op))


def tier_refusals(operation: Operation) -> tuple[tuple[int, str], ...]:
    """The documented statuses and codes of a credential whose plan is too low."""
    return tuple(
        (int(response.status), code)
        for response in operation.responses
        if response.status in {"401", "403"}
        for code in response.error_codes
        if code.startswith(("plan_", "tier_", "upgrade_"))
    )


def limited_operations(contract: Contract) -> tuple[Operation, ...]:
    """The safe operations that spend the same bucket."""
    return tuple(op for op in contract.api.operations if is_safe(op) and op.rate_limit)


def limited_writes(contract: Contract) -> tuple[Operation, ...]:
    """The operations that change something and spend that bucket."""
    return tuple(op for op in contract.api.operations if not is_safe(op) and op.rate_limit)


def rate_limit(contract: Contract) -> RateLimit | None:
    """The limit that a caller has to keep: the API's, else the tightest of its operations."""
    limits = [op.rate_limit for op in contract.api.operations if op.rate_limit]
    return min(limits, key=lambda limit: limit.burst, default=contract.api.rate_limit)


def identified(contract: Contract) -> Subjects:
    """Every operation that asks for a proof of who its user is."""
    return tuple(op for op in contract.api.operations if op.identity)


def streamed(contract: Contract) -> Subjects:
    """Every operation that answers with server-sent events."""
    return tuple(op for op in contract.api.operations if stream_of(op))


def stream_of(operation: Operation) -> Stream | None:
    """The server-sent events that an operation answers with."""
    media = operation.success.media if operation.success else ()
    return next((each.stream for each in media if each.stream), None)


def bodied(contract: Contract) -> Subjects:
    """Every operation that takes a JSON body of documented members."""
    return tuple(op for op in house(contract) if body_schema(contract, op))


def body_schema(contract: Contract, operation: Operation) -> Schema | None:
    """The schema of an operation's JSON body, resolved, where that is an object."""
    for media in operation.body.media if operation.body else ():
        if media.type.endswith("json") and media.schema and media.examples:
            schema = contract.resolve(media.schema)
            return schema if isinstance(schema.type, Object) else None
    return None


def is_safe(operation: Operation) -> bool:
    """Whether the operation only reads."""
    return operation.method.upper() in {"GET", "HEAD"}


def is_secured(operation: Operation) -> bool:
    """Whether the operation cannot be called anonymously."""
    return bool(operation.security) and all(r.schemes for r in operation.security)


def is_list(operation: Operation) -> bool:
    """Whether the operation is a list that is walked with a cursor."""
    return (
        is_safe(operation)
        and operation.pagination is not None
        and operation.pagination.style == "cursor"
    )


def is_detail(operation: Operation) -> bool:
    """Whether the operation reads one thing by its id."""
    return is_safe(operation) and operation.path.endswith("}") and "404" in statuses(operation)


def statuses(operation: Operation) -> frozenset[str]:
    """The statuses that an operation documents."""
    return frozenset(response.status for response in operation.responses)


def paging(operation: Operation) -> Pagination:
    """How a list is walked.

    Raises LookupError for an operation that is not a list.
    """
    if operation.pagination is None:
        raise LookupError(f"{operation.id} is not a list.")
    return operation.pagination


def id_parameter(operation: Operation) -> str:
    """The name of the last path parameter."""
    return operation.in_location("path")[-1].name


def parent_of(contract: Contract, operation: Operation, parameter: str) -> Operation | None:
    """The list whose rows a path parameter names: the path up to the parameter."""
    path = operation.path.partition(f"/{{{parameter}}}")[0]
    return next((op for op in contract.api.operations if is_list(op) and op.path == path), None)


def list_of(contract: Contract, detail: Operation) -> Operation | None:
    """The list that a detail reads one row of: the same path without its last segment."""
    parent = detail.path.rpartition("/")[0]
    return next((op for op in contract.api.operations if is_list(op) and op.path == parent), None)


def detail_of(contract: Contract, listed: Operation) -> Operation | None:
    """The detail that reads one row of a list."""
    return next(
        (
            op
            for op in contract.api.operations
            if is_detail(op) and op.path.rpartition("/")[0] == listed.path
        ),
        None,
    )


def created_by(contract: Contract, listed: Operation) -> Operation | None:
    """The operation that adds a row to a list: POST on its path."""
    return next(
        (
            op
            for op in contract.api.operations
            if op.path == listed.path and op.method.upper() == "POST"
        ),
        None,
    )


def collection(operation: Operation) -> str:
    """The name of a list: the last word of its path."""
    return operation.path.rstrip("/").rpartition("/")[2]


def _filtered(contract: Contract, operation: Operation, *kinds: str) -> bool:
    return is_list(operation) and any(f.kind in kinds for f in filters(contract, operation))
