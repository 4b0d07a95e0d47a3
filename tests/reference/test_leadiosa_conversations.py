"""Leadiosa: the life of conversations, their messages and their notes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.conftest import Running
from tests.reference.leadiosa import Workspace, new_workspace


def test_a_conversation_is_started_open_and_unassigned(workspace: Workspace) -> None:
    """LEAD-12: POST takes a contact, answers 201, and the conversation can be read from then on."""
    contact = workspace.contact()["id"]
    response = workspace.answer("POST", "/conversations", {"contact_id": contact})
    assert response.status_code == 201
    made = response.json()
    assert {**made} == {
        "id": made["id"],
        "contact_id": contact,
        "status": "open",
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
    }
    assert workspace.done("GET", f"/conversations/{made['id']}") == made
    assert workspace.list("/conversations")[0] == made


def test_a_conversation_is_started_for_somebody(workspace: Workspace) -> None:
    """LEAD-12: POST may name an assignee."""
    member = workspace.member()
    body = {"contact_id": workspace.contact()["id"], "assignee_id": member}
    assert workspace.done("POST", "/conversations", body)["assignee_id"] == member


@pytest.mark.parametrize(
    ("before", "asked", "status", "code"),
    [
        ("open", {"status": "open"}, 200, None),
        ("open", {"status": "pending"}, 200, None),
        ("open", {"status": "closed"}, 200, None),
        ("pending", {"status": "open"}, 200, None),
        ("pending", {"status": "pending"}, 200, None),
        ("pending", {"status": "closed"}, 200, None),
        ("closed", {"status": "open"}, 200, None),
        ("closed", {"status": "closed"}, 200, None),
        ("closed", {"status": "pending"}, 409, "conversation_closed"),
        ("open", {"assignee_id": "MEMBER"}, 200, None),
        ("pending", {"assignee_id": "MEMBER"}, 200, None),
        ("closed", {"assignee_id": "MEMBER"}, 409, "conversation_closed"),
        ("closed", {"assignee_id": "nobody"}, 409, "conversation_closed"),
        ("closed", {"assignee_id": "MEMBER", "status": "closed"}, 409, "conversation_closed"),
        ("closed", {"assignee_id": "MEMBER", "status": "pending"}, 409, "conversation_closed"),
        ("closed", {"assignee_id": "MEMBER", "status": "open"}, 200, None),
        ("open", {"assignee_id": "MEMBER", "status": "pending"}, 200, None),
        ("open", {"assignee_id": "MEMBER", "status": "closed"}, 409, "conversation_closed"),
        ("open", {"assignee_id": "nobody"}, 422, "unknown_assignee"),
        ("closed", {"assignee_id": "nobody", "status": "open"}, 422, "unknown_assignee"),
    ],
)
def test_transitions_and_assignment(
    workspace: Workspace, before: str, asked: dict[str, str], status: int, code: str | None
) -> None:
    """LEAD-12: the status changes first; what a closed conversation does not take is 409."""
    member = workspace.member()
    conversation = f"/conversations/{workspace.conversation()}"
    workspace.done("PATCH", conversation, {"status": before})
    as_it_was = workspace.done("GET", conversation)
    body = {name: member if value == "MEMBER" else value for name, value in asked.items()}
    if code is None:
        answer = workspace.done("PATCH", conversation, body)
        assert {name: answer[name] for name in body} == body
        assert workspace.done("GET", conversation) == answer
    else:
        workspace.refused(status, code, "PATCH", conversation, body)
        assert workspace.done("GET", conversation) == as_it_was


def test_the_same_status_again_changes_nothing(workspace: Workspace) -> None:
    """LEAD-12: nor does it end a cursor, or count as an update."""
    workspace.conversation()
    conversation = f"/conversations/{workspace.conversation()}"
    before = workspace.done("GET", conversation)
    cursor = workspace.done("GET", "/conversations?limit=1")["pagination"]["next_cursor"]
    workspace.server.advance(5)
    assert workspace.done("PATCH", conversation, {"status": "open"}) == before
    workspace.done("GET", f"/conversations?after={cursor}")
    workspace.server.advance(5)
    after = workspace.done("PATCH", conversation, {"status": "closed"})
    assert after["updated_at"] > before["updated_at"]
    assert after["created_at"] == before["created_at"]


def test_an_assignment_is_moved(workspace: Workspace) -> None:
    """LEAD-12: and never removed: null is no assignee."""
    conversation = f"/conversations/{workspace.conversation()}"
    for member in workspace.member(), workspace.member():
        answer = workspace.done("PATCH", conversation, {"assignee_id": member})
        assert answer["assignee_id"] == member
    workspace.refused(400, "invalid_request", "PATCH", conversation, {"assignee_id": None})


def test_only_members_of_the_workspace_are_assignees(leadiosa: Running) -> None:
    """LEAD-12, LEAD-08: a member of another workspace is nobody here; so is its contact."""
    mine, other = new_workspace(leadiosa), new_workspace(leadiosa)
    body = {"contact_id": mine.contact()["id"], "assignee_id": other.member()}
    mine.refused(422, "unknown_assignee", "POST", "/conversations", body)
    body = {"contact_id": other.contact()["id"]}
    mine.refused(422, "unknown_contact", "POST", "/conversations", body)
    mine.refused(422, "unknown_contact", "POST", "/conversations", {"contact_id": "a\0b"})


def test_messages_are_appended_to_the_thread(workspace: Workspace) -> None:
    """LEAD-13: the oldest first, from the team unless it is said to be from the contact."""
    thread = f"/conversations/{workspace.conversation()}/messages"
    first = workspace.answer("POST", thread, {"author": "contact", "body": "Hello?"})
    assert first.status_code == 201
    second = workspace.done("POST", thread, {"body": "Hello! \0 \U0001f600"})
    assert second["author"] == "agent"
    assert "redacted" not in second
    assert workspace.list(thread) == [first.json(), second]


def test_a_closed_conversation_takes_no_message(workspace: Workspace) -> None:
    """LEAD-13: 409, from either author, until it is reopened."""
    conversation = f"/conversations/{workspace.conversation()}"
    workspace.done("PATCH", conversation, {"status": "closed"})
    for author in "contact", "agent":
        body = {"author": author, "body": "Late."}
        workspace.refused(409, "conversation_closed", "POST", f"{conversation}/messages", body)
    assert workspace.list(f"{conversation}/messages") == []
    workspace.done("PATCH", conversation, {"status": "open"})
    workspace.done("POST", f"{conversation}/messages", {"body": "In time."})


def test_notes_are_taken_by_closed_conversations(workspace: Workspace) -> None:
    """LEAD-15: the oldest first."""
    conversation = f"/conversations/{workspace.conversation()}"
    first = workspace.done("POST", f"{conversation}/notes", {"body": "Call back."})
    workspace.done("PATCH", conversation, {"status": "closed"})
    second = workspace.answer("POST", f"{conversation}/notes", {"body": "Done."})
    assert second.status_code == 201
    assert workspace.list(f"{conversation}/notes") == [first, second.json()]


def test_notes_are_never_among_the_messages(workspace: Workspace) -> None:
    """LEAD-15: nor is there any other list or resource that the contact's side could show."""
    conversation = f"/conversations/{workspace.conversation()}"
    workspace.done("POST", f"{conversation}/notes", {"body": "xyzzy-secret"})
    workspace.done("POST", f"{conversation}/messages", {"body": "Visible."})
    shown = ("/conversations", conversation, f"{conversation}/messages", "/contacts", "/audit")
    for path in shown:
        assert "xyzzy-secret" not in workspace.answer("GET", path).text


@pytest.mark.parametrize("path", ["", "/messages", "/notes"])
def test_the_conversations_of_others_do_not_exist(leadiosa: Running, path: str) -> None:
    """LEAD-08: another workspace's id is answered as one of nobody."""
    mine, other = new_workspace(leadiosa), new_workspace(leadiosa)
    theirs, nobodys = other.conversation(), "conv_0000000000000000"
    writes = {"": ("PATCH", {"status": "open"})}
    method, body = writes.get(path, ("POST", {"body": "x"}))
    for asked in ("GET", None), (method, body):
        said = {
            mine.refused(
                404, "conversation_not_found", asked[0], f"/conversations/{i}{path}", asked[1]
            ).replace(i, "ID")
            for i in (theirs, nobodys)
        }
        assert len(said) == 1
    assert other.list(f"/conversations/{theirs}/messages") == []


_STEPS = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(["open", "pending", "closed"])),
    st.tuples(st.just("assign"), st.sampled_from([0, 1])),
    st.tuples(st.just("message"), st.text(min_size=1, max_size=20)),
    st.tuples(st.just("note"), st.text(min_size=1, max_size=20)),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(_STEPS, max_size=12))
def test_any_sequence_of_writes_is_as_in_the_model(
    leadiosa: Running, steps: list[tuple[str, Any]]
) -> None:
    """LEAD-12, LEAD-13, LEAD-15: a model of four variables tells every status and every list."""
    workspace = new_workspace(leadiosa, rows=1)
    members = [workspace.member(), workspace.member()]
    conversation = f"/conversations/{workspace.conversation()}"
    status, assignee = "open", None
    messages: list[str] = []
    notes: list[str] = []
    for kind, value in steps:
        if kind == "status":
            expected = 409 if (status, value) == ("closed", "pending") else 200
            got = workspace.answer("PATCH", conversation, {"status": value})
            status = value if expected == 200 else status
        elif kind == "assign":
            expected = 409 if status == "closed" else 200
            got = workspace.answer("PATCH", conversation, {"assignee_id": members[value]})
            assignee = members[value] if expected == 200 else assignee
        elif kind == "message":
            expected = 409 if status == "closed" else 201
            got = workspace.answer("POST", f"{conversation}/messages", {"body": value})
            messages += [value] if expected == 201 else []
        else:
            expected = 201
            got = workspace.answer("POST", f"{conversation}/notes", {"body": value})
            notes.append(value)
        assert got.status_code == expected, got.text
    now = workspace.done("GET", conversation)
    assert (now["status"], now.get("assignee_id")) == (status, assignee)
    assert [row["body"] for row in workspace.list(f"{conversation}/messages")] == messages
    assert [row["body"] for row in workspace.list(f"{conversation}/notes")] == notes
