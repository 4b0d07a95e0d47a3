"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _series(server: Running) -> object:
    org = _org(server)
    org.verify()
    place = {"series_id": "onboarding", "user_id": "user_123"}
    return [
        org.post("/series", {**place, "action": action}).status_code
        for action in ("enroll", "remove")
    ]


def _beginnings(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(), org.verify())
    return [
        org.post("/users/identify", {"user_id": user, "user_token": token}).status_code
        for user in ("user_123", "user_12", "user_1234")
    ]


def _trusted(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(role="owner", plan="gold"), org.verify())
    body = {"user_id": "user_123", "user_token": token, "role": "member", "plan": "free"}
    user = org.accepted("/users/identify", body)["user"]
    return user["role"], user["plan"]


def _same_reply(server: Running) -> object:
    org = _org(server)
    history = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    ask = {"message": "And now?", "history": history}
    _, done = org.accepted("/chat/stream", ask)[-1]
    return done == org.accepted("/chat", ask)


def _origins(server: Running) -> object:
    org = _org(server)
    return [
        (answer.status_code, answer.headers.get("Access-Control-Allow-Origin"))
        for answer in (
            server.send("GET", "/chat", org.key),
            server.send("GET", "/config", None),
        )
    ]


def _custom_fields(server: Running) -> object:
    org = _org(server)
    fields = {"a": "a", "b": "b" * (10_000 - len('{"a":"a","b":""}'))}
    return [
        org.post(path, {"message": "Hi", "custom_fields": fields}).status_code
        for path in ("/chat", "/chat/stream")
    ]


def _large_metadata(server: Running) -> object:
    org = _org(server)
    large = {"name": "b", "metadata": {"a": "a" * 10_000}}
    answers = [
        org.post("/events", {"events": events}) for events in ([{"name": "a"}, large], [large])
    ]
    return [answer.status_code for answer in answers], len(org.stored("events"))


def _traits(server: Running) -> object:
    org = _org(server)
    for address in ({"city": "Lisbon"}, {"zip": "1000"}):
        body = {"company_id": "c", "traits": {"address": address}}
        company = org.accepted("/companies/identify", body)["company"]
    return company["traits"]


def _unknown_series(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "none", "action": "enroll"}
    return [
        org.post("/series", {**place, "user_id": user}).status_code
        for user in ("user_123", "nobody")
    ]


def _lower_case(server: Running) -> object:
    org = _org(server)
    ticket = {"subject": "a", "description": "b"}
    return [
        server.send(
            "POST", path, None, {"Authorization": f"bearer {org.key}"}, json=body
        ).status_code
        for path, body in (("/tickets/create", ticket), ("/events", {"events": [{"name": "a"}]}))
    ]


def _switched_off(server: Running) -> object:
    org = _org(server)
    statuses = []
    for wait in (0, 59, 1):
        server.advance(wait)
        statuses.append(server.get("/config", None, org_id=org.org_id).status_code)
        org.agent(active=False)
    return statuses


def _identified(server: Running) -> object:
    org = _org(server)
    return [org.post("/users/identify", {"user_id": "new"}).status_code for _ in range(2)]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "IDN-F821": Demonstration(_series, [403, 403], [403, 200]),
    "IDN-F822": Demonstration(_beginnings, [200, 403, 403], [200, 200, 403]),
    "IDN-F823": Demonstration(_trusted, ("owner", "gold"), ("member", "gold")),
    "STR-F824": Demonstration(_same_reply, honest=True, planted=False),
    "HDR-F825": Demonstration(_origins, [(405, "*"), (400, "*")], [(405, None), (400, "*")]),
    "LIM-F826": Demonstration(_custom_fields, [200, 200], [400, 200]),
    "LIM-F827": Demonstration(_large_metadata, ([400, 400], 0), ([200, 400], 2)),
    "STA-F828": Demonstration(
        _traits, {"address": {"zip": "1000"}}, {"address": {"city": "Lisbon", "zip": "1000"}}
    ),
    "STA-F829": Demonstration(_unknown_series, [404, 404], [200, 404]),
    "AUT-F830": Demonstration(_lower_case, [200, 200], [401, 200]),
    "LIF-F831": Demonstration(_switched_off, [200, 404, 404], [200, 200, 404]),
    "ENV-F832": Demonstration(_identified, [200, 200], [201, 200]),
}
