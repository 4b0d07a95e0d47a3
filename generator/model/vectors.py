"""Wire vectors, `vectors.yaml`: calls and their requests, answers and what they become, as JSON.

What a file leaves out because the contract says it is filled in here, so that a runner in any
language needs nothing but this data.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NotRequired, TypedDict

from generator.document import Document, Node, Severity
from generator.document.loading import shown
from generator.document.parsing import parse
from generator.document.text import decode
from generator.document.vectors import violations
from generator.model.api import Api
from generator.model.behaviour import Pagination, WirePath
from generator.model.operation import Operation

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"


class VectorsError(ValueError):
    """Vectors that cannot be used; the message says where and why."""


class Call(TypedDict):
    """Arguments by wire names; `body` is absent where none is given."""

    parameters: dict[str, Any]
    body: NotRequired[Any]


class Request(TypedDict):
    """A request. `headers` are all but those of the connection; `body` is JSON."""

    method: str
    target: str
    headers: dict[str, str]
    body: NotRequired[Any]
    form: NotRequired[dict[str, str]]


Failure = TypedDict(
    "Failure",
    {
        "class": str,
        "code": str,
        "request_id": str,
        "retry_after": float | None,
        "message": NotRequired[str],
    },
)
"""An error: its class, and what it says of the answer; any message where there is none."""


class Page(TypedDict):
    """The first page of a list, and the cursor of the next."""

    rows: list[Any]
    next: str | None


class Response(TypedDict):
    """An answer: `text` is its whole body. It becomes the one of the other members that is there.

    `events` may be followed by `error`. `wrong` says that the body does not fit the contract.
    """

    name: str
    position: str
    status: int
    headers: dict[str, str]
    text: str
    wrong: bool
    value: NotRequired[Any]
    page: NotRequired[Page]
    events: NotRequired[list[dict[str, Any]]]
    error: NotRequired[Failure]


class Vector(TypedDict):
    """A call of `resource`.`method`, the names being those of the model."""

    name: str
    position: str
    operation: str
    resource: list[str]
    method: str
    call: Call
    request: Request
    responses: list[Response]


class Delivery(TypedDict):
    """A webhook as it arrives. It becomes the JSON of `text` where there is no `error`.

    `event` is None where it is not one of the contract.
    """

    name: str
    position: str
    event: str | None
    secrets: list[str]
    now: int
    headers: dict[str, str]
    text: str
    error: NotRequired[Failure]


class Vectors(TypedDict):
    """All vectors of an API. `base_url` is its first server."""

    api: str
    base_url: str
    credentials: dict[str, str]
    vectors: list[Vector]
    webhooks: list[Delivery]


def read(path: Path, api: Api) -> Vectors:
    """The vectors of a file, whole. Raises `VectorsError` where it is not of their form."""
    root = _document(path).root
    client = root.mapping["client"]
    return Vectors(
        api=api.name,
        base_url=api.servers[0].url,
        credentials=client["credentials"],
        vectors=[_vector(node, root, api) for node in _elements(root, "vectors")],
        webhooks=[_delivery(node) for node in _elements(root, "webhooks")],
    )


def _document(path: Path) -> Document:
    text, findings = decode(path.read_bytes(), shown(path))
    document, more = parse(text, shown(path))
    for found in (*findings, *more):
        if found.severity is Severity.ERROR:
            raise VectorsError(f"{found.position}: {found.code} {found.message}")
    if document is None:
        raise VectorsError(f"{path}: there is nothing in it.")
    for violation in violations(document.data):
        raise VectorsError(f"{document.position(violation.pointer)}: {violation.message}")
    return document


def _elements(node: Node, *tokens: str) -> Iterator[Node]:
    listed = node.get(*tokens)
    return listed.elements() if listed else iter(())


def _vector(node: Node, root: Node, api: Api) -> Vector:
    name = node.text("operation")
    operation = next((each for each in api.operations if each.id == name), None)
    if operation is None:
        raise VectorsError(f"{node.position}: the contract has no operation {name!r}.")
    written = node.mapping.get("call", {})
    call = Call(parameters=written.get("parameters", {}))
    if "body" in written:
        call["body"] = written["body"]
    return Vector(
        name=node.text("name"),
        position=str(node.position),
        operation=name,
        resource=list(operation.resource),
        method=operation.name,
        call=call,
        request=_request(node.mapping["request"], root.mapping["client"].get("headers", {})),
        responses=[_response(each, operation) for each in _answers(node, root)],
    )


def _request(written: Mapping[str, Any], everywhere: Mapping[str, str | None]) -> Request:
    media = {"content-type": JSON} if "body" in written else {}
    media |= {"content-type": FORM} if "form" in written else {}
    merged = {**everywhere, **media, **written.get("headers", {})}
    request = Request(
        method=written["method"],
        target=written["target"],
        headers={name: value for name, value in merged.items() if value is not None},
    )
    if "body" in written:
        request["body"] = written["body"]
    if "form" in written:
        request["form"] = written["form"]
    return request


def _answers(vector: Node, root: Node) -> Iterator[Node]:
    """The responses of a vector, in place of each name of a group those of the group."""
    for node in _elements(vector, "responses"):
        if not isinstance(node.value, str):
            yield node
        elif root.get("responses", node.value) is None:
            raise VectorsError(f"{node.position}: there is no group of responses {node.value!r}.")
        else:
            yield from _elements(root, "responses", node.value)


def _response(node: Node, operation: Operation) -> Response:
    written = node.mapping
    first = operation.success
    status = written.get("status", int(first.status.replace("XX", "00")) if first else 200)
    media = {"content-type": JSON} if "body" in written else {}
    response = Response(
        name=node.text("name"),
        position=str(node.position),
        status=status,
        headers={**media, **written.get("headers", {})},
        text=_compact(written["body"]) if "body" in written else written.get("text", ""),
        wrong="wrong" in written,
    )
    if "error" in written:
        response["error"] = _failure(written["error"])
    if "events" in written:
        response["events"] = written["events"]
    elif "error" not in written:
        _fill_in(response, written, operation.pagination)
    return response


def _fill_in(response: Response, written: Mapping[str, Any], pagination: Pagination | None) -> None:
    """What the call gives: what is written, or the body as the contract reads it."""
    body = written.get("body", written.get("text"))
    if "page" in written:
        response["page"] = written["page"]
    elif "value" in written or pagination is None:
        response["value"] = written.get("value", body)
    else:
        more = not pagination.has_more or _at(body, pagination.has_more) is not False
        rows = _at(body, pagination.results) or []
        response["page"] = Page(rows=rows, next=_at(body, pagination.next) if more else None)


def _at(value: Any, path: WirePath) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _failure(written: Mapping[str, Any]) -> Failure:
    failure: Failure = {
        "class": written["class"],
        "code": written.get("code", ""),
        "request_id": written.get("request_id", ""),
        "retry_after": written.get("retry_after"),
    }
    if "message" in written:
        failure["message"] = written["message"]
    return failure


def _delivery(node: Node) -> Delivery:
    written = node.mapping
    delivery = Delivery(
        name=written["name"],
        position=str(node.position),
        event=written.get("event"),
        secrets=written["secrets"],
        now=written["now"],
        headers=written["headers"],
        text=written["text"],
    )
    if "error" in written:
        delivery["error"] = _failure(written["error"])
    return delivery


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
