"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _token_of_another(server: Running) -> object:
    org, other = _org(server), organization(server, "globex")
    secret = org.verify()
    other.verify()
    used, unused = (signed(org.claims(role=role), secret) for role in ("member", "owner"))
    return [
        caller.post("/users/identify", {"user_id": "user_123", "user_token": token}).status_code
        for caller, token in ((other, used), (org, used), (other, used), (other, unused))
    ]


def _allowed_origins(server: Running) -> object:
    org = _org(server)
    origin = {"Origin": "https://shop.example"}
    return [
        server.send("POST", "/events", org.key, headers, json={"events": [{"name": "a"}]}).headers[
            "Access-Control-Allow-Origin"
        ]
        for headers in (origin, {"Cookie": "a=b"}, {**origin, "Cookie": "a=b"})
    ]


def _lines(server: Running) -> object:
    org = _org(server)
    return [
        org.post(path, {"message": "Hi", "behavior_context": text}).status_code
        for path in ("/chat", "/chat/stream")
        for text in ("a" * 4_999 + "\r\n", "a" * 5_000 + "\r\n", "a" * 5_000 + "\n")
    ]


def _dotted(server: Running) -> object:
    org = _org(server)
    traits = [
        {"address": {"zip": "1000"}, "a.b": 1},
        {"address.city": "Lisbon"},
    ]
    return [
        org.accepted("/users/identify", {"user_id": "new", "traits": sent})["user"]["traits"]
        for sent in traits
    ]


def _enrolled(server: Running) -> object:
    org = _org(server)
    statuses = []
    for named in ("other", "new"):
        org.accepted("/events", {"user_id": named, "events": [{"name": "a"}]})
        place = {"series_id": "onboarding", "user_id": "new", "action": "enroll"}
        statuses.append(org.post("/series", place).status_code)
    return statuses


def _tickets(server: Running) -> object:
    org, other = _org(server), organization(server, "globex")
    ticket = {"user_id": "user_123", "subject": "Refund", "description": "Where is it?"}
    ids = [
        caller.accepted("/tickets/create", sent)["ticket_id"]
        for caller, sent in (
            (org, ticket),
            (other, ticket),
            (other, {**ticket, "subject": "Refunds"}),
        )
    ]
    stored = len(org.stored("tickets")), len(other.stored("tickets"))
    server.advance(10)
    ids.append(other.accepted("/tickets/create", ticket)["ticket_id"])
    return len(set(ids)), stored


def _accepted(server: Running) -> object:
    org = _org(server)
    types = ("application/json", "text/event-stream, application/json", "*/*")
    return [
        server.send("POST", "/chat/stream", org.key, {"Accept": accept}, json={"message": "Hi"})
        .headers["Content-Type"]
        .partition(";")[0]
        for accept in types
    ]


def _configured(server: Running) -> object:
    org, other = _org(server), organization(server, "globex")
    own = server.get("/config", None, org_id=org.org_id).json()
    return [
        server.get("/config", key, org_id=other.org_id).json() == own
        for key in (None, other.key, org.key)
    ]


_STREAM = "text/event-stream"

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F4609": Demonstration(_token_of_another, [403, 200, 403, 403], [403, 200, 200, 403]),
    "COR-F4610": Demonstration(
        _allowed_origins, ["*", "*", "*"], ["*", "*", "https://shop.example"]
    ),
    "LIM-F4611": Demonstration(_lines, [400, 400, 400] * 2, [200, 400, 400] * 2),
    "STA-F4612": Demonstration(
        _dotted,
        [
            {"address": {"zip": "1000"}, "a.b": 1},
            {"address": {"zip": "1000"}, "a.b": 1, "address.city": "Lisbon"},
        ],
        [
            {"address": {"zip": "1000"}, "a.b": 1},
            {"address": {"zip": "1000", "city": "Lisbon"}, "a.b": 1},
        ],
    ),
    "STA-F4613": Demonstration(_enrolled, [404, 404], [404, 200]),
    "STA-F4614": Demonstration(_tickets, (4, (1, 2)), (3, (1, 1))),
    "SSE-F4615": Demonstration(
        _accepted, [_STREAM, _STREAM, _STREAM], ["application/json", _STREAM, _STREAM]
    ),
    "AUT-F4616": Demonstration(_configured, [False, False, False], [False, False, True]),
}
