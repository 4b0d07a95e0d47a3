"""Leadiosa: articles of the knowledge base, and the chunks they are cut into."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from reference.leadiosa.tables import chunks
from tests.reference.conftest import Running
from tests.reference.leadiosa import Workspace, new_workspace

LONGEST = 400


def _chunks(workspace: Workspace, article: str) -> list[str]:
    rows = workspace.list(f"/knowledge/{article}/chunks")
    assert [row["position"] for row in rows] == list(range(len(rows)))
    assert {row["article_id"] for row in rows} == {article}
    assert len({row["id"] for row in rows}) == len(rows)
    return [row["content"] for row in rows]


def test_an_article_is_added_changed_and_removed(workspace: Workspace) -> None:
    """LEAD-16: POST, GET, PATCH of either field, DELETE with 204."""
    response = workspace.answer("POST", "/knowledge", {"title": "One", "content": "First."})
    assert response.status_code == 201
    made = response.json()
    article = f"/knowledge/{made['id']}"
    assert workspace.done("GET", article) == made == workspace.list("/knowledge")[0]
    workspace.server.advance(1)
    titled = workspace.done("PATCH", article, {"title": "Two"})
    assert titled == made | {"title": "Two", "updated_at": titled["updated_at"]}
    assert titled["updated_at"] > made["updated_at"]
    assert workspace.done("PATCH", article, {"content": "Second."})["content"] == "Second."
    assert workspace.answer("DELETE", article).status_code == 204
    for method, path, body in (
        ("GET", article, None),
        ("PATCH", article, {"title": "x"}),
        ("DELETE", article, None),
        ("GET", f"{article}/chunks", None),
    ):
        workspace.refused(404, "article_not_found", method, path, body)
    assert made["id"] not in [row["id"] for row in workspace.list("/knowledge")]
    of_article = select(chunks).where(chunks.c.article_id == made["id"])
    assert workspace.server.read(of_article) == []


@pytest.mark.parametrize("field", ["title", "content"])
def test_nothing_in_an_article_is_empty(workspace: Workspace, field: str) -> None:
    """LEAD-16: neither on POST nor on PATCH, which takes at least one field."""
    body = {"title": "t", "content": "c"} | {field: ""}
    assert field in workspace.refused(400, "invalid_request", "POST", "/knowledge", body)
    article = f"/knowledge/{workspace.list('/knowledge')[0]['id']}"
    assert field in workspace.refused(400, "invalid_request", "PATCH", article, {field: ""})
    workspace.refused(400, "invalid_request", "PATCH", article, {})


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab .\n\U0001f600"), min_size=1, max_size=1_500))
def test_chunks_are_the_content_in_small_pieces(leadiosa: Running, content: str) -> None:
    """LEAD-16: one after the other they are the content, and the same each time."""
    workspace = new_workspace(leadiosa, rows=0)
    body = {"title": "t", "content": content}
    first, second = (workspace.done("POST", "/knowledge", body)["id"] for _ in range(2))
    pieces = _chunks(workspace, first)
    assert "".join(pieces) == content
    assert all(1 <= len(chunk) <= LONGEST for chunk in pieces)
    assert _chunks(workspace, second) == pieces


def test_chunks_end_where_a_reader_would_pause(workspace: Workspace) -> None:
    """LEAD-16: after a paragraph, else a sentence, else a word."""
    for unit, end in (("Word after word. ", ". "), ("word ", " "), ("A line of words\n\n", "\n\n")):
        body = {"title": "t", "content": unit * 200}
        pieces = _chunks(workspace, workspace.done("POST", "/knowledge", body)["id"])
        assert len(pieces) > 2
        assert all(chunk.endswith(end) for chunk in pieces)


def test_new_content_is_cut_anew_and_a_new_title_is_not(workspace: Workspace) -> None:
    """LEAD-16: at once; no chunk of the old content is left."""
    body = {"title": "t", "content": "Old words. " * 100}
    article = workspace.done("POST", "/knowledge", body)["id"]
    before = workspace.list(f"/knowledge/{article}/chunks")
    workspace.done("PATCH", f"/knowledge/{article}", {"title": "Other"})
    assert workspace.list(f"/knowledge/{article}/chunks") == before
    workspace.done("PATCH", f"/knowledge/{article}", {"content": "New words."})
    assert _chunks(workspace, article) == ["New words."]


def test_the_articles_of_others_do_not_exist(leadiosa: Running) -> None:
    """LEAD-08: nor do their chunks."""
    mine, other = new_workspace(leadiosa), new_workspace(leadiosa)
    theirs = other.list("/knowledge")[0]
    for article in theirs["id"], "art_000000":
        path = f"/knowledge/{article}"
        for method, body in ("GET", None), ("PATCH", {"title": "x"}), ("DELETE", None):
            mine.refused(404, "article_not_found", method, path, body)
        mine.refused(404, "article_not_found", "GET", f"{path}/chunks")
    assert other.list("/knowledge")[0] == theirs
