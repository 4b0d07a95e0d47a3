"""What shows the faults of HaloAgents that were planted from its documentation alone."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization, signed
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _foreign_token(server: Running) -> object:
    own, other = _org(server), organization(server, "other")
    other.verify()
    body = {"user_id": "user_123", "user_token": signed(own.claims(), own.verify())}
    return [org.post("/users/identify", body).status_code for org in (other, own, other)]


def _configured(server: Running) -> object:
    org = _org(server)
    path = f"/config?org_id={org.org_id}"
    return [server.send("GET", path, key).status_code for key in (None, org.key, "ab_live_old")]


def _histories(server: Running) -> object:
    org = _org(server)
    same = []
    for count in (49, 50):
        said = [{"role": "user", "content": "Hi"}] * count
        ask = {"message": "And now?", "history": said}
        _, done = org.accepted("/chat/stream", ask)[-1]
        same.append(done == org.accepted("/chat", ask))
    return same


def _broken_off(server: Running) -> object:
    org = _org(server)
    shown = []
    for pieces in (0, 1):
        org.agent(fails_after=pieces, pause=0)
        shown.append(org.post("/chat", {"message": "A refund?"}).status_code)
    last, _ = org.accepted("/chat/stream", {"message": "A refund?"})[-1]
    return [*shown, last]


def _origins(server: Running) -> object:
    org = _org(server)
    return [
        server.send("POST", path, org.key, {"Origin": origin}, json={"message": "Hi"}).headers.get(
            "Access-Control-Allow-Origin"
        )
        for path in ("/chat", "/chat/stream")
        for origin in ("https://shop.example", "null")
    ]


def _metadata(server: Running) -> object:
    org = _org(server)
    statuses = [
        org.post(
            "/events", {"events": [{"name": "a", "metadata": {"a": letter * 4_000}}]}
        ).status_code
        for letter in ("a", "é")
    ]
    return statuses, len(org.stored("events"))


def _traits(server: Running) -> object:
    org = _org(server)
    for locale in ("en-GB", None):
        body = {"user_id": "new", "traits": {"locale": locale}}
        user = org.accepted("/users/identify", body)["user"]
    return user["traits"]


def _enrolled_again(server: Running) -> object:
    org = _org(server)
    place = {"series_id": "onboarding", "user_id": "user_123"}
    answers = [
        org.accepted("/series", {**place, "action": action})["enrolled"]
        for action in ("enroll", "remove", "enroll")
    ]
    return answers, len(org.stored("enrollments"))


DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "JWT-F4811": Demonstration(_foreign_token, [403, 200, 403], [403, 200, 200]),
    "AUT-F4812": Demonstration(_configured, [200, 200, 200], [200, 200, 401]),
    "SSE-F4813": Demonstration(_histories, [True, True], [True, False]),
    "SSE-F4814": Demonstration(_broken_off, [500, 500, "error"], [500, 200, "done"]),
    "COR-F4815": Demonstration(_origins, ["*", "*", "*", "*"], ["*", None, "*", None]),
    "LIM-F4816": Demonstration(_metadata, ([200, 200], 2), ([200, 400], 1)),
    "STA-F4817": Demonstration(_traits, {"locale": None}, {"locale": "en-GB"}),
    "LIF-F4818": Demonstration(
        _enrolled_again, ([True, False, True], 1), ([True, False, False], 0)
    ),
}
