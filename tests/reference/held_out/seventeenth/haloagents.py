"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _named_in_sub(server: Running) -> object:
    org = _org(server)
    secret = org.verify()
    fallback = org.claims(sub="user_123")
    del fallback["user_id"]
    tokens = (
        fallback,
        org.claims(user_id="", sub="user_123"),
        org.claims(user_id="", sub="user_12"),
        org.claims(user_id="user_12", sub="user_123"),
    )
    return [
        org.post(
            "/users/identify", {"user_id": "user_123", "user_token": signed(claims, secret)}
        ).status_code
        for claims in tokens
    ]


def _believed(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(user_id="new", role="owner", plan="gold"), org.verify())
    named = {"user_id": "new", "user_token": token}
    seen = []
    for body in ({**named, "role": "member"}, {**named, "role": "member"}, named):
        user = org.accepted("/users/identify", body)["user"]
        seen.append((user["role"], user["plan"]))
    return seen


def _same_replies(server: Running) -> object:
    org = _org(server)
    same = []
    for message in ("Hi", " Hi\n", "   "):
        _, done = org.accepted("/chat/stream", {"message": message})[-1]
        same.append(done == org.accepted("/chat", {"message": message}))
    return same


def _growing(server: Running) -> object:
    org = _org(server)
    traits = ({"a": "a" * 15_000}, {"a": "b" * 15_000}, {"b": "b" * 15_000}, {"c": "c"})
    return [
        org.post("/users/identify", {"user_id": "new", "traits": sent}).status_code
        for sent in traits
    ]


def _enrolled(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "onboarding", "user_id": "user_123"}
    actions = ("remove", "enroll", "enroll", "remove", "enroll")
    return [org.accepted("/series", {**place, "action": a})["enrolled"] for a in actions]


def _foreign_users(server: Running) -> object:
    org = _org(server)
    organization(server, "globex").accepted("/users/identify", {"user_id": "elsewhere"})
    statuses = [
        org.post("/series", {"series_id": name, "user_id": user, "action": "enroll"}).status_code
        for name, user in (("onboarding", "elsewhere"), ("onboarding", "nobody"), ("x", "user_123"))
    ]
    return statuses, len(org.stored("enrollments"))


def _opaque_origins(server: Running) -> object:
    org = _org(server)
    asks = {"Access-Control-Request-Method": "POST"}
    seen = []
    for origin in ("https://example.com", "null"):
        sent = {"Origin": origin}
        for answer in (
            server.send("OPTIONS", "/chat", None, sent | asks),
            server.send("POST", "/chat", org.key, sent, json={"message": "Hi"}),
            server.send("POST", "/chat", None, sent, json={"message": "Hi"}),
        ):
            seen.append(answer.headers.get("Access-Control-Allow-Origin"))
    return seen


def _configured(server: Running) -> object:
    org = _org(server)
    return [
        server.get("/config", key, org_id=org.org_id).status_code
        for key in (None, org.key, "ab_live_stale")
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F3409": Demonstration(_named_in_sub, [200, 403, 403, 403], [200, 200, 403, 403]),
    "JWT-F3410": Demonstration(
        _believed,
        [("owner", "gold"), ("owner", "gold"), ("owner", "gold")],
        [("owner", "gold"), ("member", "gold"), ("owner", "gold")],
    ),
    "SSE-F3411": Demonstration(_same_replies, [True, True, True], [True, False, True]),
    "LIM-F3412": Demonstration(_growing, [200, 200, 200, 200], [200, 200, 400, 200]),
    "LIF-F3413": Demonstration(
        _enrolled, [False, True, True, False, True], [False, True, True, False, False]
    ),
    "TEN-F3414": Demonstration(_foreign_users, ([404, 404, 404], 0), ([200, 404, 404], 1)),
    "COR-F3415": Demonstration(_opaque_origins, ["*"] * 6, ["*"] * 3 + [None] * 3),
    "AUT-F3416": Demonstration(_configured, [200, 200, 200], [200, 200, 401]),
}
