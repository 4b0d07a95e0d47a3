"""What shows the faults of HaloAgents that were planted from its documentation alone."""

import asyncio
from collections.abc import Mapping

import httpx2

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, events, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _token_of_another(server: Running) -> object:
    ours, theirs = _org(server), organization(server, "globex")
    token = signed(ours.claims(), ours.verify())
    theirs.verify()
    body = {"user_id": "user_123", "user_token": token}
    return [
        org.post("/users/identify", body).status_code for org in (theirs, ours, theirs)
    ], ours.post("/users/identify", {**body, "user_id": "user_456"}).status_code


def _undocumented_switch(server: Running) -> object:
    org = _org(server)
    return [
        org.post("/chat", {"message": "Hi", **more}).headers["Content-Type"].partition(";")[0]
        for more in ({}, {"streaming": True}, {"stream": True})
    ]


def _two_streams(server: Running) -> object:
    org = _org(server)
    org.agent(pause=0.02)
    headers = {"Authorization": f"Bearer {org.key}"}

    async def both() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(server.origin)
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            path = f"{server.base}/chat/stream"
            asked = (
                client.post(path, headers=headers, json={"message": message})
                for message in ("price", "refund")
            )
            return await asyncio.gather(*asked)

    streams = [events(response.text) for response in server.run(both())]
    alone = org.accepted("/chat/stream", {"message": "price"})
    return [
        done == {"reply": "".join(data["text"] for _, data in deltas)}
        for *deltas, (_, done) in (*streams, alone)
    ]


def _with_a_cookie(server: Running) -> object:
    org = _org(server)
    origin = {"Origin": "https://shop.example"}
    return [
        server.send("POST", "/chat", org.key, {**origin, **more}, json={"message": "Hi"}).headers[
            "Access-Control-Allow-Origin"
        ]
        for more in ({}, {"Cookie": "a=b"})
    ]


def _much_of_a_company(server: Running) -> object:
    org = _org(server)
    return [
        org.post("/companies/identify", {"company_id": "c", "traits": traits}).status_code
        for traits in ({"a": "a" * 30_000}, {"b": "b" * 30_000}, {"b": "b"})
    ], [len(row["traits"]) for row in org.stored("companies") if row["company_id"] == "c"]


def _without_org_id(server: Running) -> object:
    org = _org(server)
    return [server.get("/config", key).status_code for key in (None, org.key)]


def _enrolled_again(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "onboarding", "user_id": "user_123"}
    return [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("remove", "enroll", "enroll", "remove", "enroll")
    ], len(org.stored("enrollments"))


def _dotted(server: Running) -> object:
    body = {"user_id": "new", "traits": {"plan.tier": "gold", "v1.": 2, "seats": 5}}
    return _org(server).accepted("/users/identify", body)["user"]["traits"]


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F1709": Demonstration(_token_of_another, ([403, 200, 403], 403), ([403, 200, 200], 403)),
    "ENV-F1710": Demonstration(
        _undocumented_switch,
        ["application/json"] * 3,
        ["application/json", "application/json", "text/event-stream"],
    ),
    "SSE-F1711": Demonstration(_two_streams, [True, True, True], [False, False, True]),
    "COR-F1712": Demonstration(_with_a_cookie, ["*", "*"], ["*", "https://shop.example"]),
    "LIM-F1713": Demonstration(_much_of_a_company, ([200, 200, 200], [2]), ([200, 400, 200], [2])),
    "AUT-F1714": Demonstration(_without_org_id, [400, 400], [400, 200]),
    "LIF-F1715": Demonstration(
        _enrolled_again,
        ([False, True, True, False, True], 1),
        ([False, True, True, False, False], 0),
    ),
    "STA-F1716": Demonstration(
        _dotted,
        {"plan.tier": "gold", "v1.": 2, "seats": 5},
        {"plan": {"tier": "gold"}, "v1.": 2, "seats": 5},
    ),
}
