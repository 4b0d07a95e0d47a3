"""Leadiosa: contacts, their attributes, and their erasure."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reference.storage.database import open_database
from tests.reference.conftest import Running
from tests.reference.leadiosa import EVENTS, PUBLIC_URL, Workspace, full_workspace, new_workspace

DATA = {
    "name": "Wilhelmina Quastenflosser",
    "email": "wilhelmina.quastenflosser@example.org",
    "phone": "+491570006666",
    "attributes": {"birthday-of-wq": "1969-07-20-wq", "seats": 12, "vip": True},
}
TRACES = (
    "Wilhelmina",
    "Quastenflosser",
    "quastenflosser@example.org",
    "+491570006666",
    "birthday-of-wq",
    "1969-07-20-wq",
    "wq-wrote-this",
    "wq-wrote-that",
    "wq-was-written-to",
    "wq-noted",
)


def test_a_contact_is_changed_field_by_field(workspace: Workspace) -> None:
    """LEAD-14: what is left out stays as it is."""
    before = workspace.contact()
    contact = f"/contacts/{before['id']}"
    workspace.server.advance(1)
    for name, value in DATA.items():
        answer = workspace.done("PATCH", contact, {name: value})
        assert answer[name] == value
        assert workspace.done("GET", contact) == answer
        assert workspace.contact() == answer
    assert {name: answer[name] for name in DATA} == DATA
    assert answer["updated_at"] > before["updated_at"]
    assert (answer["id"], answer["created_at"]) == (before["id"], before["created_at"])


def test_attributes_are_replaced_as_a_whole(workspace: Workspace) -> None:
    """LEAD-14, LEAD-06: and an empty map is left out."""
    contact = f"/contacts/{workspace.contact()['id']}"
    workspace.done("PATCH", contact, {"attributes": {"a": "x", "b": 1}})
    answer = workspace.done("PATCH", contact, {"attributes": {"b": 2.5}})
    assert answer["attributes"] == {"b": 2.5}
    assert "attributes" not in workspace.done("PATCH", contact, {"attributes": {}})
    assert "attributes" not in workspace.done("GET", contact)


@pytest.mark.parametrize("value", [0, 12, -3, 2.5, 1e300, "", "12", True, False, "\0"])
def test_an_attribute_keeps_its_value_and_its_type(workspace: Workspace, value: Any) -> None:
    """LEAD-14: strings, numbers and booleans; 1 is not true, and 12 not 12.0."""
    contact = f"/contacts/{workspace.contact()['id']}"
    workspace.done("PATCH", contact, {"attributes": {"of": 1}})
    kept = workspace.done("PATCH", contact, {"attributes": {"of": value}})["attributes"]["of"]
    assert kept == value
    assert isinstance(kept, bool) == isinstance(value, bool)
    assert str(kept) == str(value)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "body"),
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"email": "nobody"}, "email"),
        ({"phone": 5}, "phone"),
        ({"attributes": None}, "attributes"),
        ({"attributes": {"a": None}}, "a"),
        ({"attributes": {"a": []}}, "a"),
        ({"attributes": {"a": {}}}, "a"),
        ({"nickname": "x"}, "nickname"),
        ({"id": "x"}, "id"),
    ],
)
def test_a_wrong_field_is_named(workspace: Workspace, body: Any, named: str) -> None:
    """LEAD-08, LEAD-06: null is a wrong value like any other."""
    contact = f"/contacts/{workspace.contact()['id']}"
    before = workspace.done("GET", contact)
    assert named in workspace.refused(400, "invalid_request", "PATCH", contact, body)
    assert workspace.done("GET", contact) == before


def test_the_contacts_of_others_do_not_exist(leadiosa: Running) -> None:
    """LEAD-08: not to read, not to change, not to erase."""
    mine, other = new_workspace(leadiosa), new_workspace(leadiosa)
    theirs = other.contact()
    for contact_id in theirs["id"], "cont_000000":
        for method, body in ("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None):
            mine.refused(404, "contact_not_found", method, f"/contacts/{contact_id}", body)
    assert other.contact() == theirs


def test_the_api_makes_no_contact(workspace: Workspace) -> None:
    """LEAD-14: there is no POST."""
    response = workspace.answer("POST", "/contacts", {"name": "x"})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


def _remembered(workspace: Workspace) -> tuple[str, list[str]]:
    """Make a contact known all over the workspace; return its id and its conversations."""
    contact = workspace.contact()["id"]
    workspace.done("POST", "/webhooks", {"url": PUBLIC_URL, "events": list(EVENTS)})
    workspace.done("PATCH", f"/contacts/{contact}", DATA)
    conversations = [workspace.conversation(contact_id=contact) for _ in range(2)]
    for conversation in conversations:
        path = f"/conversations/{conversation}"
        said = {"author": "contact", "body": f"wq-wrote-this {'x' * 9_000} wq-wrote-that"}
        workspace.done("POST", f"{path}/messages", said)
        workspace.done("POST", f"{path}/messages", {"body": "Dear Wilhelmina, wq-was-written-to"})
        workspace.done("POST", f"{path}/notes", {"body": "wq-noted Quastenflosser"})
    workspace.done("PATCH", f"/conversations/{conversations[1]}", {"status": "closed"})
    return contact, conversations


def test_erasure_redacts_what_was_written_and_keeps_the_rest(workspace: Workspace) -> None:
    """LEAD-14: conversations stay, each text in them is `[redacted]`, closed ones included."""
    contact, conversations = _remembered(workspace)
    stranger = workspace.conversation(contact_id=workspace.list("/contacts")[1]["id"])
    workspace.done("POST", f"/conversations/{stranger}/messages", {"body": "Kept."})
    before = {path: workspace.done("GET", f"/conversations/{path}") for path in conversations}
    assert workspace.answer("DELETE", f"/contacts/{contact}").status_code == 204
    for conversation, as_it_was in before.items():
        path = f"/conversations/{conversation}"
        assert workspace.done("GET", path) == as_it_was
        messages = workspace.list(f"{path}/messages")
        assert [row["author"] for row in messages] == ["contact", "agent"]
        for row in *messages, *workspace.list(f"{path}/notes"):
            assert (row["body"], row["redacted"]) == ("[redacted]", True)
    (kept,) = workspace.list(f"/conversations/{stranger}/messages")
    assert kept["body"] == "Kept."
    assert "redacted" not in kept


def test_what_is_written_after_erasure_is_redacted_at_once(workspace: Workspace) -> None:
    """LEAD-14: "from then on": nobody could have it erased any more."""
    contact, (conversation, _) = _remembered(workspace)
    workspace.done("DELETE", f"/contacts/{contact}")
    for name in "messages", "notes":
        path = f"/conversations/{conversation}/{name}"
        made = workspace.done("POST", path, {"body": "Wilhelmina again"})
        assert (made["body"], made["redacted"]) == ("[redacted]", True)
        assert workspace.list(path)[-1] == made


def test_an_erased_contact_is_gone(workspace: Workspace) -> None:
    """LEAD-14: a second DELETE is 404, and no conversation can be started with it."""
    contact, _ = _remembered(workspace)
    workspace.done("DELETE", f"/contacts/{contact}")
    for method, body in ("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None):
        workspace.refused(404, "contact_not_found", method, f"/contacts/{contact}", body)
    assert contact not in [row["id"] for row in workspace.list("/contacts")]
    body = {"contact_id": contact}
    workspace.refused(422, "unknown_contact", "POST", "/conversations", body)


def test_nothing_personal_can_be_read_anywhere_after_erasure(leadiosa: Running) -> None:
    """LEAD-14: not on any list, in the journal, or in a delivery that still waits."""
    full = full_workspace(leadiosa)
    workspace = full.workspace
    contact, conversations = _remembered(workspace)
    workspace.done("DELETE", f"/contacts/{contact}")
    paths = ["/conversations", "/contacts", "/knowledge", "/webhooks", "/audit"]
    paths += [
        f"/conversations/{one}/{name}" for one in conversations for name in ("messages", "notes")
    ]
    shown = [workspace.answer("GET", f"{path}?limit=100").text for path in paths]
    shown += [leadiosa.call("requests").text, leadiosa.call("deliveries").text]
    for trace in TRACES:
        assert not any(trace in text for text in shown), trace


def test_a_thief_of_the_database_finds_nothing_after_erasure(tmp_path: Path) -> None:
    """LEAD-14: not in a row, a freed page or the write-ahead log, nor in what the journal keeps."""
    file = tmp_path / "leadiosa.db"
    with closing(Running(open_database(f"sqlite:///{file}"), ("leadiosa",))) as server:
        workspace = new_workspace(server, rows=40)
        contact, _ = _remembered(workspace)
        files = [file, file.with_name("leadiosa.db-wal")]
        stolen = b"".join(stored.read_bytes() for stored in files)
        assert all(trace.encode() in stolen for trace in TRACES)
        workspace.done("DELETE", f"/contacts/{contact}")
        stolen = b"".join(stored.read_bytes() for stored in files)
        stolen += server.call("database").content
        assert not [trace for trace in TRACES if trace.encode() in stolen]
