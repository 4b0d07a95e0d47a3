"""What shows the eighth set of faults of HaloAgents."""

from collections.abc import Mapping
from typing import Any

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _let_in(server: Running) -> object:
    """What is answered to a key, to one with more after it, and to more that has no key."""
    key, seen = _org(server).key, []
    for credential in (key, f"{key} of the widget", f"widget {key}", f"{key},{key}"):
        answer = server.send(
            "POST",
            "/chat",
            None,
            {"Authorization": f"Bearer {credential}"},
            json={"message": "hello"},
        )
        seen.append(answer.status_code)
    return seen


def _signed_with(server: Running) -> object:
    """What a token gets that is signed with the secret, the key, and another's key."""
    org, other = _org(server), organization(server, "globex")
    seen = []
    for secret in (org.verify(), org.key, other.key):
        body = {"user_id": "user_123", "user_token": signed(org.claims(), secret)}
        seen.append(org.post("/users/identify", body).status_code)
    impostor = signed(org.claims(user_id="user_456"), org.key)
    body = {"message": "hello", "user_id": "user_123", "user_token": impostor}
    return [*seen, org.post("/chat", body).status_code]


def _series(server: Running) -> object:
    """What is told of a series that there is, and of one that there is not: to whom."""
    org, seen = _org(server), []
    good = signed(org.claims(), org.verify())
    for token in (good, "no token"):
        for series in ("onboarding", "unheard of"):
            body = {"series_id": series, "user_id": "user_123", "action": "enroll"}
            seen.append(org.post("/series", {**body, "user_token": token}).status_code)
    return seen


def _preflights(server: Running) -> object:
    """Whether a preflight is answered in success, by the headers that it asks for."""
    seen = []
    for names in ("", "authorization, content-type", "content-type,x-requested-with"):
        sent = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
        asked = {"Access-Control-Request-Headers": names} if names else {}
        seen.append(server.send("OPTIONS", "/chat", None, sent | asked).is_success)
    return seen


def _contexts(server: Running) -> object:
    """What a context of each size is answered with, without traits and with some."""
    org, seen = _org(server), []
    for kind, largest in (("user", 20_000), ("company", 50_000)):
        plural = {"user": "users", "company": "companies"}[kind]
        for size, has_traits in ((largest - 100, False), (largest, False), (largest, True)):
            body = {f"{kind}_id": "one", "context": {"page": "x" * size}}
            body |= {"traits": {}} if has_traits else {}
            seen.append(org.post(f"/{plural}/identify", body).status_code)
    return seen


def _streams(server: Running) -> object:
    """What a stream is sent as, by what is accepted."""
    org, seen = _org(server), []
    for accepted in ("*/*", "text/event-stream", "application/json", "application/json, */*"):
        answer = server.send(
            "POST", "/chat/stream", org.key, {"Accept": accepted}, json={"message": "hello"}
        )
        seen.append(answer.headers["Content-Type"].partition(";")[0])
    return seen


def _batches(server: Running) -> object:
    """How many events are stored after batches with a bad one at the end."""
    org, seen = _org(server), []
    event: dict[str, Any] = {"name": "page_viewed"}
    for good in (49, 50, 99, 100):
        status = org.post("/events", {"events": [event] * good + [{"name": ""}]}).status_code
        seen.append((status, len(org.stored("events"))))
    return seen


def _namesakes(server: Running) -> object:
    """What is known of a user and of a company of one id, and of another."""
    org = _org(server)
    user = org.accepted("/users/identify", {"user_id": "north", "traits": {"seats": 5}})
    seen = [user["user"]["traits"]]
    for name in ("north", "south"):
        body = {"company_id": name, "traits": {"industry": "retail"}}
        seen.append(org.accepted("/companies/identify", body)["company"]["traits"])
    again = org.accepted("/users/identify", {"user_id": "north"})
    return [*seen, again["user"]["traits"]]


_USER, _COMPANY = {"seats": 5}, {"industry": "retail"}

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "AUT-F1609": Demonstration(_let_in, [200, 401, 401, 401], [200, 200, 401, 401]),
    "IDN-F1610": Demonstration(_signed_with, [200, 403, 403, 403], [200, 200, 403, 403]),
    "IDN-F1611": Demonstration(_series, [200, 404, 403, 403], [200, 404, 403, 404]),
    "HDR-F1612": Demonstration(_preflights, [True, True, True], [True, True, False]),
    "LIM-F1613": Demonstration(
        _contexts, [200, 400, 400, 200, 400, 400], [200, 200, 400, 200, 200, 400]
    ),
    "SSE-F1614": Demonstration(
        _streams,
        ["text/event-stream"] * 4,
        ["text/event-stream", "text/event-stream", "application/json", "text/event-stream"],
    ),
    "STA-F1615": Demonstration(
        _batches,
        [(400, 0), (400, 0), (400, 0), (400, 0)],
        [(400, 0), (400, 50), (400, 100), (400, 100)],
    ),
    "LIF-F1616": Demonstration(
        _namesakes,
        [_USER, _COMPANY, _COMPANY, _USER],
        [_USER, _USER | _COMPANY, _COMPANY, _USER | _COMPANY],
    ),
}
