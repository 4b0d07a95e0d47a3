"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _both_names(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(sub="user_456"), org.verify())
    return [
        org.post("/users/identify", {"user_id": user, "user_token": token}).status_code
        for user in ("user_123", "user_456")
    ]


def _false_traits(server: Running) -> object:
    org = _org(server)
    for traits in ({"seats": 5, "active": True, "city": "Lisbon"}, {"seats": 0, "active": False}):
        user = org.accepted("/users/identify", {"user_id": "u", "traits": traits})["user"]
    return user["traits"]


def _payloads(server: Running) -> object:
    org = _org(server)
    statuses = []
    for traits, context in ((19_000, 900), (19_000, 19_000), (20_001, 0)):
        body = {"user_id": "u", "traits": {"a": "a" * traits}, "context": {"b": "b" * context}}
        statuses.append(org.post("/users/identify", body).status_code)
    return statuses


def _twins(server: Running) -> object:
    org = _org(server)
    clicked = {"name": "clicked", "metadata": {"on": "buy"}}
    answer = org.accepted("/events", {"events": [clicked, {"name": "left"}, clicked]})
    return answer["stored"], len(org.stored("events"))


def _after_an_error(server: Running) -> object:
    org = _org(server)
    told = []
    for fails_after in (-1, 1):
        org.agent(fails_after=fails_after)
        events = org.accepted("/chat/stream", {"message": "A refund?"})
        told.append([name for name, _ in events])
    return told


def _origins(server: Running) -> object:
    org = _org(server)
    return [
        server.get("/config", None, org_id=org.org_id).headers["Access-Control-Allow-Origin"],
        server.send("POST", "/chat", None, {"Origin": "https://shop.example"}).headers[
            "Access-Control-Allow-Origin"
        ],
    ]


def _enrolled_again(server: Running) -> object:
    org = _org(server)
    org.accepted("/users/identify", {"user_id": "new"})
    place = {"series_id": "onboarding", "user_id": "new"}
    return [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("remove", "enroll", "enroll", "remove", "enroll")
    ]


def _config_with_keys(server: Running) -> object:
    org = _org(server)
    return [
        server.get("/config", key, org_id=org.org_id).status_code
        for key in (None, org.key, "ab_live_unknown")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F4709": Demonstration(_both_names, [200, 403], [403, 200]),
    "STA-F4710": Demonstration(
        _false_traits,
        {"seats": 0, "active": False, "city": "Lisbon"},
        {"seats": 5, "active": True, "city": "Lisbon"},
    ),
    "LIM-F4711": Demonstration(_payloads, [200, 400, 400], [200, 200, 400]),
    "STA-F4712": Demonstration(_twins, (3, 3), (2, 2)),
    "SSE-F4713": Demonstration(
        _after_an_error,
        [["delta", "delta", "delta", "done"], ["delta", "error"]],
        [["delta", "delta", "delta", "done"], ["delta", "error", "done"]],
    ),
    "COR-F4714": Demonstration(_origins, ["*", "*"], ["*", "https://shop.example"]),
    "LIF-F4715": Demonstration(
        _enrolled_again, [False, True, True, False, True], [False, True, True, False, False]
    ),
    "AUT-F4716": Demonstration(_config_with_keys, [200, 200, 200], [200, 200, 401]),
}
