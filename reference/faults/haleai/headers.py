"""Planted faults of methods and headers."""

from dataclasses import replace

from reference.faults.composition import answers, around, errors_of
from reference.faults.exchange import Answered, Ask, Asked, refusal
from reference.faults.fault import Fault
from reference.faults.haleai.composition import Apply, is_detail, is_list
from reference.haleai.parts import Parts

_WRITES = {"POST", "PUT", "PATCH", "DELETE"}


def _everywhere(name: str, value: str) -> Apply:
    return answers(lambda *_: True, lambda answered: answered.with_header(name, value))


async def _takes_writes(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if answered.status != 405 or asked.method not in _WRITES:
        return answered
    return refusal(200, "", "").with_json({"data": {}})


async def _deletes(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    if asked.method != "DELETE" or not is_detail(asked.path):
        return answered
    return Answered(204, {}, b"")


async def _head_refused(ask: Ask, asked: Asked) -> Answered:
    if asked.method != "HEAD" or not (is_list(asked.path) or is_detail(asked.path)):
        return await ask(asked)
    return await ask(replace(asked, method="POST"))


async def _method_overridden(ask: Ask, asked: Asked) -> Answered:
    answered = await ask(asked)
    return await ask(replace(asked, method="GET")) if answered.status == 405 else answered


def _is_preflight(asked: Asked) -> bool:
    return asked.method == "OPTIONS" and "access-control-request-method" in asked.headers


def _is_no_path(asked: Asked) -> bool:
    return not is_list(asked.path) and not is_detail(asked.path)


def _has_no_key(asked: Asked, answered: Answered) -> bool:
    return answered.status == 405 and asked.method in _WRITES and not asked.token


def _wrong_method_not_found(_answered: Answered) -> Answered:
    return refusal(404, "not_found", "There is nothing here.")


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="STA-F07",
        title="Writes are taken, and do nothing",
        promises=("HALE-01",),
        mistake="A catch-all handler answers every method.",
        apply=around(_takes_writes),
    ),
    Fault(
        id="STA-F08",
        title="A wrong method is 404",
        promises=("HALE-01",),
        mistake="Routes are looked up by path and method at once.",
        apply=errors_of(405, _wrong_method_not_found),
    ),
    Fault(
        id="STA-F09",
        title="DELETE of a row is 204, without a key too",
        promises=("HALE-01", "HALE-02"),
        mistake="An internal route is reachable from outside.",
        apply=around(_deletes),
    ),
    Fault(
        id="STA-F10",
        title="Any method is answered as GET",
        promises=("HALE-01",),
        mistake="The handler does not look at the method.",
        apply=around(_method_overridden),
    ),
    Fault(
        id="HDR-F01",
        title="A 401 has no WWW-Authenticate",
        promises=("HALE-02",),
        mistake="The header was forgotten.",
        apply=errors_of(401, lambda answered: answered.without_header("www-authenticate")),
    ),
    Fault(
        id="HDR-F02",
        title="Answers may be cached by everyone",
        promises=("HALE-04",),
        mistake="A default for static files holds for the API too.",
        apply=_everywhere("cache-control", "public, max-age=60"),
    ),
    Fault(
        id="HDR-F03",
        title="A 405 has no Allow",
        promises=("HALE-01",),
        mistake="The header was forgotten.",
        apply=errors_of(405, lambda answered: answered.without_header("allow")),
    ),
    Fault(
        id="HDR-F04",
        title="A 405 allows methods that are not there",
        promises=("HALE-01",),
        mistake="The header is a constant.",
        apply=errors_of(405, lambda answered: answered.with_header("allow", "GET, POST, DELETE")),
    ),
    Fault(
        id="HDR-F05",
        title="HEAD is 405",
        promises=("HALE-01",),
        mistake="The router knows GET only.",
        apply=around(_head_refused),
    ),
    Fault(
        id="HDR-F06",
        title="Every answer names the server's version",
        promises=("HALE-09",),
        mistake="A default was left on.",
        apply=_everywhere("server", "haleai-api/1.8.2 (Python 3.11.7)"),
    ),
    Fault(
        id="STA-F4121",
        title="What a browser asks before a page's call for a row is answered with 204",
        promises=("HALE-01",),
        mistake="The proxy answers for every path that has an id.",
        apply=answers(
            lambda asked, _: _is_preflight(asked) and is_detail(asked.path),
            lambda _: Answered(204, {}, b""),
        ),
    ),
    Fault(
        id="STA-F4122",
        title="What a browser asks before a page's call is refused without Allow",
        promises=("HALE-01",),
        mistake="Preflights are refused before there is a route.",
        apply=answers(
            lambda asked, answered: _is_preflight(asked) and answered.status == 405,
            lambda answered: answered.without_header("allow"),
        ),
    ),
    Fault(
        id="STA-F4123",
        title="What a browser asks before a page's call for an unknown path is 405",
        promises=("HALE-01", "HALE-09"),
        mistake="Preflights are refused before there is a route.",
        apply=answers(
            lambda asked, _: _is_preflight(asked) and _is_no_path(asked),
            lambda _: refusal(405, "method_not_allowed", "OPTIONS is not allowed here."),
        ),
    ),
    Fault(
        id="STA-F4124",
        title="Without a key, a write is 403",
        promises=("HALE-01", "HALE-09"),
        mistake="A firewall before the server asks strangers that write to go.",
        apply=answers(_has_no_key, lambda _: refusal(403, "forbidden", "This is not for you.")),
    ),
)
