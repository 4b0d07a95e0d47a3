"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import HOUR, Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _elsewhere(server: Running) -> object:
    org, other = _org(server), organization(server, "globex")
    token = signed(org.claims(), org.verify())
    other.verify()
    body = {"user_id": "user_123", "user_token": token}
    statuses = [one.post("/users/identify", body).status_code for one in (other, org, other)]
    server.advance(HOUR)
    return [*statuses, other.post("/users/identify", body).status_code]


def _empty_claims(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(plan="", role="owner"), org.verify())
    body = {"user_id": "user_123", "user_token": token, "role": "member", "plan": "gold"}
    user = org.accepted("/users/identify", body)["user"]
    return user["role"], user["plan"]


def _after_history(server: Running) -> object:
    org = _org(server)
    org.accepted("/chat", {"message": "And now?"})
    ask = {"message": "And now?", "history": [{"role": "user", "content": "Hi"}]}
    _, done = org.accepted("/chat/stream", ask)[-1]
    same = [org.accepted("/chat", ask) == done]
    server.advance(60)
    return [*same, org.accepted("/chat", ask) == done]


def _large_batch(server: Running) -> object:
    org = _org(server)
    event = {"name": "a", "metadata": {"a": "a" * 9_000}}
    statuses = [org.post("/events", {"events": [event] * count}).status_code for count in (11, 100)]
    return statuses, len(org.stored("events"))


def _grown(server: Running) -> object:
    org = _org(server)
    return [
        org.post(
            "/companies/identify", {"company_id": "c", "traits": {name: "a" * 30_000}}
        ).status_code
        for name in ("first", "second", "first")
    ]


def _nameless(server: Running) -> object:
    org = _org(server)
    header = "Access-Control-Allow-Origin"
    return [
        server.send("POST", path, org.key, {"Origin": origin}, json={"message": "Hi"}).headers.get(
            header
        )
        for path in ("/chat", "/chat/stream")
        for origin in ("null", "https://example.com")
    ]


def _configured(server: Running) -> object:
    org, other = _org(server), organization(server, "globex")
    agents = [
        server.get("/config", key, org_id=org.org_id).json()["agent"]["id"]
        for key in (None, org.key, other.key)
    ]
    return [agent == agents[0] for agent in agents]


def _once_more(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "onboarding", "user_id": "user_123"}
    return [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("enroll", "enroll", "remove", "enroll")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F2609": Demonstration(_elsewhere, [403, 200, 403, 403], [403, 200, 200, 403]),
    "JWT-F2610": Demonstration(_empty_claims, ("owner", ""), ("owner", "gold")),
    "SSE-F2611": Demonstration(_after_history, [True, True], [False, True]),
    "LIM-F2612": Demonstration(_large_batch, ([200, 200], 111), ([200, 400], 11)),
    "LIM-F2613": Demonstration(_grown, [200, 200, 200], [200, 400, 200]),
    "COR-F2614": Demonstration(_nameless, ["*", "*", "*", "*"], [None, "*", None, "*"]),
    "TEN-F2615": Demonstration(_configured, [True, True, True], [True, True, False]),
    "LIF-F2616": Demonstration(_once_more, [True, True, False, True], [True, True, False, False]),
}
