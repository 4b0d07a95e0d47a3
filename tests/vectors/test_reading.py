"""Vectors as they are read: what a file leaves out is filled in, what it has wrong is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.model.vectors import Vectors, VectorsError, read
from tests.vectors.contracts import APIS, contract, vectors

LIST = """\
api: haleai
client: {credentials: {api_key: k}, headers: {authorization: Bearer k, accept: application/json}}
responses:
  later: [{name: later, status: 529, error: {class: InternalServerError}}]
vectors:
- name: a page
  operation: listDeals
  request: {method: GET, target: /api/v1/deals, headers: {accept: null, x-b: c}}
  responses:
  - later
  - {name: rows, body: {data: [{id: é}], pagination: {nextCursor: c}}}
"""
FORM = """\
api: aloha
client: {credentials: {}}
vectors:
- name: a code
  operation: issueToken
  request: {method: POST, target: /oauth/token, form: {code: c}}
  responses: [{name: text, text: x, headers: {content-type: text/plain}}]
"""


def given(folder: Path, text: str, api: str = "haleai") -> Vectors:
    file = folder / "vectors.yaml"
    file.write_text(text, "utf-8")
    return read(file, contract(api))


def test_what_is_left_out_is_filled_in(tmp_path: Path) -> None:
    [vector] = given(tmp_path, LIST)["vectors"]
    assert (vector["resource"], vector["method"]) == (["deals"], "list")
    assert vector["call"] == {"parameters": {}}
    assert vector["request"]["headers"] == {"authorization": "Bearer k", "x-b": "c"}
    later, rows = vector["responses"]
    assert (later["status"], later["text"], later["wrong"]) == (529, "", False)
    assert later["error"] == {
        "class": "InternalServerError",
        "code": "",
        "request_id": "",
        "retry_after": None,
    }
    assert (rows["status"], rows["headers"]) == (200, {"content-type": "application/json"})
    assert rows["text"] == '{"data":[{"id":"é"}],"pagination":{"nextCursor":"c"}}'
    assert rows["page"] == {"rows": [{"id": "é"}], "next": "c"}


def test_a_form_and_a_text_say_what_they_are(tmp_path: Path) -> None:
    [vector] = given(tmp_path, FORM, "aloha")["vectors"]
    assert vector["request"]["headers"] == {"content-type": "application/x-www-form-urlencoded"}
    [response] = vector["responses"]
    assert (response["headers"], response["value"]) == ({"content-type": "text/plain"}, "x")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: a page", "nam: a page", "vectors.yaml:6:3: 'name' is missing."),
        ("  - later", "  - late", "vectors.yaml:10:5: there is no group of responses 'late'."),
        ("listDeals", "listDeal", "vectors.yaml:6:3: the contract has no operation 'listDeal'."),
        ("- name: a page", "- {name: a page", "YML-004"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with pytest.raises(VectorsError) as caught:
        given(tmp_path, LIST.replace(old, new))
    assert said in str(caught.value)


@pytest.mark.parametrize("name", APIS)
def test_every_operation_has_a_vector_and_knows_strangers(name: str) -> None:
    """Each meets a status that nobody documents, and HTML."""
    by_operation: dict[str, list[tuple[int, str]]] = {}
    for vector in vectors(name)["vectors"]:
        met = by_operation.setdefault(vector["operation"], [])
        met += [(each["status"], each["text"][:6]) for each in vector["responses"]]
    assert by_operation.keys() == {operation.id for operation in contract(name).operations}
    for operation in contract(name).operations:
        documented = {response.status for response in operation.responses}
        met = by_operation[operation.id]
        assert any(str(status) not in documented for status, _ in met), operation.id
        assert any(text.startswith("<html>") for _, text in met), operation.id
