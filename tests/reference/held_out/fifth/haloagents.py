"""What shows the fifth set of faults of HaloAgents."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization
from tests.reference.held_out.demonstration import Demonstration

_LARGEST_TRAITS = 20_000


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _configurations(server: Running) -> object:
    org = _org(server)
    keys = (None, org.key, "ab_live_old")
    return [server.get("/config", key, org_id=org.org_id).status_code for key in keys]


def _verified(server: Running) -> object:
    org = _org(server)
    body = {"message": "Hi", "user_id": "user_123"}

    def status() -> int:
        return org.post("/chat", body).status_code

    seen = [status()]
    org.verify()
    seen.append(status())
    server.advance(60)
    return [*seen, status()]


def _series(server: Running) -> object:
    org = _org(server)
    org.verify()
    change = {"series_id": "onboarding", "user_id": "user_123"}
    return [
        org.post("/series", {**change, "action": action}).status_code
        for action in ("enroll", "remove")
    ]


def _emptied_traits(server: Running) -> object:
    org = _org(server)
    seen = []
    for traits in (_BEFORE, _AFTER):
        body = {"company_id": "newcomer", "traits": traits}
        seen.append(org.accepted("/companies/identify", body)["company"]["traits"])
    return seen


def _origins(server: Running) -> object:
    org = _org(server)
    return [
        org.post(path, body).headers["Access-Control-Allow-Origin"]
        for path in ("/chat", "/chat/stream")
        for body in ({"message": "Hi"}, {})
    ]


def _sizes(server: Running) -> object:
    org = _org(server)
    room = _LARGEST_TRAITS - len('{"name":""}') - len("{}")
    return [
        org.post(
            "/users/identify", {"user_id": "u", "traits": {"name": name}, "context": {}}
        ).status_code
        for name in ("x" * room, "x" * (room + 1), "ü" * (room // 2), "ü" * (room // 3))
    ]


def _more_fields(server: Running) -> object:
    org = _org(server)
    event = {"name": "page_viewed"}
    bodies = (
        {"events": [event]},
        {"events": [event], "sent_by": "widget"},
        {"events": [event, {**event, "sent_at": 1}]},
    )
    statuses = [org.post("/events", body).status_code for body in bodies]
    return statuses, len(org.stored("events"))


def _failures(server: Running) -> object:
    org = _org(server)
    org.agent(fails_after=1)
    whole = org.post("/chat", {"message": "hello"})
    streamed = org.accepted("/chat/stream", {"message": "hello"})
    return whole.status_code, [*whole.json()], streamed[-1][0]


def _replies(server: Running) -> object:
    org = _org(server)
    said = [{"role": "user", "content": "One."}, {"role": "assistant", "content": "Two."}]
    seen = []
    for history in ([], said):
        body = {"message": "And then?", "history": history}
        whole = org.accepted("/chat", body)["reply"]
        seen.append(whole == org.accepted("/chat/stream", body)[-1][1]["reply"])
    return seen, org.post("/chat/stream", {"message": "Hi", "history": said * 26}).status_code


def _tickets(server: Running) -> object:
    org = _org(server)
    given = set()
    for description in ("It never came.", "It came, and was broken."):
        body = {"subject": "Order", "description": description}
        given.add(org.accepted("/tickets/create", body)["ticket_id"])
    seen = len(given), len(org.stored("tickets"))
    server.advance(60)
    org.accepted("/tickets/create", {"subject": "Order", "description": "Again."})
    return seen, len(org.stored("tickets"))


_BEFORE = {"seats": 3, "trial": True, "note": "new", "plan": "free"}
_AFTER = {"seats": 0, "trial": False, "note": "", "plan": "pro"}

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUT-F1211": Demonstration(_configurations, [200, 200, 200], [200, 200, 401]),
    "IDN-F1212": Demonstration(_verified, [200, 403, 403], [200, 200, 403]),
    "IDN-F1213": Demonstration(_series, [403, 403], [403, 200]),
    "STA-F1214": Demonstration(
        _emptied_traits, [_BEFORE, _AFTER], [_BEFORE, {**_BEFORE, "plan": "pro"}]
    ),
    "CRS-F1215": Demonstration(_origins, ["*"] * 4, ["*", "*", "*, *", "*"]),
    "LIM-F1216": Demonstration(_sizes, [200, 400, 200, 200], [200, 400, 400, 400]),
    "ENV-F1217": Demonstration(_more_fields, ([200, 200, 200], 4), ([200, 200, 400], 2)),
    "ENV-F1218": Demonstration(_failures, (500, ["error"], "error"), (200, ["reply"], "error")),
    "STR-F1219": Demonstration(_replies, ([True, True], 400), ([True, False], 400)),
    "LIF-F1220": Demonstration(_tickets, ((2, 2), 3), ((1, 1), 2)),
}
