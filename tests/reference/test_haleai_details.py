"""HALE-04, HALE-08, HALE-14, HALE-16: details, whose they are, and the document's own calls."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.reference.conftest import BASE, Running

DOCUMENTED = {"/contacts": "ctk_AbCd", "/leads": "ld_AbCd", "/deals": "dl_AbCd"}
DOCUMENT = Path(__file__).parents[3] / "shared" / "seeds" / "000_5b1ea99f0dbfa31b.txt"


@pytest.mark.parametrize("path", DOCUMENTED)
def test_a_detail_is_the_row_of_the_list(server: Running, key: str, path: str) -> None:
    for row in server.get(path, key, limit=20).json()["data"]:
        assert row["id"].startswith(DOCUMENTED[path].removesuffix("AbCd"))
        assert server.get(f"{path}/{row['id']}", key).json() == {"data": row}


@pytest.mark.parametrize("path", DOCUMENTED)
def test_another_tenants_row_is_as_absent_as_one_of_nobody(server: Running, path: str) -> None:
    foreign = server.get(f"{path}/{DOCUMENTED[path]}", server.key("globex"))
    nobodys = server.get(f"{path}/{DOCUMENTED[path]}0", server.key("globex"))
    assert foreign.status_code == nobodys.status_code == 404
    assert foreign.json()["error"]["code"] == "not_found"
    assert foreign.content == nobodys.content
    assert [*foreign.headers.items()] == [*nobodys.headers.items()]


@pytest.mark.parametrize("path", DOCUMENTED)
def test_tenants_share_no_row(server: Running, path: str) -> None:
    acme = {row["id"] for row in server.walk(path, server.key("acme"), limit=200)}
    globex = {row["id"] for row in server.walk(path, server.key("globex"), limit=200)}
    assert acme
    assert globex
    assert not acme & globex


@pytest.mark.parametrize(
    "path", ["/contacts/ld_AbCd", "/contacts/ctk_abcd", "/contacts/%00", "/deals/dl_AbCd%20"]
)
def test_an_unknown_id_is_404(server: Running, key: str, path: str) -> None:
    response = server.get(path, key)
    assert response.status_code == 404
    assert response.json()["error"].keys() == {"code", "message"}


def test_a_detail_takes_no_query(server: Running, key: str) -> None:
    assert server.get("/contacts/ctk_AbCd", key, expand="all").status_code == 400


def test_the_calls_of_the_document_work_as_written(server: Running, key: str) -> None:
    if not DOCUMENT.exists():
        pytest.skip(f"the API's document is not at {DOCUMENT}")
    calls = re.findall(r'curl "?(https://[^"\s]+)"?', DOCUMENT.read_text())
    assert len(calls) == 6
    for call in calls:
        url = urlsplit(call)
        path = url.path.removeprefix("/api/v1")
        response = server.get(path, key, **dict(parse_qsl(url.query)))
        assert response.status_code == 200, call
        assert response.json()["data"], call
        assert BASE + path
