"""Planted faults of CORS."""

from collections.abc import Callable, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.faults.composition import answers, around, reheading, wrapped
from reference.faults.exchange import Answered, Ask, Asked, Reheading
from reference.faults.fault import Fault
from reference.haloagents.parts import Parts

_ORIGIN = "access-control-allow-origin"
_CREDENTIALS = "access-control-allow-credentials"
_HEADERS = "access-control-allow-headers"
_METHODS = "access-control-allow-methods"

Apply = Callable[[Parts], Parts]
Headers = Mapping[str, str]


def _without_origin(applies: Callable[[int, Headers], bool]) -> Apply:
    """Leave CORS out of the answers with some statuses and headers."""

    def rehead(start: Message, headers: dict[str, str]) -> dict[str, str]:
        is_left_out = applies(start["status"], headers)
        return {k: v for k, v in headers.items() if k != _ORIGIN} if is_left_out else headers

    return reheading(rehead)


def is_preflight(asked: Asked) -> bool:
    """Whether a request is a preflight."""
    return asked.method == "OPTIONS" and "access-control-request-method" in asked.headers


def _of_preflights(change: Callable[[Answered], Answered]) -> Apply:
    return answers(lambda asked, _: is_preflight(asked), change)


def _reflecting(app: ASGIApp) -> ASGIApp:
    async def reflected(scope: Scope, receive: Receive, send: Send) -> None:
        origin = dict(scope["headers"]).get(b"origin", b"").decode("latin-1")

        def rehead(_start: Message, headers: dict[str, str]) -> dict[str, str]:
            if not origin or _ORIGIN not in headers:
                return headers
            return {**headers, _ORIGIN: origin, _CREDENTIALS: "true"}

        await Reheading(app, rehead)(scope, receive, send)

    return reflected


async def _preflight_needs_key(ask: Ask, asked: Asked) -> Answered:
    if is_preflight(asked) and "authorization" not in asked.headers:
        refused = Answered(401, {"content-type": "application/json", _ORIGIN: "*"}, b"")
        answer = refused.with_json({"error": "Send a valid publishable key."})
        return answer.with_header("www-authenticate", "Bearer")
    return await ask(asked)


def _only_if_asked(app: ASGIApp) -> ASGIApp:
    async def shown(scope: Scope, receive: Receive, send: Send) -> None:
        has_origin = any(name == b"origin" for name, _ in scope["headers"])

        def rehead(_start: Message, headers: dict[str, str]) -> dict[str, str]:
            return headers if has_origin else {k: v for k, v in headers.items() if k != _ORIGIN}

        await Reheading(app, rehead)(scope, receive, send)

    return shown


def _is_stream(status: int, headers: Headers) -> bool:
    return status == 200 and headers.get("content-type", "").startswith("text/event-stream")


def _allowing(headers: str) -> Callable[[Answered], Answered]:
    return lambda answered: answered.with_header(_HEADERS, headers)


FAULTS: tuple[Fault[Parts], ...] = (
    Fault(
        id="COR-F01",
        title="A 401 has no CORS header",
        promises=("HALO-06",),
        mistake="Authentication stands outside of the CORS middleware.",
        apply=_without_origin(lambda status, _: status == 401),
    ),
    Fault(
        id="COR-F02",
        title="An unknown route has no CORS header",
        promises=("HALO-06",),
        mistake="CORS is set up route by route.",
        apply=_without_origin(lambda status, _: status == 404),
    ),
    Fault(
        id="COR-F03",
        title="A stream has no CORS header",
        promises=("HALO-06", "HALO-11"),
        mistake="Streams are made by hand, past the middleware.",
        apply=_without_origin(_is_stream),
    ),
    Fault(
        id="COR-F04",
        title="A 400 has no CORS header",
        promises=("HALO-06",),
        mistake="Validation stands outside of the CORS middleware.",
        apply=_without_origin(lambda status, _: status == 400),
    ),
    Fault(
        id="COR-F05",
        title="A crash has no CORS header",
        promises=("HALO-06",),
        mistake="The outermost handler knows nothing of CORS.",
        apply=_without_origin(lambda status, _: status >= 500),
    ),
    Fault(
        id="COR-F06",
        title="A preflight needs a key",
        promises=("HALO-06",),
        mistake="Authentication stands before the preflight is answered.",
        apply=around(_preflight_needs_key),
    ),
    Fault(
        id="COR-F07",
        title="A preflight does not allow Authorization",
        promises=("HALO-06",),
        mistake="Only Content-Type was thought of.",
        apply=_of_preflights(_allowing("Content-Type")),
    ),
    Fault(
        id="COR-F08",
        title="A preflight allows all headers by *, which leaves out Authorization",
        promises=("HALO-06",),
        mistake="* was thought to mean all (the Fetch standard excepts Authorization).",
        apply=_of_preflights(_allowing("*")),
    ),
    Fault(
        id="COR-F09",
        title="The origin is reflected, with credentials",
        promises=("HALO-06",),
        mistake="A snippet from a forum.",
        apply=wrapped(_reflecting),
    ),
    Fault(
        id="COR-F10",
        title="A preflight is 405",
        promises=("HALO-06",),
        mistake="OPTIONS is no method of the routes.",
        apply=_of_preflights(
            lambda answered: answered.with_status(405).with_json({"error": "Method not allowed."})
        ),
    ),
    Fault(
        id="COR-F11",
        title="A preflight allows GET only",
        promises=("HALO-06",),
        mistake="The default of the CORS middleware.",
        apply=_of_preflights(lambda answered: answered.with_header(_METHODS, "GET, HEAD")),
    ),
    Fault(
        id="COR-F12",
        title="The CORS header has * twice",
        promises=("HALO-06",),
        mistake="Both the app and the proxy add it.",
        apply=reheading(lambda _, headers: {**headers, _ORIGIN: "*, *"}),
    ),
    Fault(
        id="COR-F13",
        title="The CORS header is there for requests with an Origin only",
        promises=("HALO-06",),
        mistake="The default of the CORS middleware.",
        apply=wrapped(_only_if_asked),
    ),
)
