"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _token_of_another(server: Running) -> object:
    one, other = _org(server), organization(server, "other")
    other.verify()
    body = {"user_id": "user_123", "user_token": signed(one.claims(), one.verify())}
    return [org.post("/users/identify", body).status_code for org in (other, one, other)]


def _empty_claims(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(role="owner", plan=""), org.verify())
    body = {"user_id": "user_123", "user_token": token, "role": "member", "plan": "gold"}
    user = org.accepted("/users/identify", body)["user"]
    return user["role"], user["plan"]


def _broken_off(server: Running) -> object:
    org = _org(server)
    seen = []
    for pieces in (0, 1):
        org.agent(fails_after=pieces)
        seen.append(org.post("/chat", {"message": "A refund?"}).status_code)
    return seen, [name for name, _ in org.accepted("/chat/stream", {"message": "A refund?"})]


def _company_in_parts(server: Running) -> object:
    org = _org(server)
    return [
        org.post(
            "/companies/identify", {"company_id": "c", "traits": {name: "a" * 30_000}}
        ).status_code
        for name in ("one", "one", "two")
    ]


def _enrolled_again(server: Running) -> object:
    org = _org(server)
    org.accepted("/users/identify", {"user_id": "user_123"})
    place = {"series_id": "onboarding", "user_id": "user_123"}
    return [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("remove", "enroll", "remove", "enroll")
    ]


def _allowed_origins(server: Running) -> object:
    org = _org(server)
    origin = {"Origin": "https://shop.example"}
    return [
        server.send("POST", "/chat", org.key, headers, json={"message": "Hi"}).headers[
            "Access-Control-Allow-Origin"
        ]
        for headers in (origin, {**origin, "Cookie": "seen=1"})
    ]


def _twins(server: Running) -> object:
    org = _org(server)
    events = [{"name": "clicked"}, {"name": "viewed"}, {"name": "clicked"}]
    return org.accepted("/events", {"events": events})["stored"], len(org.stored("events"))


def _config_with_keys(server: Running) -> object:
    org = _org(server)
    return [
        server.get("/config", key, org_id=org.org_id).status_code
        for key in (None, org.key, "ab_live_nobodys")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F3509": Demonstration(_token_of_another, [403, 200, 403], [403, 200, 200]),
    "JWT-F3510": Demonstration(_empty_claims, ("owner", ""), ("owner", "gold")),
    "SSE-F3511": Demonstration(
        _broken_off, ([500, 500], ["delta", "error"]), ([500, 200], ["delta", "done"])
    ),
    "LIM-F3512": Demonstration(_company_in_parts, [200, 200, 200], [200, 200, 400]),
    "LIF-F3513": Demonstration(
        _enrolled_again, [False, True, False, True], [False, True, False, False]
    ),
    "COR-F3514": Demonstration(_allowed_origins, ["*", "*"], ["*", "https://shop.example"]),
    "STA-F3515": Demonstration(_twins, (3, 3), (2, 2)),
    "AUT-F3516": Demonstration(_config_with_keys, [200, 200, 200], [200, 200, 401]),
}
