"""HaloAgents: replies, whole and in pieces."""

from tests.reference.conftest import Running
from tests.reference.haloagents import Organization, events

QUESTION = {
    "message": "And if I pay by card?",
    "history": [
        {"role": "user", "content": "How long does it take?"},
        {"role": "assistant", "content": "Five days."},
    ],
    "behavior_context": "Looked at the returns page twice.",
    "custom_fields": {"order": "A-1009"},
}


def test_a_message_is_answered_by_one_reply(org: Organization) -> None:
    """HALO-10"""
    answer = org.accepted("/chat", {"message": "How long does a refund take?"})
    assert answer == {"reply": "Refunds take five working days."}


def test_the_same_question_has_the_same_reply_whole_and_streamed(org: Organization) -> None:
    """HALO-10, HALO-11"""
    reply = org.accepted("/chat", QUESTION)["reply"]
    assert org.accepted("/chat", QUESTION)["reply"] == reply
    *deltas, done = org.accepted("/chat/stream", QUESTION)
    assert done == ("done", {"reply": reply})
    assert {name for name, _ in deltas} == {"delta"}
    assert len(deltas) > 2
    assert "".join(data["text"] for _, data in deltas) == reply
    assert all(data["text"] for _, data in deltas)


def test_a_stream_is_sent_event_by_event(org: Organization) -> None:
    """HALO-11"""
    response = org.post("/chat/stream", QUESTION)
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    chunks = org.server.chunks("/chat/stream", org.key, QUESTION)
    assert [chunk.count(b"\n\n") for chunk in chunks] == [1] * len(events(response.text))


def test_what_goes_wrong_in_the_middle_is_an_error_event(org: Organization) -> None:
    """HALO-11: it is the last one."""
    org.agent(fails_after=2)
    names = [name for name, _ in org.accepted("/chat/stream", QUESTION)]
    assert names == ["delta", "delta", "error"]
    assert org.refused(500, "/chat", QUESTION) == "Something went wrong on our side."


def test_what_goes_wrong_before_is_an_ordinary_error(org: Organization) -> None:
    """HALO-11"""
    org.verify()
    refusals = (
        (400, {"message": ""}),
        (403, {"message": "Hi", "user_id": "user_123"}),
    )
    for status, body in refusals:
        assert org.post("/chat/stream", body).headers["Content-Type"] == "application/json"
        org.refused(status, "/chat/stream", body)
    org.agent(fails_after=0)
    assert org.refused(500, "/chat/stream", QUESTION) == "Something went wrong on our side."


def test_a_reply_can_be_watched_from_the_control_plane(org: Organization) -> None:
    """HALO-11: how it ended, and nothing of what was said."""
    org.accepted("/chat", QUESTION)
    org.agent(fails_after=1)
    org.accepted("/chat/stream", QUESTION)
    replies = org.server.control("replies")["replies"]
    mine = [reply for reply in replies if reply["org_id"] == org.org_id]
    assert [(reply["operation"], reply["outcome"]) for reply in mine] == [
        ("sendChat", "finished"),
        ("streamChat", "failed"),
    ]
    assert mine[1]["pieces"] == 1
    assert "card" not in str(replies)


def test_organizations_and_their_agents_are_set_by_name_or_id(
    halo: Running, org: Organization
) -> None:
    assert org.agent(pause=0) == org.agent()
    assert org.agent(active=False, fails_after=3)["active"] is False
    for name in (org.tenant, org.org_id):
        answer = halo.control("identity", {"org": name, "enabled": False})
        assert answer == {"org": name, "enabled": False, "secret": org.verify(enabled=False)}
    for call, body in (("identity", {"enabled": True}), ("agents", {"active": True})):
        for name, status in (("org_nobody", 404), ("nobody", 404), ("Not a name", 400)):
            response = halo.call(call, {"org": name, **body})
            assert response.status_code == status
            assert response.json()["error"]["message"].endswith(".")
    assert halo.call("agents", {"org": org.org_id, "pause": -1}).status_code == 400
    assert halo.call("identity", {"org": org.org_id}).status_code == 400


def test_rows_are_listed_by_collection_and_tenant(halo: Running, org: Organization) -> None:
    place = {"api": "haloagents", "tenant": org.tenant, "collection": "events"}
    org.accepted("/events", {"events": [{"name": str(number)} for number in range(5)]})
    rows = halo.control("rows/list", {**place, "limit": 2})["rows"]
    assert [row["data"]["name"] for row in rows] == ["3", "4"]
    assert halo.control("rows/list", {**place, "tenant": "nobody"}) == {"rows": []}
    assert halo.call("rows/list", {**place, "collection": "secrets"}).status_code == 400


def test_rows_are_added_updated_and_made_anew(halo: Running, org: Organization) -> None:
    place = {"api": "haloagents", "tenant": org.tenant}
    added = halo.control(
        "rows", {**place, "collection": "users", "insert": 2, "values": {"plan": "gold"}}
    )
    ids = added["ids"]
    gold = [user["user_id"] for user in org.stored("users") if user["plan"] == "gold"]
    assert gold == ids
    halo.control(
        "rows", {**place, "collection": "users", "update": ids[:1], "values": {"plan": "tin"}}
    )
    answer = org.accepted("/users/identify", {"user_id": ids[0]})
    assert answer["user"]["plan"] == "tin"
    (series_id,) = halo.control("rows", {**place, "collection": "series", "insert": 1})["ids"]
    enrolling = {"series_id": series_id, "user_id": ids[1], "action": "enroll"}
    assert org.accepted("/series", enrolling)["enrolled"]
    secret = org.verify()
    halo.control("seed", {"api": "haloagents", "tenants": [org.tenant], "rows": 4})
    counts = {name: len(org.stored(name)) for name in ("users", "companies", "series")}
    assert counts == {"users": 4, "companies": 4, "series": 4}
    assert org.stored("enrollments") == []
    assert org.verify() == secret
    for wrong in (
        {"collection": "agents", "insert": 1},
        {"collection": "users", "update": ["nobody"]},
        {"collection": "users", "insert": 1, "values": {"traits": "x"}},
    ):
        assert halo.call("rows", {**place, **wrong}).status_code == 400
