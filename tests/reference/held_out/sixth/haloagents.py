"""What shows the sixth set of faults of HaloAgents."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import HOUR, Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration

_MEGABYTE = 1_048_576


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _keys_of_events(server: Running) -> object:
    org = _org(server)
    body = {"events": [{"name": "page_closed"}]}
    sent = (
        ("/events", org.key),
        ("/events", None),
        (f"/events?key={org.key}", None),
        ("/events?key=ab_live_old", None),
    )
    statuses = [server.post(path, key, body).status_code for path, key in sent]
    return statuses, len(org.stored("events"))


def _expiring(server: Running) -> object:
    org = _org(server)
    used, unused = (signed(org.claims(jti=name), org.verify()) for name in ("a", "b"))

    def status(token: str) -> int:
        body = {"message": "Hi", "user_id": "user_123", "user_token": token}
        return org.post("/chat", body).status_code

    server.advance(HOUR - 1)
    seen = [status(used)]
    server.advance(1)
    seen += [status(used), status(unused)]
    server.advance(600)
    return [*seen, status(used)]


def _trusted(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(email="a@example.com", role="admin", plan="free"), org.verify())
    seen = []
    for said in ({}, {"email": "b@example.com", "role": "user", "plan": "pro"}):
        body = {"user_id": "user_123", "user_token": token, **said}
        user = org.accepted("/users/identify", body)["user"]
        seen.append([user["email"], user["role"], user["plan"]])
    return seen


def _batches(server: Running) -> object:
    org = _org(server)
    event = {"name": "page_viewed", "metadata": {"path": "x" * 5_000}}
    large = {"name": "page_viewed", "metadata": {"path": "x" * 10_000}}
    statuses = [
        org.post("/events", {"events": events}).status_code
        for events in ([event], [event, event], [large])
    ]
    return statuses, len(org.stored("events"))


def _companies(server: Running) -> object:
    org, seen = _org(server), []
    for size in (19_000, 21_000, 51_000):
        body = {"company_id": "company_42", "traits": {"note": "x" * size}}
        seen.append(org.post("/companies/identify", body).status_code)
    return seen


def _large_bodies(server: Running) -> object:
    org, seen = _org(server), []
    for size in (_MEGABYTE // 2, 2 * _MEGABYTE):
        answer = org.post("/chat", {"message": "Hi", "padding": "x" * size})
        is_json = answer.headers["Content-Type"] == "application/json"
        seen.append((answer.status_code, is_json, "Access-Control-Allow-Origin" in answer.headers))
    return seen


def _ends(server: Running) -> object:
    org, seen = _org(server), []
    for fails_after in (-1, 1):
        org.agent(fails_after=fails_after)
        streamed = org.accepted("/chat/stream", {"message": "Is there a refund?"})
        seen.append([name for name, _ in streamed])
    return seen


def _enrolled(server: Running) -> object:
    org, seen = _org(server), []
    org.accepted("/users/identify", {"user_id": "returning"})
    for action in ("enroll", "remove", "enroll"):
        change = {"series_id": "onboarding", "user_id": "returning", "action": action}
        answer = org.accepted("/series", change)
        names = [one["user_id"] for one in org.stored("enrollments")]
        seen.append((answer["enrolled"], "returning" in names))
    return seen


def _lists(server: Running) -> object:
    org, seen = _org(server), []
    for tags in (["new"], ["new"], ["vip", "paid"]):
        body = {"user_id": "tagged", "traits": {"tags": tags, "seats": 2}}
        seen.append(org.accepted("/users/identify", body)["user"]["traits"]["tags"])
    return seen


def _configurations(server: Running) -> object:
    org, seen = _org(server), []
    for active, wait in ((True, 0), (False, 299), (False, 1), (False, 0)):
        org.agent(active=active)
        seen.append(server.get("/config", None, org_id=org.org_id).status_code)
        server.advance(wait)
    return seen


_WHOLE = ["delta", "delta", "delta", "done"]

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUT-F1311": Demonstration(
        _keys_of_events, ([200, 401, 401, 401], 1), ([200, 401, 200, 401], 2)
    ),
    "IDN-F1312": Demonstration(_expiring, [200, 403, 403, 403], [200, 200, 403, 403]),
    "IDN-F1313": Demonstration(
        _trusted,
        [["a@example.com", "admin", "free"]] * 2,
        [["a@example.com", "admin", "free"], ["a@example.com", "admin", "pro"]],
    ),
    "LIM-F1314": Demonstration(_batches, ([200, 200, 400], 3), ([200, 400, 400], 1)),
    "LIM-F1315": Demonstration(_companies, [200, 200, 400], [200, 400, 400]),
    "ENV-F1316": Demonstration(
        _large_bodies,
        [(200, True, True), (400, True, True)],
        [(200, True, True), (413, False, False)],
    ),
    "STR-F1317": Demonstration(
        _ends, [_WHOLE, ["delta", "error"]], [_WHOLE, ["delta", "error", "done"]]
    ),
    "LIF-F1318": Demonstration(
        _enrolled,
        [(True, True), (False, False), (True, True)],
        [(True, True), (False, False), (False, False)],
    ),
    "STA-F1319": Demonstration(
        _lists,
        [["new"], ["new"], ["vip", "paid"]],
        [["new"], ["new", "new"], ["new", "new", "vip", "paid"]],
    ),
    "TIM-F1320": Demonstration(_configurations, [200, 404, 404, 404], [200, 200, 200, 404]),
}
