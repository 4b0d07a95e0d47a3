"""What shows the faults of HaloAgents that were planted from its documentation alone."""

import json
from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _token_of_another(server: Running) -> object:
    org, other = _org(server), organization(server, "globex")
    other.verify()
    body = {"user_id": "user_123", "user_token": signed(org.claims(), org.verify())}
    return [caller.post("/users/identify", body).status_code for caller in (other, org, other, org)]


def _trusted(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(user_id="new", role="owner"), org.verify())
    body = {"user_id": "new", "user_token": token, "role": "member"}
    return [org.accepted("/users/identify", body)["user"]["role"] for _ in range(2)]


def _asked_again(server: Running) -> object:
    org = _org(server)
    streams = [org.accepted("/chat/stream", {"message": "A refund?"}) for _ in range(2)]
    return [len(stream) for stream in streams], streams[0][-1] == streams[1][-1]


def _decomposed(server: Running) -> object:
    org = _org(server)
    messages = ("e\N{COMBINING ACUTE ACCENT}" * 5_001, "a" * 10_001)
    return [org.post("/chat", {"message": message}).status_code for message in messages]


def _twice(server: Running) -> object:
    org = _org(server)
    kept = []
    for wait in (0, 30, 61):
        server.advance(wait)
        stored = org.accepted("/events", {"events": [{"name": "a"}, {"name": "a"}]})["stored"]
        kept.append((stored, len(org.stored("events"))))
    return kept


def _user_of_another(server: Running) -> object:
    org, other = _org(server), organization(server, "globex")
    org.accepted("/users/identify", {"user_id": "elsewhere"})
    place = {"series_id": "onboarding", "action": "enroll"}
    return [
        other.post("/series", {**place, "user_id": user}).status_code
        for user in ("elsewhere", "nobody", "user_123")
    ]


def _beacon(server: Running) -> object:
    org = _org(server)
    content = json.dumps({"events": [{"name": "a"}]}).encode()
    return [
        server.send(
            "POST", "/events", org.key, {"Content-Type": media_type}, content=content
        ).status_code
        for media_type in ("text/plain;charset=UTF-8", "text/csv", "application/json")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F4741": Demonstration(_token_of_another, [403, 200, 403, 200], [403, 200, 200, 200]),
    "JWT-F4742": Demonstration(_trusted, ["owner", "owner"], ["member", "owner"]),
    "SSE-F4743": Demonstration(_asked_again, ([4, 4], True), ([4, 2], True)),
    "LIM-F4745": Demonstration(_decomposed, [400, 400], [200, 400]),
    "LIF-F4746": Demonstration(_twice, [(2, 2), (2, 4), (2, 6)], [(2, 2), (2, 2), (2, 4)]),
    "TEN-F4747": Demonstration(_user_of_another, [404, 404, 200], [200, 404, 200]),
    "ENV-F4748": Demonstration(_beacon, [400, 400, 200], [200, 400, 200]),
}
