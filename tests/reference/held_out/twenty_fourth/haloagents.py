"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _origins(server: Running) -> object:
    org = _org(server)
    org.agent(fails_after=0)
    asked = (org.post("/chat", {"message": "Hi"}), org.post("/chat", {}))
    return [
        (answer.status_code, answer.headers.get("Access-Control-Allow-Origin")) for answer in asked
    ]


def _unwanted_token(server: Running) -> object:
    org = _org(server)
    return [
        org.post("/chat", {"message": "Hi", **who}).status_code
        for who in (
            {"user_id": "user_123"},
            {"user_id": "user_123", "user_token": "expired"},
            {"user_id": "anon_1", "user_token": "expired"},
        )
    ]


def _almost_anonymous(server: Running) -> object:
    org = _org(server)
    org.verify()
    return [
        org.post("/chat", {"message": "Hi", "user_id": user}).status_code
        for user in ("anon_1", "anonymous", "user_123")
    ]


def _failed_at_once(server: Running) -> object:
    org = _org(server)
    org.agent(fails_after=0)
    shown = []
    for path in ("/chat", "/chat/stream"):
        answer = org.post(path, {"message": "Hi"})
        shown.append((answer.status_code, answer.headers["Content-Type"].partition(";")[0]))
    return shown


def _long_histories(server: Running) -> object:
    org = _org(server)
    said = {"role": "user", "content": "Hi"}
    return [
        org.post(path, {"message": "Hi", "history": [said] * count}).status_code
        for path in ("/chat", "/chat/stream")
        for count in (50, 51)
    ]


def _falsy_traits(server: Running) -> object:
    org = _org(server)
    shown = []
    for kind, path in (("user", "/users/identify"), ("company", "/companies/identify")):
        for traits in ({"subscribed": True, "seats": 5}, {"subscribed": False, "seats": 0}):
            answer = org.accepted(path, {f"{kind}_id": "new", "traits": traits})
        shown.append(answer[kind]["traits"])
    return shown


def _removed_twice(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "onboarding", "user_id": "user_123"}
    return [
        org.post("/series", {**place, "action": action}).status_code
        for action in ("remove", "enroll", "enroll", "remove", "remove")
    ]


def _configured(server: Running) -> object:
    org = _org(server)
    return [
        server.get("/config", key, org_id=org.org_id).status_code
        for key in (None, org.key, "ab_live_unknown")
    ]


_KEPT = {"subscribed": True, "seats": 5}
_CHANGED = {"subscribed": False, "seats": 0}

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "COR-F4641": Demonstration(_origins, [(500, "*"), (400, "*")], [(500, None), (400, "*")]),
    "JWT-F4642": Demonstration(_unwanted_token, [200, 200, 200], [200, 403, 200]),
    "JWT-F4643": Demonstration(_almost_anonymous, [200, 403, 403], [200, 200, 403]),
    "SSE-F4644": Demonstration(
        _failed_at_once,
        [(500, "application/json"), (500, "application/json")],
        [(500, "application/json"), (200, "text/event-stream")],
    ),
    "LIM-F4645": Demonstration(_long_histories, [200, 400, 200, 400], [200, 200, 200, 200]),
    "LIF-F4646": Demonstration(_falsy_traits, [_CHANGED, _CHANGED], [_KEPT, _KEPT]),
    "STA-F4647": Demonstration(
        _removed_twice, [200, 200, 200, 200, 200], [404, 200, 200, 200, 404]
    ),
    "AUT-F4648": Demonstration(_configured, [200, 200, 200], [200, 200, 401]),
}
