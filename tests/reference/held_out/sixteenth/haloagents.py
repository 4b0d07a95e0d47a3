"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _after_expiry(server: Running) -> object:
    org = _org(server)
    secret = org.verify()
    used, unused = (signed(org.claims(exp=int(org.now()) + 60, role=r), secret) for r in "ab")
    statuses = []
    for wait, token in ((0, used), (61, used), (0, unused), (300, used)):
        server.advance(wait)
        body = {"message": "Hello", "user_id": "user_123", "user_token": token}
        statuses.append(org.post("/chat", body).status_code)
    return statuses


def _second_time(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(user_id="new", role="owner"), org.verify())
    body = {"user_id": "new", "user_token": token, "role": "admin"}
    return [org.accepted("/users/identify", body)["user"]["role"] for _ in range(2)]


def _asked_again(server: Running) -> object:
    org = _org(server)
    asked = [org.accepted("/chat/stream", {"message": "A refund?"}) for _ in range(2)]
    return [len(events) > len(("delta", "done")) for events in asked]


def _traits_of_two_calls(server: Running) -> object:
    org = _org(server)
    return [
        org.post(
            "/companies/identify", {"company_id": "new", "traits": {name: "a" * 30_000}}
        ).status_code
        for name in ("a", "a", "b")
    ]


def _origins(server: Running) -> object:
    org = _org(server)
    return [
        server.send(
            "POST", "/chat", org.key, {"Origin": origin}, json={"message": "Hello"}
        ).headers.get("Access-Control-Allow-Origin")
        for origin in ("https://example.com", "null")
    ]


def _names(server: Running) -> object:
    org = _org(server)
    for traits in ({"Seats": 1}, {"seats": 2}):
        body = {"user_id": "new", "traits": traits}
        user = org.accepted("/users/identify", body)["user"]
    return user["traits"]


def _configuration(server: Running) -> object:
    org = _org(server)
    return [
        server.get("/config", key, org_id=org.org_id).status_code
        for key in (None, org.key, "ab_live_unknown")
    ]


def _enrolled(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "onboarding", "user_id": "user_123"}
    return [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("remove", "enroll", "remove", "enroll")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F2709": Demonstration(_after_expiry, [200, 403, 403, 403], [200, 200, 403, 403]),
    "JWT-F2710": Demonstration(_second_time, ["owner", "owner"], ["owner", "admin"]),
    "SSE-F2711": Demonstration(_asked_again, [True, True], [True, False]),
    "LIM-F2712": Demonstration(_traits_of_two_calls, [200, 200, 200], [200, 200, 400]),
    "COR-F2713": Demonstration(_origins, ["*", "*"], ["*", None]),
    "LIF-F2714": Demonstration(_names, {"Seats": 1, "seats": 2}, {"Seats": 2}),
    "AUT-F2715": Demonstration(_configuration, [200, 200, 200], [200, 200, 401]),
    "LIF-F2716": Demonstration(_enrolled, [False, True, False, True], [False, True, False, False]),
}
