"""What shows the third set of faults of HaloAgents."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration

_HALF = 12_000
"""Characters: two of these are more than a user's traits may be."""


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _cases(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(), org.verify())
    return [
        org.post("/chat", {"message": "Hi", "user_id": user, "user_token": token}).status_code
        for user in ("user_123", "User_123", "user_124")
    ]


def _trusted_twice(server: Running) -> object:
    org = _org(server)
    claims = org.claims(user_id="newcomer", email="real@acme.example")
    token = signed(claims, org.verify())
    body = {"user_id": "newcomer", "user_token": token, "email": "other@acme.example"}
    shown = [org.accepted("/users/identify", body)["user"]["email"] for _ in range(2)]
    (kept,) = (user for user in org.stored("users") if user["user_id"] == "newcomer")
    return shown, kept["email"]


def _growing_traits(server: Running) -> object:
    org = _org(server)
    statuses = []
    for collection, name in (("users", "user_id"), ("companies", "company_id")):
        for trait in ("a", "b"):
            body = {name: "newcomer", "traits": {trait: "x" * _HALF}}
            statuses.append(org.post(f"/{collection}/identify", body).status_code)
    return statuses


def _broken_off(server: Running) -> object:
    org = _org(server)
    seen: list[object] = []
    for pieces in (0, 2):
        org.agent(fails_after=pieces)
        seen.append(org.post("/chat", {"message": "hello"}).status_code)
    return seen, org.accepted("/chat/stream", {"message": "hello"})[-1][0]


def _twins(server: Running) -> object:
    org = _org(server)
    before = len(org.stored("events"))
    events = [{"name": "a"}, {"name": "a"}, {"name": "a", "metadata": {"n": 1}}]
    answer = org.accepted("/events", {"events": events})
    return answer["stored"], len(org.stored("events")) - before


def _origins_of_errors(server: Running) -> object:
    org = _org(server)
    org.agent(fails_after=0)
    answers = [org.post("/chat", {"message": "Hi"}), org.post("/chat", {})]
    return [
        (answer.status_code, answer.headers.get("Access-Control-Allow-Origin"))
        for answer in answers
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "IDN-F1021": Demonstration(_cases, [200, 403, 403], [200, 200, 403]),
    "IDN-F1022": Demonstration(
        _trusted_twice,
        (["real@acme.example"] * 2, "real@acme.example"),
        (["real@acme.example", "other@acme.example"], "other@acme.example"),
    ),
    "LIM-F1023": Demonstration(_growing_traits, [200, 200, 200, 200], [200, 400, 200, 200]),
    "STR-F1024": Demonstration(_broken_off, ([500, 500], "error"), ([500, 200], "error")),
    "STA-F1025": Demonstration(_twins, (3, 3), (2, 2)),
    "HDR-F1026": Demonstration(
        _origins_of_errors, [(500, "*"), (400, "*")], [(500, None), (400, "*")]
    ),
}
