"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _empty_claims(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(role="", plan="gold"), org.verify())
    body = {"user_id": "user_123", "user_token": token, "role": "admin", "plan": "free"}
    user = org.accepted("/users/identify", body)["user"]
    return user["role"], user["plan"]


def _elsewhere(server: Running) -> object:
    own, other = _org(server), organization(server, "other")
    token = signed(own.claims(), own.verify())
    other.verify()
    ask = {"message": "Hi", "user_id": "user_123", "user_token": token}
    return [org.post("/chat", ask).status_code for org in (other, own, other)]


def _broken_off(server: Running) -> object:
    org = _org(server)
    statuses = []
    for fails_after in (0, 2):
        org.agent(fails_after=fails_after)
        statuses.append(org.post("/chat", {"message": "refund"}).status_code)
    return statuses


def _full_history(server: Running) -> object:
    org = _org(server)
    said = {"role": "user", "content": "Hi"}
    replies = [
        org.accepted("/chat", {"message": "And now?", "history": [said] * count})["reply"]
        for count in (49, 50)
    ]
    return [reply.partition("follows ")[2].partition(" ")[0] for reply in replies]


def _failing_stream(server: Running) -> object:
    org = _org(server)
    org.agent(fails_after=1)
    return [name for name, _ in org.accepted("/chat/stream", {"message": "refund"})]


def _equal_events(server: Running) -> object:
    org = _org(server)
    event = {"name": "clicked", "metadata": {"button": "buy"}}
    stored = org.accepted("/events", {"events": [event, {"name": "left"}, event]})["stored"]
    return stored, len(org.stored("events"))


def _back_again(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "onboarding", "user_id": "user_123"}
    return [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("enroll", "remove", "enroll")
    ]


def _null_origin(server: Running) -> object:
    org = _org(server)
    return [
        server.send("POST", path, org.key, {"Origin": origin}, json={"message": "Hi"}).headers.get(
            "Access-Control-Allow-Origin"
        )
        for path in ("/chat", "/chat/stream")
        for origin in ("https://example.com", "null")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F3809": Demonstration(_empty_claims, ("", "gold"), ("admin", "gold")),
    "JWT-F3810": Demonstration(_elsewhere, [403, 200, 403], [403, 200, 200]),
    "STA-F3811": Demonstration(_broken_off, [500, 500], [500, 200]),
    "LIM-F3812": Demonstration(_full_history, ["49", "50"], ["49", "49"]),
    "SSE-F3813": Demonstration(_failing_stream, ["delta", "error"], ["delta", "error", "done"]),
    "LIF-F3814": Demonstration(_equal_events, (3, 3), (2, 2)),
    "LIF-F3815": Demonstration(_back_again, [True, False, True], [True, False, False]),
    "COR-F3816": Demonstration(_null_origin, ["*", "*", "*", "*"], ["*", None, "*", None]),
}
