"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import HOUR, Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _expired(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(), org.verify())
    unseen = signed(org.claims(plan="gold"), org.verify())
    statuses = []
    for wait, shown in ((0, token), (HOUR - 1, token), (1, token), (0, unseen)):
        server.advance(wait)
        body = {"user_id": "user_123", "user_token": shown}
        statuses.append(org.post("/users/identify", body).status_code)
    return statuses


def _empty_claims(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(role="", plan="gold"), org.verify())
    body = {"user_id": "user_123", "user_token": token, "role": "owner", "plan": "free"}
    user = org.accepted("/users/identify", body)["user"]
    return user["role"], user["plan"]


def _broken_off(server: Running) -> object:
    org = _org(server)
    ask = {"message": "refund"}
    whole = [name for name, _ in org.accepted("/chat/stream", ask)]
    org.agent(fails_after=1)
    broken = [name for name, _ in org.accepted("/chat/stream", ask)]
    return whole[-2:], broken


def _contexts(server: Running) -> object:
    org = _org(server)
    fits = {"a": "a" * (50_000 - len('{"a":""}'))}
    large = {"a": f"{fits['a']}a"}
    bodies = ({"context": fits}, {"context": large}, {"context": large, "traits": {}})
    return [
        org.post("/companies/identify", {"company_id": "c", **body}).status_code for body in bodies
    ]


def _identified_elsewhere(server: Running) -> object:
    organization(server, "globex").accepted("/users/identify", {"user_id": "theirs"})
    org = _org(server)
    org.accepted("/users/identify", {"user_id": "ours"})
    place = {"series_id": "onboarding", "action": "enroll"}
    return [
        org.post("/series", {**place, "user_id": user}).status_code
        for user in ("ours", "theirs", "nobody")
    ]


def _origins(server: Running) -> object:
    org = _org(server)
    headers = {"Content-Type": "application/json"}
    return [
        (answer.status_code, answer.headers.get("Access-Control-Allow-Origin"))
        for answer in (
            server.send("POST", "/chat", org.key, headers, content=content)
            for content in (b"{", b"{}")
        )
    ]


def _again(server: Running) -> object:
    org = _org(server)
    org.accepted("/users/identify", {"user_id": "new"})
    place = {"series_id": "onboarding", "user_id": "new"}
    return [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("remove", "enroll", "enroll", "remove", "enroll")
    ]


def _traits(server: Running) -> object:
    org = _org(server)
    for traits in ({"seats": 5, "beta": True, "tags": ["a"]}, {"seats": 0, "tags": [], "x": 0}):
        user = org.accepted("/users/identify", {"user_id": "new", "traits": traits})["user"]
    return user["traits"]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F2409": Demonstration(_expired, [200, 200, 403, 403], [200, 200, 200, 403]),
    "JWT-F2410": Demonstration(_empty_claims, ("", "gold"), ("owner", "gold")),
    "SSE-F2411": Demonstration(
        _broken_off,
        (["delta", "done"], ["delta", "error"]),
        (["delta", "done"], ["delta", "error", "done"]),
    ),
    "LIM-F2412": Demonstration(_contexts, [200, 400, 400], [200, 200, 400]),
    "TEN-F2413": Demonstration(_identified_elsewhere, [200, 404, 404], [200, 200, 404]),
    "COR-F2414": Demonstration(_origins, [(400, "*"), (400, "*")], [(400, None), (400, "*")]),
    "LIF-F2415": Demonstration(
        _again, [False, True, True, False, True], [False, True, True, False, False]
    ),
    "STA-F2416": Demonstration(
        _traits,
        {"seats": 0, "beta": True, "tags": [], "x": 0},
        {"seats": 5, "beta": True, "tags": [], "x": 0},
    ),
}
