"""Leadiosa: requests at the same time, on both databases."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.reference.conftest import Running, serving
from tests.reference.leadiosa import Workspace, new_workspace
from tests.reference.postgresql import postgresql

Asked = tuple[str, str, Any]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """A server on a database of each kind."""
    file = tmp_path_factory.mktemp("leadiosa") / "leadiosa.db"
    url = postgresql().database() if request.param == "postgresql" else f"sqlite:///{file}"
    with serving("leadiosa", url=url) as running:
        yield running


def _at_once(workspace: Workspace, *asked: Asked) -> list[httpx2.Response]:
    server, headers = workspace.server, {"Authorization": f"Bearer {workspace.token}"}

    async def all_at_once() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(server.origin)
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            requests = (
                client.request(method, server.base + path, headers=headers, json=body)
                for method, path, body in asked
            )
            return await asyncio.gather(*requests)

    return server.run(all_at_once())


def test_nobody_writes_in_a_conversation_after_it_was_closed(server: Running) -> None:
    """LEAD-13: closing and writing at once, one is first; the audit log tells which."""
    workspace = new_workspace(server)
    for _ in range(8):
        conversation = f"/conversations/{workspace.conversation()}"
        message = ("POST", f"{conversation}/messages", {"body": "x"})
        close = ("PATCH", conversation, {"status": "closed"})
        responses = _at_once(workspace, message, message, close, message, message)
        assert {response.status_code for response in responses} <= {200, 201, 409}
        requests = [entry["request_id"] for entry in workspace.list("/audit")]
        closed_at = requests.index(responses[2].headers["X-Request-Id"])
        written = [
            requests.index(response.headers["X-Request-Id"])
            for response in responses
            if response.status_code == 201
        ]
        assert all(place > closed_at for place in written)
        assert len(workspace.list(f"{conversation}/messages")) == len(written)


def test_of_writes_at_once_each_is_done_once(server: Running) -> None:
    """LEAD-13, LEAD-18: all are on the list, each has its entry, and no cursor outlives one."""
    workspace = new_workspace(server)
    thread = f"/conversations/{workspace.conversation()}/messages"
    for text in "ab":
        workspace.done("POST", thread, {"body": text})
    cursor = workspace.done("GET", f"{thread}?limit=1")["pagination"]["next_cursor"]
    responses = _at_once(workspace, *(("POST", thread, {"body": str(i)}) for i in range(40)))
    assert [response.status_code for response in responses] == [201] * 40
    rows = workspace.list(thread)
    assert sorted(row["body"] for row in rows) == sorted([*"ab", *map(str, range(40))])
    entries = workspace.list("/audit")
    assert [entry["resource_id"] for entry in reversed(entries)][-42:] == [
        row["id"] for row in rows
    ]
    workspace.refused(400, "cursor_expired", "GET", f"{thread}?after={cursor}")


def test_pages_read_while_others_write_are_right_or_expired(server: Running) -> None:
    """LEAD-10: never a wrong page: each is a piece of the list as it came to be."""
    workspace = new_workspace(server)
    thread = f"/conversations/{workspace.conversation()}/messages"
    for text in range(4):
        workspace.done("POST", thread, {"body": str(text)})
    cursor = workspace.done("GET", f"{thread}?limit=2")["pagination"]["next_cursor"]
    following = ("GET", f"{thread}?limit=2&after={cursor}", None)
    writes = [("POST", thread, {"body": str(text)}) for text in range(4, 10)]
    mixed = [asked for write in writes for asked in (following, write)]
    pages = _at_once(workspace, *mixed)[::2]
    whole = workspace.list(thread)
    for page in pages:
        if page.status_code == 200:
            assert page.json()["data"] == whole[2:4]
        else:
            assert page.json()["error"]["code"] == "cursor_expired"


def test_erasing_once_and_restoring_once(server: Running) -> None:
    """LEAD-14, LEAD-19: of several at once, one succeeds."""
    workspace = new_workspace(server)
    contact = workspace.contact()["id"]
    erasing = _at_once(workspace, *[("DELETE", f"/contacts/{contact}", None)] * 5)
    assert sorted(response.status_code for response in erasing) == [204, 404, 404, 404, 404]
    closing = _at_once(workspace, *[("POST", "/workspace/close", None)] * 5)
    assert sorted(response.status_code for response in closing) == [200, 409, 409, 409, 409]


def test_what_is_written_while_a_contact_is_erased_is_redacted(server: Running) -> None:
    """LEAD-14: whether it came before or after."""
    workspace = new_workspace(server)
    contact = workspace.contact()["id"]
    thread = f"/conversations/{workspace.conversation(contact_id=contact)}/messages"
    message = ("POST", thread, {"body": "personal"})
    erasure = ("DELETE", f"/contacts/{contact}", None)
    responses = _at_once(workspace, message, message, erasure, message, message)
    assert all(response.is_success for response in responses)
    assert [row["body"] for row in workspace.list(thread)] == ["[redacted]"] * 4
