"""What shows more faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import HOUR, Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _other(server: Running) -> Organization:
    return organization(server, "another")


def _lent(server: Running) -> object:
    org, other = _org(server), _other(server)
    other.verify()
    token = signed(org.claims(), org.verify())
    body = {"user_id": "user_123", "user_token": token}
    statuses = [one.post("/users/identify", body).status_code for one in (other, org, other)]
    server.advance(HOUR)
    return [*statuses, other.post("/users/identify", body).status_code]


def _emptied(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(role="", plan="gold"), org.verify())
    body = {"user_id": "user_123", "user_token": token, "role": "owner", "plan": "free"}
    user = org.accepted("/users/identify", body)["user"]
    return user["role"], user["plan"]


def _types(server: Running) -> object:
    org = _org(server)
    return [
        (answer.status_code, answer.headers["Content-Type"].partition(";")[0])
        for accept in ("text/event-stream", "*/*")
        for body in ({"message": ""}, {"message": "Hi"})
        for answer in [server.send("POST", "/chat/stream", org.key, {"Accept": accept}, json=body)]
    ]


def _strangers(server: Running) -> object:
    org, other = _org(server), _other(server)
    other.accepted("/users/identify", {"user_id": "theirs"})
    place = {"series_id": "onboarding", "action": "enroll"}
    return [
        org.post("/series", {**place, "user_id": user}).status_code
        for user in ("user_123", "theirs", "nobody")
    ]


def _spaced(server: Running) -> object:
    org = _org(server)
    statuses = [
        org.post(path, {"message": message}).status_code
        for path in ("/chat", "/chat/stream")
        for message in ("a" * 10_000 + " ", "a" * 10_001)
    ]
    return statuses, "4 characters" in org.accepted("/chat", {"message": " ab "})["reply"]


def _origins(server: Running) -> object:
    org = _org(server)
    return [
        server.send("POST", "/chat", org.key, {"Origin": origin}, json={"message": "a"}).headers[
            "Access-Control-Allow-Origin"
        ]
        for origin in ("https://example.com", "null")
    ]


def _clicked_twice(server: Running) -> object:
    org = _org(server)
    first, second = ({"name": "clicked", "metadata": {"on": name}} for name in ("buy", "cancel"))
    receipt = org.accepted("/events", {"events": [first, second, first]})
    return receipt["stored"], len(org.stored("events"))


def _configured(server: Running) -> object:
    org, other = _org(server), _other(server)
    asked = [
        server.get("/config", key, org_id=org.org_id).json()["agent"]["id"]
        for key in (None, org.key, other.key, "ab_live_unknown")
    ]
    return [agent == asked[0] for agent in asked]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F1909": Demonstration(_lent, [403, 200, 403, 403], [403, 200, 200, 403]),
    "JWT-F1910": Demonstration(_emptied, ("", "gold"), ("owner", "gold")),
    "SSE-F1911": Demonstration(
        _types,
        [(400, "application/json"), (200, "text/event-stream")] * 2,
        [
            (400, "text/event-stream"),
            (200, "text/event-stream"),
            (400, "application/json"),
            (200, "text/event-stream"),
        ],
    ),
    "TEN-F1912": Demonstration(_strangers, [200, 404, 404], [200, 200, 404]),
    "LIM-F1913": Demonstration(
        _spaced, ([400, 400, 400, 400], True), ([200, 400, 200, 400], False)
    ),
    "COR-F1914": Demonstration(_origins, ["*", "*"], ["*", "null"]),
    "LIF-F1915": Demonstration(_clicked_twice, (3, 3), (2, 2)),
    "TEN-F1916": Demonstration(_configured, [True] * 4, [True, True, False, True]),
}
