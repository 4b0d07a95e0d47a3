"""Planted faults of how answers look: envelope, ids of requests, moments, documents."""

import re
from collections.abc import Callable
from datetime import timedelta

from reference.faults.composition import (
    answers,
    around,
    around_with_parts,
    errors_of,
    everywhere,
)
from reference.faults.exchange import Answered, Ask, Asked, Tamper
from reference.faults.fault import Fault
from reference.faults.leadiosa.access import says
from reference.leadiosa.parts import BASE_PATH, Parts

_MOMENT = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{3})Z"')
_REQUEST_ID = "x-request-id"
_OWN_ID = 8
OPENAPI = f"{BASE_PATH}/openapi.json"
Apply = Callable[[Parts], Parts]


def _is_json(_asked: Asked, answered: Answered) -> bool:
    return answered.headers.get("content-type", "").startswith("application/json")


def _moments(template: bytes) -> Apply:
    """Write moments otherwise."""
    return answers(
        lambda asked, answered: asked.path != OPENAPI and _is_json(asked, answered),
        lambda answered: Answered(
            answered.status, answered.headers, _MOMENT.sub(template, answered.body)
        ),
    )


def _is_error(_asked: Asked, answered: Answered) -> bool:
    return answered.code is not None


def _without_request_id(answered: Answered) -> Answered:
    error = {k: v for k, v in answered.json["error"].items() if k != "request_id"}
    return answered.with_json({"error": error})


def _constant(answered: Answered) -> Answered:
    return _numbered(answered, "req_000000000000000000000000")


def _numbered(answered: Answered, request_id: str) -> Answered:
    if _REQUEST_ID in answered.headers:
        answered = answered.with_header(_REQUEST_ID, request_id)
    if answered.code is None:
        return answered
    return answered.with_json({"error": {**answered.json["error"], "request_id": request_id}})


async def _echoed(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    given = asked.headers.get(_REQUEST_ID)
    return answered if given is None else _numbered(answered, given)


async def _short_ones_echoed(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    given = asked.headers.get(_REQUEST_ID, "")
    return _numbered(answered, given) if 0 < len(given) <= _OWN_ID else answered


def _by_token(_parts: Parts) -> Tamper:
    """Give every request of a second one id."""
    seen: dict[str, str] = {}

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        if _REQUEST_ID not in answered.headers:
            return answered
        kept = seen.setdefault(f"{asked.method} {asked.path}", answered.headers[_REQUEST_ID])
        return _numbered(answered, kept)

    return tamper


def _differing(answered: Answered) -> Answered:
    error = {**answered.json["error"], "request_id": f"{answered.headers.get(_REQUEST_ID, '')}0"}
    return answered.with_json({"error": error})


def _nulls(answered: Answered) -> Answered:
    body = answered.json
    if isinstance(body.get("data"), list):
        return answered.with_json({**body, "data": [_with_null(row) for row in body["data"]]})
    return answered.with_json(_with_null(body))


def _with_null(row: dict[str, object]) -> dict[str, object]:
    if "contact_id" in row and "status" in row:
        return {"assignee_id": None, **row}
    if "attributes" in row:
        return {"name": None, "email": None, "phone": None, **row}
    return row


def _null_attributes(answered: Answered) -> Answered:
    body = answered.json
    if not isinstance(body.get("data"), list):
        return answered
    return answered.with_json({**body, "data": [{"redacted": None, **row} for row in body["data"]]})


async def _any_content_type(ask: Ask, asked: Asked) -> Answered:
    if asked.method in {"POST", "PATCH"} and isinstance(asked.json, dict):
        return await ask(asked.with_header("content-type", "application/json"))
    return await ask(asked)


_KNOWN = {
    "contact_id", "assignee_id", "status", "body", "author", "name", "email", "phone",
    "attributes", "title", "content", "url", "events",
}  # fmt: skip


async def _open_bodies(ask: Ask, asked: Asked) -> Answered:
    kept = {name: value for name, value in asked.fields.items() if name in _KNOWN}
    is_json = asked.headers.get("content-type", "").startswith("application/json")
    return await ask(asked.with_json(kept) if is_json and kept != asked.fields else asked)


async def _document_needs_token(ask: Ask, asked: Asked) -> Answered:
    if asked.path != OPENAPI or asked.token:
        return await ask(asked)
    return await ask(Asked(asked.method, f"{BASE_PATH}/contacts", b"", asked.headers))


def _of_document(change: Callable[[Answered], Answered]) -> Apply:
    return answers(lambda asked, answered: asked.path == OPENAPI and answered.status == 200, change)


def _fewer_paths(answered: Answered) -> Answered:
    body = answered.json
    paths = {k: v for k, v in body["paths"].items() if "workspace" not in k}
    return answered.with_json({**body, "paths": paths})


def _stub(answered: Answered) -> Answered:
    return answered.with_json(
        {"openapi": "3.1.0", "info": {"title": "API", "version": "0"}, "paths": {}}
    )


def _deprecated(days: int | None) -> Apply:
    """Announce that contacts will be removed."""

    def make(parts: Parts) -> Tamper:
        async def tamper(ask: Ask, asked: Asked) -> Answered:
            answered = await ask(asked)
            if asked.path != f"{BASE_PATH}/contacts":
                return answered
            at = parts.platform.clock.now() + timedelta(days=days or 0)
            said = "true" if days is None else at.date().isoformat()
            return answered.with_header("x-api-deprecation", said)

        return tamper

    return around_with_parts(make)


def _plain(answered: Answered) -> Answered:
    return answered.with_text("Bad Request")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="SCH-F51",
        title="Moments have no milliseconds",
        promises=("LEAD-04",),
        mistake="The formatter's default.",
        apply=_moments(rb'"\1Z"'),
    ),
    Fault(
        id="SCH-F52",
        title="Moments end with +00:00",
        promises=("LEAD-04",),
        mistake="The language's own formatter.",
        apply=_moments(rb'"\1.\2+00:00"'),
    ),
    Fault(
        id="SCH-F53",
        title="Moments have microseconds",
        promises=("LEAD-04",),
        mistake="The language's own formatter.",
        apply=_moments(rb'"\1.\g<2>000Z"'),
    ),
    Fault(
        id="SCH-F54",
        title="Empty fields of conversations and contacts are null",
        promises=("LEAD-06",),
        mistake="The serializer writes what is empty.",
        apply=answers(
            lambda asked, answered: (
                answered.status < 300 and isinstance(answered.json, dict) and asked.path != OPENAPI
            ),
            _nulls,
        ),
    ),
    Fault(
        id="SCH-F55",
        title="redacted is null in lists of messages and notes",
        promises=("LEAD-06",),
        mistake="Lists have a serializer of their own.",
        apply=answers(
            lambda asked, answered: (
                answered.status == 200
                and asked.method == "GET"
                and asked.path.endswith(("/messages", "/notes"))
            ),
            _null_attributes,
        ),
    ),
    Fault(
        id="ENV-F51",
        title="Errors have no request_id",
        promises=("LEAD-07",),
        mistake="It is in the header, after all.",
        apply=answers(_is_error, _without_request_id),
    ),
    Fault(
        id="ENV-F52",
        title="Every request has the same id",
        promises=("LEAD-07",),
        mistake="It is made when the server starts.",
        apply=everywhere(_constant),
    ),
    Fault(
        id="ENV-F53",
        title="The request_id of an error is not that of the header",
        promises=("LEAD-07",),
        mistake="Each layer makes an id of its own.",
        apply=answers(_is_error, _differing),
    ),
    Fault(
        id="ENV-F54",
        title="A request's id is the one that the client sent",
        promises=("LEAD-07",),
        mistake="Tracing was thought to want it.",
        apply=around(_echoed),
    ),
    Fault(
        id="ENV-F55",
        title="The same request has the same id again",
        promises=("LEAD-07",),
        mistake="The id is a hash of method and path.",
        apply=around_with_parts(_by_token),
    ),
    Fault(
        id="ENV-F60",
        title="A request's id is the one that the client sent, where that is short",
        promises=("LEAD-07",),
        mistake="Services of the house have short ids of their own, and nobody asks who calls.",
        apply=around(_short_ones_echoed),
    ),
    Fault(
        id="ENV-F61",
        title="What is sent to an unknown route has one id",
        promises=("LEAD-07",),
        mistake="The answer is made once, when the server starts.",
        apply=answers(lambda _, answered: answered.code == "not_found", _constant),
    ),
    Fault(
        id="ENV-F56",
        title="Successes have no X-Request-Id",
        promises=("LEAD-07",),
        mistake="The header is written with the error.",
        apply=answers(
            lambda _, answered: answered.status < 300,
            lambda answered: answered.without_header(_REQUEST_ID),
        ),
    ),
    Fault(
        id="ENV-F57",
        title="A 400 does not say which field it is about",
        promises=("LEAD-08",),
        mistake="The message was made short.",
        apply=errors_of(400, says(message="The request is invalid.")),
    ),
    Fault(
        id="ENV-F58",
        title="A bad request is 422",
        promises=("LEAD-08",),
        mistake="The framework's default status for validation errors.",
        apply=errors_of(400, lambda answered: answered.with_status(422)),
    ),
    Fault(
        id="ENV-F59",
        title="A 400 is plain text",
        promises=("LEAD-07", "LEAD-08"),
        mistake="The web server answers it.",
        apply=errors_of(400, _plain),
    ),
    Fault(
        id="STA-F52",
        title="A body of any content type is read as JSON",
        promises=("LEAD-03",),
        mistake="The header is never looked at.",
        apply=around(_any_content_type),
    ),
    Fault(
        id="STA-F53",
        title="A body without a content type is 415",
        promises=("LEAD-03",),
        mistake="HTTP has a status for it; the document has not.",
        apply=answers(
            lambda asked, answered: (
                answered.status == 400
                and not asked.headers.get("content-type", "").startswith("application/json")
                and asked.method in {"POST", "PATCH"}
            ),
            lambda answered: answered.with_status(415),
        ),
    ),
    Fault(
        id="STA-F54",
        title="A field that is not documented is ignored",
        promises=("LEAD-08",),
        mistake="Bodies are open, and typing errors go unnoticed.",
        apply=around(_open_bodies),
    ),
    Fault(
        id="DOC-F51",
        title="The OpenAPI document needs a token",
        promises=("LEAD-21",),
        mistake="The middleware knows no exception.",
        apply=around(_document_needs_token),
    ),
    Fault(
        id="DOC-F52",
        title="The OpenAPI document has no paths",
        promises=("LEAD-21",),
        mistake="It is the framework's own, of an app that has no routes.",
        apply=_of_document(_stub),
    ),
    Fault(
        id="DOC-F53",
        title="The OpenAPI document does not have the workspace",
        promises=("LEAD-21",),
        mistake="It is the one of last year.",
        apply=_of_document(_fewer_paths),
    ),
    Fault(
        id="DOC-F54",
        title="The OpenAPI document is sent as text",
        promises=("LEAD-21",),
        mistake="It is a static file.",
        apply=_of_document(lambda answered: answered.with_header("content-type", "text/plain")),
    ),
    Fault(
        id="DEP-F51",
        title="The removal of contacts is announced 30 days before",
        promises=("LEAD-23",),
        mistake="A month was thought to be enough.",
        apply=_deprecated(30),
    ),
    Fault(
        id="DEP-F52",
        title="The deprecation of contacts is announced without a day",
        promises=("LEAD-23",),
        mistake="The header was thought to be a flag.",
        apply=_deprecated(None),
    ),
)
