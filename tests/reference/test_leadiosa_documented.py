"""Leadiosa: the calls as its document prints them, and the rows that it names."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.reference.conftest import Running
from tests.reference.leadiosa import Workspace

SEED = Path(__file__).parents[3] / "shared" / "seeds" / "003_7027c250781c3cfc.txt"
DOCUMENTED_BASE = "https://leadiosa.com/api/v1"


@pytest.fixture
def acme(leadiosa: Running) -> Workspace:
    return Workspace(leadiosa, "acme", leadiosa.key("acme"))


def _curl_lines() -> list[str]:
    if not SEED.exists():
        pytest.skip(f"the document is not here: {SEED}")
    text = SEED.read_text().replace("\\\n", " ")
    return re.findall(r"^curl .*$", text, re.MULTILINE)


def _called(workspace: Workspace, line: str) -> Any:
    """Do what a curl line does, on this server, with this token."""
    words = iter(shlex.split(line)[1:])
    url, headers = "", {}
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value.replace("$LEADIOSA_TOKEN", workspace.token)
        else:
            assert not word.startswith("-"), f"curl's {word} is not known here"
            url = word
    assert url.startswith(DOCUMENTED_BASE)
    path = url.removeprefix(DOCUMENTED_BASE)
    response = workspace.server.send("GET", path, None, headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


def test_the_curl_lines_work_as_they_are_printed(acme: Workspace) -> None:
    """LEAD-24: host and token aside; `cur_xyz` stands for a cursor that the server gave."""
    lines = _curl_lines()
    assert len(lines) == 2
    plain, paged = lines
    first = _called(acme, plain)
    assert len(first["data"]) == 25
    cursor = acme.done("GET", "/conversations?limit=50")["pagination"]["next_cursor"]
    second = _called(acme, paged.replace("cur_xyz", cursor))
    assert len(second["data"]) == 50
    assert {*second["pagination"]} == {"has_more", "next_cursor"}
    assert not {row["id"] for row in first["data"]} & {row["id"] for row in second["data"]}


@pytest.mark.parametrize(
    "path",
    [
        "/conversations/conv_8f3c12",
        "/conversations/conv_7d20e5",
        "/conversations/conv_1a66b3",
        "/contacts/cont_51be07",
        "/contacts/cont_e93f6a",
        "/knowledge/art_6e09c4",
        "/knowledge/art_3b57f2",
    ],
)
def test_the_rows_that_are_named_are_there(acme: Workspace, path: str) -> None:
    """LEAD-24: in acme, and nowhere else, under the ids of the documentation."""
    assert acme.done("GET", path)["id"] == path.rpartition("/")[2]
    stranger = Workspace(acme.server, "globex", acme.server.key("globex"))
    assert stranger.answer("GET", path).status_code == 404


def test_the_documented_thread_is_there(acme: Workspace) -> None:
    """LEAD-24: messages, notes, and members who can take care of it."""
    messages = acme.list("/conversations/conv_8f3c12/messages")
    assert [row["id"] for row in messages] == ["msg_40c7d1", "msg_40c8a9"]
    notes = acme.list("/conversations/conv_8f3c12/notes")
    assert [row["id"] for row in notes] == ["note_b81f5e", "note_b82c04"]
    for member in "user_2f71be", "user_c0a4d9":
        body = {"status": "open", "assignee_id": member}
        answer = acme.done("PATCH", "/conversations/conv_8f3c12", body)
        assert answer["assignee_id"] == member


def test_the_documented_error_is_given(leadiosa: Running) -> None:
    """LEAD-07, LEAD-08: `conversation_not_found`, with the document's sentence."""
    globex = Workspace(leadiosa, "globex", leadiosa.key("globex"))
    message = globex.refused(404, "conversation_not_found", "GET", "/conversations/conv_8f3c12")
    assert message == "Conversation conv_8f3c12 does not belong to this workspace."
