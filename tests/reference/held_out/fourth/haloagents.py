"""What shows the fourth set of faults of HaloAgents."""

from collections.abc import Mapping

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, organization
from tests.reference.held_out.demonstration import Demonstration


def _org(server: Running) -> Organization:
    return organization(server, "acme")


def _ignored_tokens(server: Running) -> object:
    org = _org(server)
    org.verify(enabled=False)
    return [
        org.post("/chat", {"message": "Hi", "user_id": "u", "user_token": token}).status_code
        for token in ("none", "a.b.c")
    ]


def _spaced_messages(server: Running) -> object:
    org = _org(server)
    return [
        org.post(path, {"message": message}).status_code
        for path in ("/chat", "/chat/stream")
        for message in ("x" * 10_000, "x" * 10_000 + " ", "x" * 10_001)
    ]


def _changed_traits(server: Running) -> object:
    org = _org(server)
    seen = []
    for collection, name in (("users", "user"), ("companies", "company")):
        for traits in ({"seats": 1}, {"seats": 2, "plan": "pro"}):
            body = {f"{name}_id": "newcomer", "traits": traits}
            seen.append(org.accepted(f"/{collection}/identify", body)[name]["traits"])
    return seen


def _streamed(server: Running) -> object:
    events = _org(server).accepted("/chat/stream", {"message": "hello"})
    said = "".join(data["text"] for event, data in events if event == "delta")
    return said == events[-1][1]["reply"], events[-1][0]


def _media_types(server: Running) -> object:
    org = _org(server)
    return [
        server.send(
            "POST", "/chat", org.key, {"Content-Type": media_type}, content=b'{"message": "Hi"}'
        ).status_code
        for media_type in ("application/json", "application/json; charset=utf-8", "text/plain")
    ]


def _enrolled(server: Running) -> object:
    org = _org(server)
    first, second = (one["series_id"] for one in org.stored("series")[:2])
    for user in ("one", "two"):
        org.accepted("/users/identify", {"user_id": user})
        for series in (first, second):
            body = {"series_id": series, "user_id": user, "action": "enroll"}
            org.accepted("/series", body)
    org.accepted("/series", {"series_id": first, "user_id": "one", "action": "remove"})
    return [
        sum(one["user_id"] == user for one in org.stored("enrollments")) for user in ("one", "two")
    ]


_OLD, _NEW = {"seats": 1}, {"seats": 2, "plan": "pro"}

DEMONSTRATIONS: Mapping[str, Demonstration] = {
    "IDN-F1121": Demonstration(_ignored_tokens, [200, 200], [403, 200]),
    "LIM-F1122": Demonstration(_spaced_messages, [200, 400, 400] * 2, [200, 200, 400] * 2),
    "STA-F1123": Demonstration(
        _changed_traits, [_OLD, _NEW] * 2, [_OLD, _NEW, _OLD, {"seats": 1, "plan": "pro"}]
    ),
    "STR-F1124": Demonstration(_streamed, (True, "done"), (False, "done")),
    "ENV-F1125": Demonstration(_media_types, [200, 200, 400], [200, 400, 400]),
    "STA-F1126": Demonstration(_enrolled, [1, 2], [0, 2]),
}
