"""Objects: additional and pattern members, merges, null, recursion, names."""

from __future__ import annotations

import copy
import datetime as dt
import pickle

import msgspec
import pytest

from tests.python_client.language.conftest import MakeClient
from tests.python_client.scripted import json_answer

SETTINGS = """
paths:
  /settings:
    put:
      operationId: replaceSettings
      tags: [settings]
      requestBody: {required: true, content: {application/json: {schema: <Settings>}}}
      responses: {'200': {description: OK, content: {application/json: {schema: <Settings>}}}}
    get:
      operationId: listSettings
      tags: [settings]
      responses: {'200': {description: OK, content: {application/json: {schema: <Either>}}}}
components:
  schemas:
    Either: {oneOf: [<Settings>, {type: array, items: <Settings>}, {type: string}]}
    Settings:
      type: object
      required: [ownerName]
      properties:
        ownerName: {type: string}
        since: {type: string, format: date-time}
        next: <Settings>
        additional_properties: {type: boolean}
        self: {type: string}
      additionalProperties: <Level>
    Level: {type: object, required: [value], properties: {value: {type: integer}}}
"""


def test_additional_members_of_a_type_stand_beside_declared_ones(sample: MakeClient) -> None:
    client = sample(SETTINGS)
    types = client.types
    wire = {
        "ownerName": "Ann",
        "since": "2026-01-02T03:04:05Z",
        "next": {"ownerName": "Bob", "dim": {"value": 1}},
        "additional_properties": True,
        "self": "/settings",
        "bright": {"value": 9},
    }
    settings = types.Settings(
        owner_name="Ann",
        since=dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC),
        next=types.Settings(owner_name="Bob", additional_properties={"dim": types.Level(value=1)}),
        additional_properties_=True,
        self="/settings",
        additional_properties={"bright": types.Level(value=9)},
    )
    got = client.answers(json_answer(wire)).settings.replace(body=settings)
    assert msgspec.json.decode(client.sent.content) == wire
    assert got == settings
    assert got.additional_properties["bright"].value == 9
    assert got.next.since is client.package.UNSET
    assert pickle.loads(pickle.dumps(got)) == copy.deepcopy(got) == got  # noqa: S301  our own
    assert "owner_name='Bob'" in repr(got)
    with pytest.raises(TypeError, match="owner_name"):
        types.Settings(additional_properties={})
    with pytest.raises(client.package.APIResponseValidationError, match="value"):
        client.answers(json_answer({**wire, "bright": {"value": "x"}})).settings.replace(body=got)


def test_such_an_object_may_be_one_of_several_shapes(sample: MakeClient) -> None:
    client = sample(SETTINGS)
    assert client.answers(json_answer({"ownerName": "Ann"})).settings.list().owner_name == "Ann"
    assert client.answers(json_answer([{"ownerName": "B"}])).settings.list()[0].owner_name == "B"
    assert client.answers(json_answer("none")).settings.list() == "none"
    assert client.answers(json_answer(3)).settings.list() == client.package.Unknown(3)


QUOTED = """
paths:
  /rows:
    get:
      operationId: listRows
      tags: [rows]
      responses: {'200': {description: OK, content: {application/json: {schema: <Row>}}}}
components:
  schemas:
    Row:
      type: object
      required: [id, 'say "when"', "back\\\\slash"]
      properties: {id: {type: string}, 'say "when"': {type: string}, "line\\nbreak": {type: string}}
"""


def test_members_that_no_field_can_be_named_after_come_as_they_are(sample: MakeClient) -> None:
    client = sample(QUOTED)
    body = {"id": "r", 'say "when"': "now", "back\\slash": 1, "line\nbreak": "x"}
    raw = client.answers(json_answer(body)).rows.with_raw_response.list()
    assert raw.parse().id == "r"
    assert client.codes.count("GEN-008") == 3
    assert raw.json() == body
