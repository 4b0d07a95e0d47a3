"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import HOUR, Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running, tenant: str = "acme") -> Organization:
    return organization(server, tenant)


def _token_of_another(server: Running) -> object:
    ours, theirs = _org(server), _org(server, "other")
    token = signed(ours.claims(), ours.verify())
    theirs.verify()
    body = {"message": "Hi", "user_id": "user_123", "user_token": token}

    def statuses() -> list[int]:
        return [one.post("/chat", body).status_code for one in (theirs, ours, theirs)]

    before = statuses()
    server.advance(HOUR)
    return before, statuses()


def _plans(server: Running) -> object:
    org = _org(server)
    secret = org.verify()
    claims = org.claims()
    answers = [
        org.accepted("/users/identify", {"user_id": "user_123", "user_token": token, **said})
        for token, said in (
            (signed({**claims, "plan": "gold"}, secret), {"plan": "free"}),
            (signed(claims, secret), {}),
        )
    ]
    return [answer["user"]["plan"] for answer in answers]


def _grown_company(server: Running) -> object:
    org = _org(server)
    return [
        org.post(
            "/companies/identify", {"company_id": "c", "traits": {name: "a" * size}}
        ).status_code
        for name, size in (("a", 30_000), ("b", 30_000), ("b", 10_000))
    ]


def _preflights(server: Running) -> object:
    seen = []
    for wanted in ("authorization, content-type", "authorization, x-trace-id"):
        headers = {
            "Origin": "https://shop.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": wanted,
        }
        seen.append(server.send("OPTIONS", "/chat", None, headers).status_code < 300)
    return seen


def _after_a_broken_one(server: Running) -> object:
    org = _org(server)
    ask = {"message": "How long does a refund take?"}
    org.agent(pause=0, fails_after=1)
    org.accepted("/chat/stream", ask)
    org.agent(fails_after=-1)
    return [org.accepted("/chat/stream", ask)[-1][1]["reply"] for _ in range(2)]


def _user_of_another(server: Running) -> object:
    ours, theirs = _org(server), _org(server, "other")
    theirs.accepted("/users/identify", {"user_id": "theirs"})
    answers = [
        ours.post("/series", {"series_id": series, "user_id": user, "action": "enroll"})
        for series, user in (("onboarding", "theirs"), ("onboarding", "nobody"), ("no", "theirs"))
    ]
    return [answer.status_code for answer in answers], len(ours.stored("enrollments"))


def _configured(server: Running) -> object:
    org = _org(server)
    return [
        server.get("/config", key, org_id=org.org_id).status_code
        for key in (None, org.key, "ab_live_old")
    ]


def _alike(server: Running) -> object:
    org = _org(server)
    events = [{"name": "a"}, {"name": "b", "metadata": {"n": 1}}, {"name": "a"}]
    return org.accepted("/events", {"events": events})["stored"], len(org.stored("events"))


_REFUNDS = "Refunds take five working days."

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F3709": Demonstration(
        _token_of_another, ([403, 200, 403], [403] * 3), ([403, 200, 200], [403] * 3)
    ),
    "JWT-F3710": Demonstration(_plans, ["gold", "gold"], ["gold", "free"]),
    "LIM-F3711": Demonstration(_grown_company, [200, 200, 200], [200, 400, 200]),
    "COR-F3712": Demonstration(_preflights, [True, True], [True, False]),
    "SSE-F3713": Demonstration(
        _after_a_broken_one, [_REFUNDS, _REFUNDS], [f"Refunds take {_REFUNDS}", _REFUNDS]
    ),
    "TEN-F3714": Demonstration(_user_of_another, ([404, 404, 404], 0), ([200, 404, 404], 1)),
    "AUT-F3715": Demonstration(_configured, [200, 200, 200], [200, 200, 401]),
    "LIF-F3716": Demonstration(_alike, (3, 3), (2, 2)),
}
