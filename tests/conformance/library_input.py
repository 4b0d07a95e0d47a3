"""What the library takes for input, and what it refuses; `bugs` switch on small mistakes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

GENRES = ("novel", "poetry", "history")
DATE_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|[+-]\d\d:[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)


class Refusal(Exception):  # noqa: N818 - what it is
    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers


def text(raw: bytes) -> str:
    try:
        return unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        raise Refusal(404, "not_found", "There is no such path.") from None


def checked(request: Request, known: set[str], bugs: frozenset[str]) -> dict[str, str]:
    query: dict[str, str] = {}
    for part in filter(None, request.scope["query_string"].split(b"&")):
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        try:
            errors = "replace" if "replaces-bytes" in bugs else "strict"
            key = unquote_to_bytes(name).decode()
            found = unquote_to_bytes(value).decode(errors=errors)
        except UnicodeDecodeError:
            raise Refusal(400, "invalid_request", "The query is not UTF-8.") from None
        if "folds-names" in bugs and key.lower() in known:
            key = key.lower()
        campaign = "campaigns" in bugs and key.startswith("utm_")
        if campaign or ("dry-runs" in bugs and key == "dry_run"):
            continue
        if key not in known and "unknown-ignored" not in bugs:
            raise Refusal(400, "invalid_request", "A parameter is unknown.")
        if key in query and "last-wins" not in bugs:
            raise Refusal(400, "invalid_request", "A parameter is given twice.")
        if key in known:
            query[key] = found
    if "heads-begin" in bugs and request.method == "HEAD" and "after" in query:
        raise Refusal(400, "bad_cursor", "A walk begins with GET.")
    query = forgiven(query, bugs)
    if "genre" in query and query["genre"] not in GENRES and "open-enum" not in bugs:
        raise Refusal(400, "invalid_request", "There is no such genre.")
    if "strict-colons" in bugs and b":" in request.scope["query_string"]:
        raise Refusal(400, "invalid_request", "A colon is to be encoded.")
    if "updated_since" in query:
        moment(query["updated_since"])
    if "per_page" in query:
        integer(query["per_page"], bugs)
    return query


async def searched(request: Request, query: dict[str, str]) -> dict[str, str]:
    """A query with what a body in JSON says besides."""
    try:
        return {**await request.json(), **query}
    except ValueError:
        return query


def forgiven(query: dict[str, str], bugs: frozenset[str]) -> dict[str, str]:
    """What a server that means well makes of a query; one that does not refuses more."""
    since, author = query.get("updated_since", ""), query.get("author", "")
    if "dates-too" in bugs and len(since) == 10:
        query = {**query, "updated_since": f"{since}T00:00:00Z"}
    if "capitals-only" in bugs and since.upper() != since:
        raise Refusal(400, "invalid_request", "A moment is written in capitals.")
    if "points-and-commas" in bugs:
        query = {**query, **({"updated_since": since.replace(",", ".")} if since else {})}
    if "no-fractions" in bugs and "." in since:
        raise Refusal(400, "invalid_request", "No fractions.")
    if "six-digits" in bugs and re.search(r"\.\d{7}", since):
        raise Refusal(400, "invalid_request", "Microseconds are as fine as it gets.")
    if "letters-only" in bugs and author and not author.isalpha():
        raise Refusal(422 if "other-status" in bugs else 400, "invalid_request", "Letters only.")
    if "short-texts" in bugs and len(author) > 255:
        raise Refusal(400, "invalid_request", "Shorter, please.")
    if "ascii-only" in bugs and not author.isascii():
        raise Refusal(400, "invalid_request", "Our letters only.")
    return query


def integer(written: str, bugs: frozenset[str]) -> int:
    if "python-int" in bugs:
        try:
            return int(written)
        except ValueError:
            raise Refusal(400, "invalid_request", "per_page is no integer.") from None
    if not re.fullmatch(r"-?[0-9]{1,18}", written, re.ASCII):
        told = f"ValueError: {written!a}" if "tells-error" in bugs else "per_page is no integer."
        raise Refusal(400, "invalid_request", told)
    return int(written)


def moment(written: str) -> datetime:
    if not (match := DATE_TIME.fullmatch(written)):
        raise Refusal(400, "invalid_request", "That is no date-time.")
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    micros = int((match[7] or ".0")[1:7].ljust(6, "0"))
    zone = match[8]
    shift = timedelta() if zone in "Zz" else timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    if shift >= timedelta(hours=24):
        raise Refusal(400, "invalid_request", "There is no such offset.")
    try:
        local = datetime(year, month, day, hour, minute, second, micros, UTC)
        return local + shift if zone[0] == "-" else local - shift
    except (ValueError, OverflowError):
        raise Refusal(400, "invalid_request", "There is no such moment.") from None


def in_one_second(row: dict[str, str], edge: datetime, recent: float) -> bool:
    """Whether a row that changed lately did so within the second of a moment."""
    at = moment(row["updated_at"])
    return at.timestamp() > recent and at.replace(microsecond=0) == edge.replace(microsecond=0)
