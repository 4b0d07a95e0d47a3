"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _empty_ids(server: Running) -> object:
    org = _org(server)
    secret = org.verify()
    absent = {name: value for name, value in org.claims().items() if name != "user_id"}
    tokens = [
        signed({**claims, "sub": "user_123"}, secret)
        for claims in (absent, {**absent, "user_id": ""}, {**absent, "user_id": "user_9"})
    ]
    return [
        org.post("/users/identify", {"user_id": "user_123", "user_token": token}).status_code
        for token in tokens
    ]


def _of_another(server: Running) -> object:
    org, other = _org(server), organization(server, "globex")
    other.verify()
    body = {"message": "Hi", "user_id": "user_123"}
    body |= {"user_token": signed(org.claims(), org.verify())}
    return [caller.post("/chat", body).status_code for caller in (other, org, other)]


def _contexts(server: Running) -> object:
    org = _org(server)
    contexts = ("a" * 5_000, "a" * 5_000 + "\n", "a" * 5_001)
    return [
        org.post("/chat", {"message": "Hi", "behavior_context": context}).status_code
        for context in contexts
    ]


def _enrolled(server: Running) -> object:
    org = _org(server)
    org.accepted("/users/identify", {"user_id": "new"})
    place = {"series_id": "onboarding", "user_id": "new"}
    return [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("enroll", "enroll", "remove", "enroll")
    ]


def _complaints(server: Running) -> object:
    org = _org(server)
    named, nameless = {"name": "a"}, {"metadata": {"a": 1}}
    return [
        type(org.post("/events", {"events": events}).json()["error"]).__name__
        for events in ([named, nameless], [nameless, named, nameless])
    ]


def _told(server: Running) -> object:
    org = _org(server)
    same = []
    for message in ("Hello", "How long does a refund take?"):
        *deltas, (_, done) = org.accepted("/chat/stream", {"message": message})
        same.append("".join(delta["text"] for _, delta in deltas) == done["reply"])
    return same


def _preflights(server: Running) -> object:
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    answers = [
        server.send("OPTIONS", "/chat", None, {**asked, "Access-Control-Request-Headers": names})
        for names in ("authorization,content-type", "authorization,content-type,x-requested-with")
    ]
    return [(answer.status_code, answer.text) for answer in answers]


def _keys(server: Running) -> object:
    key = _org(server).key
    ticket = {"subject": "a", "description": "b"}
    return [
        server.post("/tickets/create", sent, ticket).status_code
        for sent in (key, f"{key}0", key[:-1])
    ]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F4309": Demonstration(_empty_ids, [200, 403, 403], [200, 200, 403]),
    "TEN-F4310": Demonstration(_of_another, [403, 200, 403], [403, 200, 200]),
    "LIM-F4311": Demonstration(_contexts, [200, 400, 400], [200, 200, 400]),
    "LIF-F4312": Demonstration(_enrolled, [True, True, False, True], [True, True, False, False]),
    "ENV-F4313": Demonstration(_complaints, ["str", "str"], ["str", "list"]),
    "SSE-F4314": Demonstration(_told, [True, True], [True, False]),
    "COR-F4315": Demonstration(
        _preflights, [(200, ""), (200, "")], [(200, ""), (400, "Disallowed CORS headers")]
    ),
    "AUT-F4316": Demonstration(_keys, [200, 401, 401], [200, 200, 401]),
}
