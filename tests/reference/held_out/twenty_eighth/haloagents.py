"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _trusted(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(role="owner", plan=""), org.verify())
    body = {"user_id": "user_123", "user_token": token, "role": "member", "plan": "pro"}
    user = org.accepted("/users/identify", body)["user"]
    return user["role"], user["plan"]


def _alike(server: Running) -> object:
    org = _org(server)
    token = signed(org.claims(user_id="zo\u00eb"), org.verify())
    return [
        org.post("/users/identify", {"user_id": user, "user_token": token}).status_code
        for user in ("zo\u00eb", "zoe\u0308", "zoe")
    ]


def _same_reply(server: Running) -> object:
    org = _org(server)
    same = []
    for message in ("And now?", "And now?\n"):
        ask = {"message": message}
        _, done = org.accepted("/chat/stream", ask)[-1]
        same.append(done == org.accepted("/chat", ask))
    return same


def _traits_of_two_calls(server: Running) -> object:
    org = _org(server)
    return [
        org.post(
            "/companies/identify", {"company_id": "new", "traits": {name: "a" * 30_000}}
        ).status_code
        for name in ("a", "a", "b")
    ]


def _repeated(server: Running) -> object:
    org = _org(server)
    names = ("clicked", "left", "clicked")
    return org.accepted("/events", {"events": [{"name": name} for name in names]})["stored"]


def _foreign_series(server: Running) -> object:
    other = organization(server, "other")
    place = {"api": "haloagents", "tenant": other.tenant, "collection": "series"}
    (foreign,) = server.control("rows", {**place, "insert": 1, "values": {}})["ids"]
    org = _org(server)
    return [
        org.post("/series", {"series_id": one, "user_id": "user_123", "action": action}).status_code
        for one, action in ((foreign, "enroll"), (foreign, "remove"), ("none", "remove"))
    ]


def _origins(server: Running) -> object:
    org = _org(server)
    page = {"Origin": "https://shop.example"}
    body = {"events": [{"name": "a"}]}
    return [
        server.send("POST", "/events", org.key, page | more, json=body).headers[
            "Access-Control-Allow-Origin"
        ]
        for more in ({}, {"Cookie": "theme=dark"})
    ]


def _tickets(server: Running) -> object:
    org = _org(server)
    statuses = []
    for active in (True, False):
        org.agent(active=active)
        ticket = {"subject": "a", "description": "b"}
        statuses.append(org.post("/tickets/create", ticket).status_code)
    return statuses


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F4851": Demonstration(_trusted, ("owner", ""), ("owner", "pro")),
    "JWT-F4852": Demonstration(_alike, [200, 403, 403], [200, 200, 403]),
    "SSE-F4853": Demonstration(_same_reply, [True, True], [True, False]),
    "LIM-F4854": Demonstration(_traits_of_two_calls, [200, 200, 200], [200, 200, 400]),
    "SCH-F4855": Demonstration(_repeated, 3, 2),
    "TEN-F4856": Demonstration(_foreign_series, [404, 404, 404], [404, 200, 404]),
    "COR-F4857": Demonstration(_origins, ["*", "*"], ["*", "https://shop.example"]),
    "LIF-F4858": Demonstration(_tickets, [200, 200], [200, 404]),
}
