"""Leadiosa: pages of lists, and cursors that end when the data of their list change."""

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reference.conftest import Running
from tests.reference.leadiosa import (
    LISTS,
    WRITES,
    Full,
    Workspace,
    full_workspace,
    new_workspace,
)


@pytest.fixture(scope="module")
def shared(leadiosa: Running) -> Full:
    """A workspace that tests of this module share, and only read."""
    return full_workspace(leadiosa)


@pytest.fixture
def full(shared: Full) -> Full:
    """The same, with a token of its own."""
    return Full(shared.workspace.with_token("owner"), shared.ids)


def _pages(workspace: Workspace, path: str, limit: int) -> list[Any]:
    pages = [workspace.done("GET", f"{path}?limit={limit}")]
    while pages[-1]["pagination"]["has_more"]:
        cursor = pages[-1]["pagination"]["next_cursor"]
        pages.append(workspace.done("GET", f"{path}?limit={limit}&after={cursor}"))
    return pages


def _first_cursor(workspace: Workspace, path: str) -> str:
    return str(workspace.done("GET", f"{path}?limit=1")["pagination"]["next_cursor"])


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("limit", [1, 2, 100])
def test_a_walk_meets_every_row_once(full: Full, name: str, limit: int) -> None:
    """LEAD-09: pages of the size asked for, `next_cursor` left out on the last one."""
    whole = full.workspace.list(full.path(name))
    pages = _pages(full.workspace, full.path(name), limit)
    assert [row for page in pages for row in page["data"]] == whole
    assert all(len(page["data"]) == limit for page in pages[:-1])
    assert pages[-1]["data"]
    assert [*pages[-1]["pagination"]] == ["has_more"]


def test_a_page_has_25_rows_unless_more_or_fewer_are_asked_for(leadiosa: Running) -> None:
    """LEAD-09: and `limit` may change from page to page."""
    workspace = new_workspace(leadiosa, rows=101)
    for path in "/contacts", "/conversations", "/knowledge":
        page = workspace.done("GET", path)
        assert len(page["data"]) == 25
        cursor = page["pagination"]["next_cursor"]
        following = workspace.done("GET", f"{path}?limit=100&after={cursor}")
        assert len(following["data"]) == 76
        assert not {row["id"] for row in page["data"]} & {row["id"] for row in following["data"]}
        assert len(workspace.done("GET", f"{path}?limit=100")["data"]) == 100


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("limit=1&limit=2", "limit"),
        ("after=a&after=b", "after"),
        ("status=open", "status"),
        ("cursor=x", "cursor"),
    ],
)
def test_limits_and_parameters_are_never_clamped(
    full: Full, name: str, query: str, named: str
) -> None:
    """LEAD-09, LEAD-08: 400 names the parameter."""
    path = f"{full.path(name)}?{query}"
    assert named in full.workspace.refused(400, "invalid_request", "GET", path)


@pytest.mark.parametrize("name", LISTS)
def test_the_order_is_as_documented(full: Full, name: str) -> None:
    """LEAD-09: newest first, but for messages and notes, and chunks in the article's order."""
    rows = full.workspace.list(full.path(name))
    if name == "chunks":
        assert [row["position"] for row in rows] == list(range(len(rows)))
    else:
        times = [row["created_at"] for row in rows]
        assert times == sorted(times, reverse=name not in {"messages", "notes"})
    if name in {"messages", "notes"}:
        assert [row["body"] for row in rows] == ["one", "two", "three"]


@pytest.mark.parametrize("action", WRITES)
def test_a_write_ends_the_cursors_of_the_lists_it_changes_and_no_others(
    leadiosa: Running, action: str
) -> None:
    """LEAD-10: driven over every write that there is."""
    full = full_workspace(leadiosa)
    workspace, write = full.workspace, WRITES[action]
    if action == "workspace.restore":
        WRITES["workspace.close"].by(full)
    paths = {name: full.path(name) for name in LISTS}
    before = {name: workspace.list(path) for name, path in paths.items()}
    cursors = {name: _first_cursor(workspace, path) for name, path in paths.items()}
    assert write.by(full).is_success
    for name, cursor in cursors.items():
        answer = workspace.answer("GET", f"{paths[name]}?limit=1&after={cursor}")
        if action == "article.delete" and name == "chunks":
            assert answer.status_code == 404
        elif name in {*write.changes, "audit"}:
            assert answer.status_code == 400, name
            assert answer.json()["error"]["code"] == "cursor_expired"
        else:
            assert answer.status_code == 200, name
            assert answer.json()["data"] == before[name][1:2]


def test_a_write_in_another_conversation_or_workspace_ends_no_cursor(leadiosa: Running) -> None:
    """LEAD-10: the data of a list are the rows on it, and nothing else."""
    full, other = full_workspace(leadiosa), full_workspace(leadiosa)
    cursors = {name: _first_cursor(full.workspace, full.path(name)) for name in LISTS}
    for write in "message.create", "contact.update", "article.update", "webhook.create":
        WRITES[write].by(other)
    for name, cursor in cursors.items():
        full.workspace.done("GET", f"{full.path(name)}?after={cursor}")
    thread = full.path("messages")
    cursor = _first_cursor(full.workspace, thread)
    second = full.workspace.conversation()
    full.workspace.done("POST", f"/conversations/{second}/messages", {"body": "x"})
    full.workspace.done("GET", f"{thread}?after={cursor}")


def test_what_a_dashboard_changes_ends_cursors_too(leadiosa: Running) -> None:
    """LEAD-10: rows added or changed on the control plane, an endpoint registered there."""
    full = full_workspace(leadiosa)
    workspace = full.workspace
    rows: dict[str, Any] = {"api": "leadiosa", "tenant": workspace.tenant}
    changes: list[tuple[str, str, dict[str, Any]]] = [
        ("contacts", "rows", {"collection": "contacts", "insert": 1}),
        ("contacts", "rows", {"collection": "contacts", "update": [full.ids["contact"]]}),
        ("articles", "rows", {"collection": "knowledge", "update": [full.ids["article"]]}),
        ("conversations", "rows", {"collection": "conversations", "insert": 2}),
        ("webhooks", "webhooks/subscriptions", {"url": PUBLIC, "events": ["message.created"]}),
    ]
    for name, call, body in changes:
        cursor = _first_cursor(workspace, full.path(name))
        workspace.server.control(call, rows | body)
        path = f"{full.path(name)}?after={cursor}"
        workspace.refused(400, "cursor_expired", "GET", path)


def test_a_workspace_that_is_filled_anew_ends_its_cursors(workspace: Workspace) -> None:
    """LEAD-10: those of lists that nobody had changed, too."""
    cursor = _first_cursor(workspace, "/contacts")
    seed = {"api": "leadiosa", "tenants": [workspace.tenant], "rows": 4}
    workspace.server.control("seed", seed)
    workspace.refused(400, "cursor_expired", "GET", f"/contacts?after={cursor}")


PUBLIC = "https://93.184.215.14/dashboard"


def _spoilt(cursor: str) -> list[str]:
    version, _, position = cursor.removeprefix("cur_").partition(".")
    other = "A" if cursor[-2] != "A" else "B"
    return [
        "",
        "cur_xyz",
        "25",
        "cur_",
        cursor[4:],
        cursor[:-1],
        f"{cursor[:-2]}{other}{cursor[-1]}",
        f"cur_{position}.{version}",
        f"cur_{version}.{version}",
        f"{cursor}=",
        cursor.lower(),
        base64.urlsafe_b64encode(b"1").decode(),
        "cur_\ud7ff.\U0001f600",
    ]


@pytest.mark.parametrize("name", LISTS)
def test_a_spoilt_cursor_is_invalid(full: Full, name: str) -> None:
    """LEAD-10: 400 `invalid_cursor`, whatever was changed in it."""
    for spoilt in _spoilt(_first_cursor(full.workspace, full.path(name))):
        response = full.workspace.server.get(full.path(name), full.workspace.token, after=spoilt)
        assert response.status_code == 400, spoilt
        assert response.json()["error"]["code"] == "invalid_cursor", spoilt


def test_a_cursor_is_of_one_list_and_one_workspace(leadiosa: Running, full: Full) -> None:
    """LEAD-10: `invalid_cursor` on any other, an expired one included."""
    other = full_workspace(leadiosa)
    for name in LISTS:
        cursor = _first_cursor(full.workspace, full.path(name))
        path = f"{other.path(name)}?after={cursor}"
        other.workspace.refused(400, "invalid_cursor", "GET", path)
        for another in LISTS:
            if another != name:
                leadiosa.advance(1)
                path = f"{full.path(another)}?after={cursor}"
                full.workspace.refused(400, "invalid_cursor", "GET", path)


@pytest.mark.parametrize("name", ["messages", "notes"])
def test_a_cursor_is_of_one_conversation(workspace: Workspace, name: str) -> None:
    """LEAD-10: also where another has as many rows that came to be in the same way."""
    paths = [f"/conversations/{workspace.conversation()}/{name}" for _ in range(2)]
    for path in paths:
        for text in "ab":
            workspace.done("POST", path, {"body": text})
    cursor = _first_cursor(workspace, paths[0])
    workspace.refused(400, "invalid_cursor", "GET", f"{paths[1]}?after={cursor}")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_taken_for_a_cursor(shared: Full, text: str) -> None:
    """LEAD-10: the server's own cursors, and nothing else."""
    shared.workspace.server.advance(1)
    response = shared.workspace.server.get("/contacts", shared.workspace.token, after=text)
    assert response.status_code == 400


def test_a_cursor_says_nothing(full: Full) -> None:
    """LEAD-10: nothing of the list, the workspace or the place can be read from it."""
    cursors = [_first_cursor(full.workspace, full.path(name)) for name in LISTS]
    assert len({len(cursor) for cursor in cursors}) == 1
    assert len({*cursors}) == len(LISTS)
    for cursor in cursors:
        assert not any(name in cursor for name in (*LISTS, full.workspace.tenant))


def test_the_list_of_nothing_is_empty(leadiosa: Running) -> None:
    """LEAD-09, LEAD-06: `{data: [], pagination: {has_more: false}}`."""
    workspace = new_workspace(leadiosa, rows=0)
    for path in "/conversations", "/contacts", "/knowledge", "/webhooks", "/audit":
        assert workspace.done("GET", path) == {"data": [], "pagination": {"has_more": False}}
