"""Leadiosa: its rows, as the control plane fills and changes them."""

from typing import Any

import pytest

from tests.reference.conftest import Running, serving
from tests.reference.leadiosa import Workspace, new_workspace

LISTS = ("/contacts", "/conversations", "/knowledge")


def _everything(server: Running, tenant: str) -> Any:
    workspace = Workspace(server, tenant, server.key(tenant))
    rows = [workspace.done("GET", f"{path}?limit=100")["data"] for path in LISTS]
    threads = [
        workspace.list(f"/conversations/{row['id']}/{name}")
        for row in rows[1][:5]
        for name in ("messages", "notes")
    ]
    return rows, threads, workspace.done("GET", "/workspace")


def test_the_same_seed_gives_the_same_rows() -> None:
    with serving("leadiosa") as one, serving("leadiosa") as other:
        for tenant in "acme", "globex", "new":
            assert _everything(one, tenant) == _everything(other, tenant)
        assert _everything(one, "acme") != _everything(one, "globex")
        before = _everything(one, "globex")
        one.control("reset", {"seed": 2})
        assert _everything(one, "globex") != before
        one.control("reset", {})
        assert _everything(one, "globex") == before


def test_no_id_is_in_two_workspaces(leadiosa: Running) -> None:
    ids = [
        row["id"]
        for tenant in ("acme", "globex")
        for rows in _everything(leadiosa, tenant)[0]
        for row in rows
    ]
    assert len({*ids}) == len(ids)


def test_a_workspace_is_believable(leadiosa: Running) -> None:
    """Conversations are with contacts of the workspace who were known by then."""
    workspace = Workspace(leadiosa, "globex", leadiosa.key("globex"))
    conversations = workspace.done("GET", "/conversations?limit=50")["data"]
    for row in conversations:
        contact = workspace.done("GET", f"/contacts/{row['contact_id']}")
        assert contact["created_at"] <= row["created_at"]
        times = [
            one["created_at"] for one in workspace.list(f"/conversations/{row['id']}/messages")
        ]
        assert times == sorted(times)
        assert row["created_at"] <= times[0]
    assert {row["status"] for row in conversations} == {"open", "pending", "closed"}


@pytest.mark.parametrize("rows", [0, 1, 2, 30])
@pytest.mark.parametrize("tenant", ["acme", "sized"])
def test_a_workspace_has_as_many_rows_as_are_wanted(rows: int, tenant: str) -> None:
    with serving("leadiosa") as server:
        server.control("seed", {"api": "leadiosa", "tenants": [tenant], "rows": rows})
        workspace = Workspace(server, tenant, server.key(tenant))
        assert [len(workspace.list(path)) for path in LISTS] == [rows] * 3


def _rows(workspace: Workspace, collection: str, **body: Any) -> Any:
    place = {"api": "leadiosa", "tenant": workspace.tenant, "collection": collection}
    return workspace.server.call("rows", place | body)


def test_rows_are_added_and_changed(workspace: Workspace) -> None:
    contact = _rows(workspace, "contacts", insert=1, values={"name": "N"}).json()["ids"][0]
    assert workspace.done("GET", f"/contacts/{contact}")["name"] == "N"
    given = {"contact_id": contact, "status": "pending"}
    conversation = _rows(workspace, "conversations", insert=1, values=given).json()["ids"][0]
    path = f"/conversations/{conversation}"
    made = workspace.done("GET", path)
    assert (made["contact_id"], made["status"]) == (contact, "pending")
    said = {"conversation_id": conversation, "author": "contact", "body": "Hello"}
    _rows(workspace, "messages", insert=2, values=said)
    assert [row["body"] for row in workspace.list(f"{path}/messages")] == ["Hello"] * 2
    _rows(workspace, "notes", insert=1, values={"conversation_id": conversation})
    assert len(workspace.list(f"{path}/notes")) == 1
    article = _rows(workspace, "knowledge", insert=1).json()["ids"][0]
    _rows(workspace, "knowledge", update=[article], values={"content": "Short."})
    (chunk,) = workspace.list(f"/knowledge/{article}/chunks")
    assert chunk["content"] == "Short."
    _rows(workspace, "conversations", update=[conversation])
    assert workspace.done("GET", path)["updated_at"] > made["updated_at"]
    assert workspace.list("/audit") == []


def test_an_added_row_never_takes_the_id_of_an_erased_one(workspace: Workspace) -> None:
    """LEAD-05: an id is one thing's for good."""
    first = _rows(workspace, "contacts", insert=1).json()["ids"][0]
    workspace.done("DELETE", f"/contacts/{first}")
    assert _rows(workspace, "contacts", insert=1).json()["ids"] != [first]


@pytest.mark.parametrize(
    ("collection", "body", "said"),
    [
        ("deals", {"insert": 1}, "'deals'"),
        ("contacts", {"insert": 1, "values": {"stage": "x"}}, "'stage'"),
        ("contacts", {"insert": 1, "values": {"name": ""}}, "name"),
        ("contacts", {"update": ["nobody"]}, "'nobody'"),
        ("conversations", {"insert": 1, "values": {"status": "x"}}, "'x'"),
        ("conversations", {"insert": 1, "values": {"contact_id": "x"}}, "'x'"),
        ("conversations", {"insert": 1, "values": {"assignee_id": "x"}}, "'x'"),
        ("messages", {"insert": 1, "values": {"author": "x"}}, "'x'"),
        ("messages", {"update": ["x"]}, "what to change"),
        ("members", {"insert": 1, "values": {"name": "x"}}, "Members"),
        ("members", {"update": ["x"]}, "'members'"),
    ],
)
def test_what_makes_no_sense_is_400(
    workspace: Workspace, collection: str, body: Any, said: str
) -> None:
    response = _rows(workspace, collection, **body)
    assert response.status_code == 400
    assert said in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("collection", "path"),
    [
        ("conversations", "/conversations"),
        ("messages", "/conversations/{parent}/messages"),
        ("notes", "/conversations/{parent}/notes"),
        ("chunks", "/knowledge/{parent}/chunks"),
        ("webhooks", "/webhooks"),
        ("audit", "/audit"),
    ],
)
def test_an_empty_workspace_gets_what_a_row_belongs_to(
    leadiosa: Running, collection: str, path: str
) -> None:
    workspace = new_workspace(leadiosa, rows=0)
    made = _rows(workspace, collection, insert=3).json()["ids"]
    parents = "/knowledge" if collection == "chunks" else "/conversations"
    parent = next((row["id"] for row in workspace.list(parents)), "")
    listed = workspace.list(path.format(parent=parent))
    assert {row["id"] for row in listed} >= {*made}
