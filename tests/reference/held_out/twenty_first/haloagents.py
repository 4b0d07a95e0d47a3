"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _named_by_sub(server: Running) -> object:
    org = _org(server)
    secret = org.verify()
    tokens = [
        signed({"sub": "user_123", "exp": int(org.now()) + 60, **claims}, secret)
        for claims in ({}, {"user_id": ""}, {"user_id": "user_124"})
    ]
    return [
        org.post("/users/identify", {"user_id": "user_123", "user_token": token}).status_code
        for token in tokens
    ]


def _expired(server: Running) -> object:
    org = _org(server)
    secret = org.verify()
    used, unused = (
        signed({"user_id": "user_123", "exp": int(org.now()) + 60, "plan": plan}, secret)
        for plan in ("pro", "free")
    )
    statuses = []
    for token, wait in ((used, 0), (used, 61), (unused, 0), (used, 540)):
        server.advance(wait)
        body = {"message": "Hi", "user_id": "user_123", "user_token": token}
        statuses.append(org.post("/chat", body).status_code)
    return statuses


def _configured(server: Running) -> object:
    org = _org(server)
    keys = (None, org.key, "ab_live_unknown")
    return [server.get("/config", key, org_id=org.org_id).status_code for key in keys]


def _spaced(server: Running) -> object:
    org = _org(server)
    same = []
    for message in ("Hi", "  Hi\n"):
        _, done = org.accepted("/chat/stream", {"message": message})[-1]
        same.append(done == org.accepted("/chat", {"message": message}))
    return same


def _two_halves(server: Running) -> object:
    org = _org(server)
    return [
        org.post(
            "/companies/identify", {"company_id": company, "traits": {name: "a" * 30_000}}
        ).status_code
        for company, name in (("c", "one"), ("c", "two"), ("d", "two"), ("c", "one"))
    ]


def _emptied(server: Running) -> object:
    org = _org(server)
    for traits in ({"seats": 0}, {"seats": 5, "trial": True}, {"seats": 0, "trial": False}):
        body = {"user_id": "new", "traits": traits}
        user = org.accepted("/users/identify", body)["user"]
    return user["traits"]


def _known_elsewhere(server: Running) -> object:
    org, other = _org(server), organization(server, "globex")
    place = {"series_id": "onboarding", "action": "enroll"}
    other.accepted("/users/identify", {"user_id": "theirs"})
    statuses = [
        org.post("/series", {**place, "user_id": user}).status_code
        for user in ("theirs", "nobody", "user_123")
    ]
    return statuses, [row["user_id"] for row in org.stored("enrollments")]


def _origins(server: Running) -> object:
    org = _org(server)
    origin = {"Origin": "https://shop.example"}
    return [
        server.send("GET", "/config", None, headers, params={"org_id": org.org_id}).headers[
            "Access-Control-Allow-Origin"
        ]
        for headers in (origin, {**origin, "Cookie": "a=b"})
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F4209": Demonstration(_named_by_sub, [200, 403, 403], [200, 200, 403]),
    "JWT-F4210": Demonstration(_expired, [200, 403, 403, 403], [200, 200, 403, 403]),
    "AUT-F4211": Demonstration(_configured, [200, 200, 200], [200, 200, 401]),
    "SSE-F4212": Demonstration(_spaced, [True, True], [True, False]),
    "LIM-F4213": Demonstration(_two_halves, [200, 200, 200, 200], [200, 400, 200, 200]),
    "LIF-F4214": Demonstration(_emptied, {"seats": 0, "trial": False}, {"seats": 5, "trial": True}),
    "TEN-F4215": Demonstration(
        _known_elsewhere, ([404, 404, 200], ["user_123"]), ([200, 404, 200], ["theirs", "user_123"])
    ),
    "COR-F4216": Demonstration(_origins, ["*", "*"], ["*", "https://shop.example"]),
}
