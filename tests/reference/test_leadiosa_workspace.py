"""Leadiosa: the life of the workspace, the audit log, and the subscription."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.reference.conftest import Running
from tests.reference.leadiosa import (
    ORDINARY,
    WRITES,
    Full,
    Workspace,
    full_workspace,
    new_workspace,
)

ACTIONS = {*WRITES}


@pytest.mark.parametrize("action", WRITES)
def test_every_write_leaves_exactly_one_entry(leadiosa: Running, action: str) -> None:
    """LEAD-18: who, what, and under which request id; the newest first."""
    full = full_workspace(leadiosa)
    workspace = full.workspace
    if action == "workspace.restore":
        WRITES["workspace.close"].by(full)
    before = workspace.list("/audit")
    response = WRITES[action].by(full)
    assert response.is_success, response.text
    entry, *rest = workspace.list("/audit")
    assert rest == before
    assert entry["action"] == action
    assert entry["request_id"] == response.headers["X-Request-Id"]
    assert entry["token_id"]
    assert entry["token_id"] not in workspace.token
    assert {*entry} == {"id", "action", "resource_id", "token_id", "request_id", "created_at"}
    written = response.json() if response.content else {}
    named = full.ids.get(WRITES[action].resource, written.get("id"))
    assert entry["resource_id"] == named


def test_a_write_that_changes_nothing_leaves_an_entry_too(workspace: Workspace) -> None:
    """LEAD-18: it was a write, and it succeeded."""
    conversation = workspace.conversation()
    before = len(workspace.list("/audit"))
    workspace.done("PATCH", f"/conversations/{conversation}", {"status": "open"})
    assert len(workspace.list("/audit")) == before + 1


def _missing(full: Full) -> Full:
    return Full(full.workspace, dict.fromkeys(full.ids, "nobodys"))


def _reading(full: Full) -> Full:
    return Full(full.workspace.with_token("read_only"), full.ids)


def _closed(full: Full) -> Full:
    WRITES["workspace.close"].by(full)
    return full


@pytest.mark.parametrize("failing", [_missing, _reading, _closed])
@pytest.mark.parametrize("action", ORDINARY)
def test_a_write_that_fails_leaves_none(
    leadiosa: Running, action: str, failing: Callable[[Full], Full]
) -> None:
    """LEAD-18: for whatever reason, and nothing else of it either."""
    full = full_workspace(leadiosa)
    caller = failing(full)
    before = full.workspace.list("/audit")
    response = ORDINARY[action].by(caller)
    by_id = "{" in ORDINARY[action].path or action == "conversation.create"
    if failing is not _missing or by_id:
        assert not response.is_success
        assert full.workspace.list("/audit") == before


def test_the_audit_log_is_of_one_workspace_and_read_only(leadiosa: Running) -> None:
    """LEAD-18: a new workspace has an empty one, and nobody can write to it."""
    mine, other = new_workspace(leadiosa), new_workspace(leadiosa)
    mine.conversation()
    assert other.list("/audit") == []
    for method in "POST", "PUT", "PATCH", "DELETE":
        assert mine.answer(method, "/audit", {}).status_code == 405


def test_entries_tell_tokens_apart(workspace: Workspace) -> None:
    """LEAD-18: the id of a token, not the token."""
    workspace.conversation()
    workspace.with_token("agent").conversation()
    second, first = workspace.list("/audit")
    assert first["token_id"] != second["token_id"]


def test_a_workspace_is_closed_and_restored(workspace: Workspace) -> None:
    """LEAD-19: status, archive status and time follow; everything in it is as it was."""
    before = workspace.done("GET", "/workspace")
    assert {*before} == {"id", "name", "status", "created_at"}
    assert before["status"] == "active"
    contacts = workspace.list("/contacts")
    assert workspace.done("GET", "/workspace/archive-status") == {"archived": False}
    closed = workspace.done("POST", "/workspace/close")
    assert closed == before | {"status": "closed"} == workspace.done("GET", "/workspace")
    status = workspace.done("GET", "/workspace/archive-status")
    assert status["archived"] is True
    now = datetime.fromisoformat(workspace.server.control("clock")["now"])
    assert abs(datetime.fromisoformat(status["closed_at"]) - now) < timedelta(milliseconds=1)
    assert workspace.list("/contacts") == contacts
    assert workspace.done("POST", "/workspace/restore") == before
    assert workspace.done("GET", "/workspace/archive-status") == {"archived": False}
    workspace.conversation()


@pytest.mark.parametrize("action", ORDINARY)
def test_a_closed_workspace_takes_no_write(leadiosa: Running, action: str) -> None:
    """LEAD-19: 409 before the request's own resources are looked at, by owners and agents."""
    full = full_workspace(leadiosa)
    WRITES["workspace.close"].by(full)
    full.workspace.refused(409, "workspace_closed", *ORDINARY[action].request(full))
    missing = ORDINARY[action].request(_missing(full))
    full.workspace.refused(409, "workspace_closed", *missing)


def test_a_closed_workspace_is_read_as_before(leadiosa: Running) -> None:
    """LEAD-19: every list, and what is on it."""
    full = full_workspace(leadiosa)
    paths = [full.path(name) for name in ("contacts", "conversations", "messages", "notes")]
    before = [full.workspace.list(path) for path in paths]
    WRITES["workspace.close"].by(full)
    assert [full.workspace.list(path) for path in paths] == before
    conversation = f"/conversations/{full.ids['conversation']}"
    body = {"status": "none"}
    full.workspace.refused(400, "invalid_request", "PATCH", conversation, body)


def test_only_a_closed_workspace_is_restored(workspace: Workspace) -> None:
    """LEAD-19: 409 `workspace_active`."""
    workspace.refused(409, "workspace_active", "POST", "/workspace/restore")


@pytest.mark.parametrize("role", ["agent", "read_only"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/workspace"),
        ("HEAD", "/workspace"),
        ("GET", "/workspace/archive-status"),
        ("POST", "/workspace/close"),
        ("POST", "/workspace/restore"),
    ],
)
def test_the_life_of_the_workspace_is_for_owners(
    workspace: Workspace, role: str, method: str, path: str
) -> None:
    """LEAD-19: others 403; the workspace stays as it is."""
    assert workspace.with_token(role).answer(method, path).status_code == 403
    assert workspace.done("GET", "/workspace")["status"] == "active"


def test_an_agent_writes_everything_else(leadiosa: Running) -> None:
    """LEAD-08: all writes but the life of the workspace."""
    for action, write in ORDINARY.items():
        if not action.startswith("workspace"):
            full = full_workspace(leadiosa)
            caller = Full(full.workspace.with_token("agent"), full.ids)
            assert write.by(caller).is_success, action


def test_workspaces_are_closed_one_by_one(leadiosa: Running) -> None:
    """LEAD-19: the neighbour is open."""
    mine, other = new_workspace(leadiosa), new_workspace(leadiosa)
    mine.done("POST", "/workspace/close")
    other.conversation()


def test_the_subscription_is_that_of_the_month(workspace: Workspace) -> None:
    """LEAD-20: plan, cycle and AI tokens, for every token; nothing can be written."""
    for role in "owner", "agent", "read_only":
        subscription = workspace.with_token(role).done("GET", "/billing/subscription")
    assert subscription["plan"]
    assert 0 <= subscription["ai_tokens"]["used"] <= subscription["ai_tokens"]["included"]
    cycle = subscription["billing_cycle"]
    assert cycle["interval"] == "month"
    now = datetime.fromisoformat(workspace.server.control("clock")["now"])
    start, end = (datetime.fromisoformat(cycle[name]) for name in ("starts_at", "ends_at"))
    assert start <= now < end
    assert (start.day, end.day) == (1, 1)
    assert timedelta(days=28) <= end - start <= timedelta(days=31)
    for method in "POST", "PUT", "PATCH", "DELETE":
        assert workspace.answer(method, "/billing/subscription").status_code == 405
