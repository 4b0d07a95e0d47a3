"""What shows the second set of faults of HaloAgents."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import HOUR, Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration

_HISTORY = 50
_BEHAVIOR_CONTEXT = 5_000


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _anonymous(server: Running) -> object:
    org = _org(server)
    org.verify()
    return [
        org.post("/chat", {"message": "Hi", "user_id": user}).status_code
        for user in ("anon_1", "anonymous-1", "user_123")
    ]


def _expired(server: Running) -> object:
    org = _org(server)
    secret = org.verify()
    token = signed(org.claims(), secret)
    forged = signed(org.claims(), f"{secret}.")
    other = signed(org.claims(user_id="user_124"), secret)
    server.advance(HOUR + 1)
    ticket = {"user_id": "user_123", "subject": "a", "description": "b"}
    events = {"user_id": "user_123", "events": [{"name": "a"}]}
    return [
        org.post("/events", {**events, "user_token": token}).status_code,
        *(
            org.post("/tickets/create", {**ticket, "user_token": one}).status_code
            for one in (token, forged, other)
        ),
    ]


def _emoji(server: Running) -> object:
    org = _org(server)
    return [
        org.post(path, {"message": "Hi", "behavior_context": text}).status_code
        for path in ("/chat", "/chat/stream")
        for text in ("é" * _BEHAVIOR_CONTEXT, "🌺" * _BEHAVIOR_CONTEXT)
    ]


def _long_history(server: Running) -> object:
    org = _org(server)
    history = [{"role": "user", "content": "Hi"}] * (_HISTORY + 1)
    return [
        org.post(path, {"message": "Hi", "history": history}).status_code
        for path in ("/chat", "/chat/stream")
    ]


def _empty_traits(server: Running) -> object:
    org = _org(server)
    for traits in ({"seats": 3, "zero": 0}, {"seats": 0, "trial": False, "city": "Hilo"}):
        user = org.accepted("/users/identify", {"user_id": "u", "traits": traits})["user"]
    return user["traits"]


def _removals(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "onboarding", "user_id": "user_123"}
    return [
        org.post("/series", {**place, "action": action}).status_code
        for action in ("enroll", "remove", "remove")
    ]


def _without_agent(server: Running) -> object:
    org = _org(server)
    org.agent(active=False)
    answers = [org.post(path, {"message": "Hi"}) for path in ("/chat", "/chat/stream")]
    return [
        (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) for answer in answers
    ]


def _org_ids(server: Running) -> object:
    return [
        server.get("/config", None, **query).status_code
        for query in ({}, {"org_id": ""}, {"org_id": "none"})
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "IDN-F921": Demonstration(_anonymous, [200, 403, 403], [200, 200, 403]),
    "IDN-F922": Demonstration(_expired, [403, 403, 403, 403], [403, 200, 403, 403]),
    "LIM-F923": Demonstration(_emoji, [200, 200, 200, 200], [200, 400, 200, 200]),
    "LIM-F924": Demonstration(_long_history, [400, 400], [400, 200]),
    "STA-F925": Demonstration(
        _empty_traits,
        {"seats": 0, "zero": 0, "trial": False, "city": "Hilo"},
        {"seats": 3, "zero": 0, "city": "Hilo"},
    ),
    "STA-F926": Demonstration(_removals, [200, 200, 200], [200, 200, 404]),
    "STR-F927": Demonstration(
        _without_agent,
        [(404, "application/json"), (404, "application/json")],
        [(404, "application/json"), (200, "text/event-stream")],
    ),
    "ENV-F928": Demonstration(_org_ids, [400, 400, 404], [400, 404, 404]),
}
