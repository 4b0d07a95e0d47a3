"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _more_than_a_key(server: Running) -> object:
    key = _org(server).key
    body = {"events": [{"name": "a"}]}
    return [
        server.send(
            "POST", "/events", None, {"Authorization": f"Bearer {given}"}, json=body
        ).status_code
        for given in (key, f"{key} {key}", f"none {key}")
    ]


def _empty_claims(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(role="", plan="gold"), org.verify())
    body = {"user_id": "user_123", "user_token": token, "role": "owner", "plan": "free"}
    user = org.accepted("/users/identify", body)["user"]
    return user["role"], user["plan"]


def _expiring(server: Running) -> object:
    org = _org(server)
    secret = org.verify()
    tokens = [signed(org.claims(exp=int(org.now()) + 60, role=role), secret) for role in "ab"]
    used, unused = (
        {"events": [{"name": "a"}], "user_id": "user_123", "user_token": token} for token in tokens
    )
    statuses = [org.post("/events", used).status_code]
    server.advance(61)
    return [*statuses, *(org.post("/events", body).status_code for body in (used, unused))]


def _long_replies(server: Running) -> object:
    org = _org(server)
    return [
        org.post(
            path, {"message": "Hi", "history": [{"role": role, "content": "a" * 10_001}]}
        ).status_code
        for path in ("/chat", "/chat/stream")
        for role in ("user", "assistant")
    ]


def _allowed(server: Running) -> object:
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = server.send("OPTIONS", "/chat", None, asked)
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    return [name in allowed for name in ("authorization", "content-type")]


def _companies(server: Running) -> object:
    org = _org(server)
    return [
        org.accepted("/companies/identify", {"company_id": name, "traits": {name: 1}})["company"]
        for name in ("Globex", "globex")
    ]


def _enrolled(server: Running) -> object:
    org = _org(server)
    org.accepted("/users/identify", {"user_id": "new"})
    place = {"series_id": "onboarding", "user_id": "new"}
    return [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("enroll", "enroll", "remove", "enroll")
    ]


def _same_reply(server: Running) -> object:
    org = _org(server)
    said = {"role": "user", "content": "Hi"}
    seen = []
    for history in ([], [said], [said, said]):
        ask = {"message": "And now?", "history": history}
        _, done = org.accepted("/chat/stream", ask)[-1]
        seen.append(done == org.accepted("/chat", ask))
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUT-F2509": Demonstration(_more_than_a_key, [200, 401, 401], [200, 200, 401]),
    "JWT-F2510": Demonstration(_empty_claims, ("", "gold"), ("owner", "gold")),
    "JWT-F2511": Demonstration(_expiring, [200, 403, 403], [200, 200, 403]),
    "LIM-F2512": Demonstration(_long_replies, [200] * 4, [200, 200, 200, 400]),
    "COR-F2513": Demonstration(_allowed, [True, True], [True, False]),
    "STA-F2514": Demonstration(
        _companies,
        [
            {"company_id": "Globex", "traits": {"Globex": 1}},
            {"company_id": "globex", "traits": {"globex": 1}},
        ],
        [
            {"company_id": "Globex", "traits": {"Globex": 1}},
            {"company_id": "globex", "traits": {"Globex": 1, "globex": 1}},
        ],
    ),
    "LIF-F2515": Demonstration(_enrolled, [True, True, False, True], [True, True, False, False]),
    "SSE-F2516": Demonstration(_same_reply, [True, True, True], [True, False, False]),
}
