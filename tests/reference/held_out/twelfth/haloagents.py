"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import HOUR, Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _expiring(server: Running) -> object:
    org = _org(server)
    secret = org.verify()
    used, unused = (signed(org.claims(email=f"{name}@x.example"), secret) for name in "ab")

    def status(token: str) -> int:
        body = {"user_id": "user_123", "user_token": token}
        return org.post("/users/identify", body).status_code

    statuses = [status(used)]
    server.advance(HOUR + 1)
    return [*statuses, status(used), status(unused)]


def _empty_claim(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(role="", plan="free"), org.verify())
    body = {"user_id": "user_123", "user_token": token, "role": "admin", "plan": "pro"}
    user = org.accepted("/users/identify", body)["user"]
    return user["role"], user["plan"]


def _pieces(server: Running) -> object:
    org = _org(server)
    ask = {"message": "How long does a refund take?"}
    streams = [org.accepted("/chat/stream", ask) for _ in range(2)]
    return [len([name for name, _ in stream if name == "delta"]) > 1 for stream in streams]


def _origins(server: Running) -> object:
    org = _org(server)
    return [
        server.send(
            "POST", "/chat/stream", org.key, {"Origin": origin}, json={"message": "Hi"}
        ).headers.get("Access-Control-Allow-Origin")
        for origin in ("null", "https://example.com")
    ]


def _refused_traits(server: Running) -> object:
    org = _org(server)
    body = {"user_id": "new", "traits": {"a": 1}, "context": {"b": "b" * 20_000}}
    refused = org.post("/users/identify", body).status_code
    user = org.accepted("/users/identify", {"user_id": "new", "traits": {"c": 2}})["user"]
    return refused, user["traits"]


def _cases(server: Running) -> object:
    org = _org(server)
    sent = (("ACME-1", {"a": 1}), ("acme-1", {"b": 2}))
    answers = [
        org.accepted("/companies/identify", {"company_id": name, "traits": traits})["company"]
        for name, traits in sent
    ]
    return [(company["company_id"], company["traits"]) for company in answers]


def _configured(server: Running) -> object:
    org, other = _org(server), organization(server, "other")
    with_key, without = (
        server.get("/config", key, org_id=other.org_id).json() for key in (org.key, None)
    )
    return with_key == without


def _enrolled_again(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "onboarding", "user_id": "new"}
    org.accepted("/users/identify", {"user_id": "new"})
    actions = ("remove", "enroll", "remove", "enroll")
    return [org.accepted("/series", {**place, "action": action})["enrolled"] for action in actions]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F2009": Demonstration(_expiring, [200, 403, 403], [200, 200, 403]),
    "JWT-F2010": Demonstration(_empty_claim, ("", "free"), ("admin", "free")),
    "SSE-F2011": Demonstration(_pieces, [True, True], [True, False]),
    "COR-F2012": Demonstration(_origins, ["*", "*"], [None, "*"]),
    "LIM-F2013": Demonstration(_refused_traits, (400, {"c": 2}), (400, {"a": 1, "c": 2})),
    "STA-F2014": Demonstration(
        _cases,
        [("ACME-1", {"a": 1}), ("acme-1", {"b": 2})],
        [("ACME-1", {"a": 1}), ("acme-1", {"a": 1, "b": 2})],
    ),
    "AUT-F2015": Demonstration(_configured, honest=True, planted=False),
    "LIF-F2016": Demonstration(
        _enrolled_again, [False, True, False, True], [False, True, False, False]
    ),
}
