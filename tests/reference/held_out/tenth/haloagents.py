"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import HOUR, Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration

_ORIGIN = "Access-Control-Allow-Origin"
_QUESTION = {"message": "How long does a refund take?"}


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _signatures(server: Running) -> object:
    org = _org(server)
    good = signed(org.claims(), org.verify())
    forged = good.rpartition(".")[0] + "." + "A" * 43
    answers = [
        org.post("/users/identify", {"user_id": "user_123", "user_token": token}).status_code
        for token in (forged, good, forged)
    ]
    server.advance(HOUR)
    late = org.post("/users/identify", {"user_id": "user_123", "user_token": forged})
    return [*answers, late.status_code]


def _sizes(server: Running) -> object:
    org = _org(server)
    large = "a" * (20_000 - len('{"a":""}') - len("{}"))
    return [
        org.post("/users/identify", {"user_id": user, "traits": {name: large}}).status_code
        for user, name in (("new", "a"), ("new", "a"), ("new", "b"), ("newer", "b"))
    ]


def _streamed(org: Organization) -> tuple[bool, str]:
    """Ask; return whether the stream ends with what it said, and how."""
    *deltas, (name, ended) = org.accepted("/chat/stream", _QUESTION)
    return "".join(delta["text"] for _, delta in deltas) == ended.get("reply"), name


def _broken_off(server: Running) -> object:
    org = _org(server)
    first = _streamed(org)
    org.agent(fails_after=2)
    broken = _streamed(org)
    org.agent(fails_after=-1)
    return [first, broken, _streamed(org), _streamed(org)]


def _origins(server: Running) -> object:
    org = _org(server)
    return [
        org.post(path, _QUESTION).headers.get_list(_ORIGIN) for path in ("/chat/stream", "/chat")
    ]


def _configured(server: Running) -> object:
    org = _org(server)
    return [
        server.get("/config", key, org_id=org.org_id).status_code
        for key in (None, org.key, "ab_live_unknown")
    ]


def _falsy(server: Running) -> object:
    org = _org(server)
    for traits in (
        {"a": 1, "b": True, "c": "d", "e": 2},
        {"a": 0, "b": False, "c": "", "e": 3, "f": 0},
    ):
        user = org.accepted("/users/identify", {"user_id": "new", "traits": traits})["user"]
        body = {"company_id": "new", "traits": traits}
        company = org.accepted("/companies/identify", body)["company"]
    return user["traits"], company["traits"]


def _stored(server: Running) -> object:
    org = _org(server)
    viewed, clicked = {"name": "viewed", "metadata": {"page": "/"}}, {"name": "clicked"}
    batches = ([viewed, clicked, viewed], [viewed, clicked], [viewed] * 101)
    answers = [org.post("/events", {"events": batch}) for batch in batches]
    return [answer.json().get("stored") for answer in answers], len(org.stored("events"))


def _slashes(server: Running) -> object:
    org = _org(server)
    answers = [server.post(path, org.key, _QUESTION) for path in ("/chat/", "/chat", "/none/")]
    return [answer.status_code for answer in answers], "error" in answers[0].text


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F1809": Demonstration(_signatures, [403, 200, 403, 403], [403, 200, 200, 403]),
    "LIM-F1810": Demonstration(_sizes, [200, 200, 200, 200], [200, 200, 400, 200]),
    "SSE-F1811": Demonstration(
        _broken_off,
        [(True, "done"), (False, "error"), (True, "done"), (True, "done")],
        [(True, "done"), (False, "error"), (False, "done"), (True, "done")],
    ),
    "COR-F1812": Demonstration(_origins, [["*"], ["*"]], [["*", "*"], ["*"]]),
    "AUT-F1813": Demonstration(_configured, [200, 200, 200], [200, 200, 401]),
    "LIF-F1814": Demonstration(
        _falsy,
        ({"a": 0, "b": False, "c": "", "e": 3, "f": 0},) * 2,
        ({"a": 1, "b": True, "c": "d", "e": 3, "f": 0},) * 2,
    ),
    "SCH-F1815": Demonstration(_stored, ([3, 2, None], 5), ([2, 2, None], 4)),
    "STA-F1816": Demonstration(_slashes, ([404, 200, 404], True), ([307, 200, 404], False)),
}
