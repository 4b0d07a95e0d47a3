"""Planted faults of envelopes: of lists, of details, of errors."""

from dataclasses import replace
from urllib.parse import unquote_to_bytes

from reference.faults.composition import Change, answers, around, errors_of
from reference.faults.exchange import Answered, Ask, Asked, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Apply, is_detail, is_found, is_list, is_page
from reference.haleai.parts import Parts

_CRASH = refusal(500, "internal_error", "Something went wrong on our side.")
_TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "/srv/haleai/contacts.py", line 41, in list_contacts\n'
    "sqlite3.OperationalError: unrecognized token\n"
)


def _text(body: str, content_type: str = "text/plain; charset=utf-8") -> Change:
    def change(answered: Answered) -> Answered:
        return replace(answered.with_header("content-type", content_type), body=body.encode())

    return change


def _is_missing_row(asked: Asked, answered: Answered) -> bool:
    return answered.status == 404 and is_detail(asked.path)


def _without_null_cursor(answered: Answered) -> Answered:
    body = answered.json
    if body["pagination"]["nextCursor"] is None:
        del body["pagination"]["nextCursor"]
    return answered.with_json(body)


def _is_unknown_route(asked: Asked, answered: Answered) -> bool:
    return answered.status == 404 and not is_list(asked.path) and not is_detail(asked.path)


def _crashing_on(character: str, answer: Answered) -> Apply:
    """Crash where the source that is asked for contains a character."""

    async def tamper(ask: Ask, asked: Asked) -> Answered:
        answered = await ask(asked)
        crashes = answered.status == 200 and character in (asked.parameter("source") or "")
        return answer if crashes else answered

    return around(tamper)


async def _undecodable_crashes(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status == 401:
        return answered
    try:
        unquote_to_bytes(asked.query_string).decode()
    except UnicodeDecodeError:
        return _CRASH
    return answered


def _problem(answered: Answered) -> Answered:
    """Return the error as a problem (RFC 9457)."""
    detail = answered.json["error"]["message"]
    problem = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail}
    return answered.with_json(problem).with_header("content-type", "application/problem+json")


def _message_only(answered: Answered) -> Answered:
    return answered.with_json({"error": answered.json["error"]["message"]})


def _without_code(answered: Answered) -> Answered:
    return answered.with_json({"error": {"message": answered.json["error"]["message"]}})


def _empty(answered: Answered) -> Answered:
    return replace(answered, body=b"")


def _snake_case(answered: Answered) -> Answered:
    return replace(answered, body=answered.body.replace(b'"nextCursor"', b'"next_cursor"'))


def _unwrapped(answered: Answered) -> Answered:
    return answered.with_json(answered.json["data"])


def _listed(answered: Answered) -> Answered:
    return answered.with_json({"data": [answered.json["data"]]})


def _nothing_found(_answered: Answered) -> Answered:
    found = Answered(200, {"content-type": "application/json", "cache-control": "no-store"}, b"")
    return found.with_json({"data": None})


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="ENV-F04",
        title="An unknown route is answered by the framework",
        promises=("HALE-09",),
        mistake="The error handler is registered for the API's own errors only.",
        apply=answers(_is_unknown_route, _text('{"detail":"Not Found"}', "application/json")),
    ),
    Fault(
        id="ENV-F05",
        title="A quote in source crashes, and the answer is the traceback",
        promises=("HALE-09", "HALE-11"),
        mistake="SQL is put together from strings, and debug mode is on.",
        apply=_crashing_on("'", _text(_TRACEBACK)(_CRASH)),
    ),
    Fault(
        id="ENV-F06",
        title="A wrong method is answered by the framework",
        promises=("HALE-01", "HALE-09"),
        mistake="The framework's router answers before the error handler is there.",
        apply=errors_of(405, _text("Method Not Allowed")),
    ),
    Fault(
        id="ENV-F08",
        title="A percent sign in source is a 500",
        promises=("HALE-11",),
        mistake="The value is put into a format string.",
        apply=_crashing_on("%", _CRASH),
    ),
    Fault(
        id="ENV-F09",
        title="A row that is not there is 200 with null",
        promises=("HALE-08", "HALE-14"),
        mistake="Nothing found was not thought to be an error.",
        apply=answers(_is_missing_row, _nothing_found),
    ),
    Fault(
        id="ENV-F10",
        title="A 400 is a problem document",
        promises=("HALE-09",),
        mistake="The validation library has its own idea of errors.",
        apply=errors_of(400, _problem),
    ),
    Fault(
        id="ENV-F11",
        title="The error of a 404 is a string",
        promises=("HALE-09",),
        mistake="The envelope was written by hand in one place more.",
        apply=errors_of(404, _message_only),
    ),
    Fault(
        id="ENV-F12",
        title="The error of a 400 has no code",
        promises=("HALE-09",),
        mistake="The code is optional in the code, and forgotten here.",
        apply=errors_of(400, _without_code),
    ),
    Fault(
        id="ENV-F13",
        title="A detail is not wrapped in data",
        promises=("HALE-08",),
        mistake="The row is returned as the database gave it.",
        apply=answers(is_found, _unwrapped),
    ),
    Fault(
        id="ENV-F14",
        title="A page says next_cursor",
        promises=("HALE-07",),
        mistake="A serializer was changed and lost its alias.",
        apply=answers(is_page, _snake_case),
    ),
    Fault(
        id="ENV-F15",
        title="A 401 has no body",
        promises=("HALE-09",),
        mistake="The proxy in front checks the key.",
        apply=errors_of(401, _empty),
    ),
    Fault(
        id="ENV-F16",
        title="A 404 is sent as HTML",
        promises=("HALE-09",),
        mistake="The content type is left to the framework's default.",
        apply=errors_of(404, lambda answered: answered.with_header("content-type", "text/html")),
    ),
    Fault(
        id="ENV-F17",
        title="A bad parameter is 422",
        promises=("HALE-09", "HALE-10"),
        mistake="The framework's default status for validation errors.",
        apply=errors_of(400, lambda answered: replace(answered, status=422)),
    ),
    Fault(
        id="ENV-F18",
        title="A detail is a list of one",
        promises=("HALE-08",),
        mistake="Details are made by the code of lists.",
        apply=answers(is_found, _listed),
    ),
    Fault(
        id="ENV-F19",
        title="A query that is not UTF-8 is a 500",
        promises=("HALE-09",),
        mistake="Nobody sends such a thing.",
        apply=around(_undecodable_crashes),
    ),
    Fault(
        id="ENV-F20",
        title="The last page has no nextCursor",
        promises=("HALE-07",),
        mistake="Nulls are left out when JSON is written.",
        apply=answers(is_page, _without_null_cursor),
    ),
)
