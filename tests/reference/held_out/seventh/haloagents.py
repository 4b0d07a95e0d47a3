"""What shows the seventh set of faults of HaloAgents."""

from collections.abc import Mapping
from typing import Any

from tests.reference.conftest import Running
from tests.reference.haloagents import events, organization, signed
from tests.reference.held_out.demonstration import Demonstration

_WRONG_SECRET = "not the secret of anybody's organization"  # noqa: S105 - it opens nothing


def _configured(server: Running) -> object:
    """Whether the agent is the one asked for: without a key, with one's own, with another's."""
    acme, globex = organization(server, "acme"), organization(server, "globex")
    agent = server.get("/config", None, org_id=acme.org_id).json()
    return [
        server.get("/config", key, org_id=acme.org_id).json() == agent
        for key in (None, acme.key, globex.key)
    ]


def _chats_of_a_user(server: Running) -> object:
    """What a user gets without a token, with one, without again, and later."""
    org, seen = organization(server, "acme"), []
    body: dict[str, Any] = {"message": "hello", "user_id": "user_123"}
    with_token = {"user_token": signed(org.claims(), org.verify())}
    for sent, wait in ((body, 1), (body | with_token, 300), (body, 301), (body, 0)):
        seen.append(org.post("/chat", sent).status_code)
        server.advance(wait)
    return seen


def _identified(server: Running) -> object:
    """Whose role counts: that of the body, or that of a token that anybody could have signed."""
    org, seen = organization(server, "acme"), []
    token = signed(org.claims(role="owner"), _WRONG_SECRET)
    for given in ({}, {"user_token": "no token"}, {"user_token": token}):
        body = {"user_id": "user_123", "role": "viewer", **given}
        seen.append(org.accepted("/users/identify", body)["user"]["role"])
    return seen


def _readable(server: Running) -> object:
    """Whether pages of several origins can read an answer, an error and a preflight."""
    key, seen = organization(server, "acme").key, []
    for origin in ("https://shop.example", "null"):
        sent = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        asked = (("POST", key), ("POST", None), ("OPTIONS", None))
        answers = [server.send(method, "/chat", with_key, sent) for method, with_key in asked]
        seen.append([one.headers.get("Access-Control-Allow-Origin") for one in answers])
    return seen


def _measured(server: Running) -> object:
    org, longest = organization(server, "acme"), "x" * 10_000
    messages = (longest, f"{longest}x", f"{longest}\n", " ")
    said = org.accepted("/chat", {"message": " what now? "})["reply"]
    statuses = [org.post("/chat", {"message": message}).status_code for message in messages]
    return statuses, "of 11 characters" in said


def _remembered(server: Running) -> object:
    """Whether the stream gives the reply of the chat, after a short history and a longer one."""
    org, seen = organization(server, "acme"), []
    org.agent(pause=0)
    for length in (2, 12):
        history = [{"role": "user", "content": str(number)} for number in range(length)]
        body = {"message": "what now?", "history": history}
        reply = org.accepted("/chat", body)
        seen.append(events(org.post("/chat/stream", body).text)[-1] == ("done", reply))
    return seen


def _agent_found(server: Running) -> object:
    """Whether the agent is there: before it is switched off, while it is, after, and later."""
    org, seen = organization(server, "acme"), []
    for active, wait in ((True, 1), (False, 1), (True, 300), (True, 0)):
        org.agent(active=active)
        chat = org.post("/chat", {"message": "hello"}).status_code
        config = server.get("/config", None, org_id=org.org_id).status_code
        seen.append((chat, config))
        server.advance(wait)
    return seen


def _traits(server: Running) -> object:
    org, seen = organization(server, "acme"), []
    for traits in ({"seats": 5, "news": True}, {"seats": 0, "news": False}, {"seats": 7}):
        body = {"company_id": "company_7", "traits": traits}
        seen.append(org.accepted("/companies/identify", body)["company"]["traits"])
    return seen


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "TEN-F1509": Demonstration(_configured, [True, True, True], [True, True, False]),
    "IDN-F1510": Demonstration(_chats_of_a_user, [403, 200, 403, 403], [403, 200, 200, 403]),
    "IDN-F1511": Demonstration(_identified, ["viewer"] * 3, ["viewer", "viewer", "owner"]),
    "HDR-F1512": Demonstration(_readable, [["*"] * 3, ["*"] * 3], [["*"] * 3, [None] * 3]),
    "LIM-F1513": Demonstration(
        _measured, ([200, 400, 400, 200], True), ([200, 400, 200, 400], False)
    ),
    "SSE-F1514": Demonstration(_remembered, [True, True], [True, False]),
    "CCH-F1515": Demonstration(
        _agent_found,
        [(200, 200), (404, 404), (200, 200), (200, 200)],
        [(200, 200), (404, 404), (200, 404), (200, 200)],
    ),
    "LIF-F1516": Demonstration(
        _traits,
        [{"seats": 5, "news": True}, {"seats": 0, "news": False}, {"seats": 7, "news": False}],
        [{"seats": 5, "news": True}, {"seats": 5, "news": True}, {"seats": 7, "news": True}],
    ),
}
