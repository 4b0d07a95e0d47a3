"""Nothing of an answer is lost: the variant that fits it best, members that nothing declares."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.python_client.language.conftest import MakeClient
from tests.python_client.scripted import json_answer

SHAPES = """
paths:
  /shapes:
    get:
      operationId: listShapes
      tags: [shapes]
      responses: {'200': {description: OK, content: {application/json: {schema: <Shape>}}}}
  /marks:
    get:
      operationId: listMarks
      tags: [marks]
      responses: {'200': {description: OK, content: {application/json: {schema: <Mark>}}}}
    put:
      operationId: replaceMarks
      tags: [marks]
      requestBody: {content: {application/json: {schema: <Tagged>}}}
      responses: {'200': {description: OK, content: {application/json: {schema: <Tagged>}}}}
components:
  schemas:
    Shape: {oneOf: [<Point>, <Circle>, <Square>, <Label>, {type: string}]}
    Point: {type: object, properties: {x: {type: number}, at: <Place>}}
    Circle: {type: object, properties: {x: {type: number}, at: <Pin>, radius: {type: number}}}
    Square: {type: object, properties: {kind: {enum: [square]}, note: {type: string}}}
    Label: {type: object, properties: {kind: {enum: [label, title]}, note: {type: string}}}
    Place: {type: object, properties: {city: {type: string}}}
    Pin: {type: object, properties: {depth: {type: number}}}
    Mark:
      oneOf: [<Cross>, <Tick>]
      discriminator: {propertyName: mark}
    Cross: {type: object, properties: {mark: {type: string}, arms: {type: integer}}}
    Tick: {type: object, properties: {mark: {type: string}, long: {type: boolean}}}
    Tagged:
      type: object
      properties: {name: {type: string}, home: <Place>}
      additionalProperties: true
"""


@pytest.mark.parametrize(
    ("wire", "kind"),
    [
        ({"x": 1.5}, "Point"),
        ({"x": 1.5, "radius": 2.0}, "Circle"),
        ({"at": {"depth": 3.0}}, "Circle"),
        ({"at": {"city": "Oslo"}, "new": 1}, "Point"),
        ({"radius": 2.0, "new": 1}, "Circle"),
        ({"kind": "square", "note": "n"}, "Square"),
        ({"kind": "title", "note": "n"}, "Label"),
        ({"kind": "later", "note": "n"}, "Square"),
    ],
)
def test_a_value_is_the_variant_that_declares_most_of_it(
    sample: MakeClient, wire: Any, kind: str
) -> None:
    client = sample(SHAPES)
    got = client.answers(json_answer(wire)).shapes.list()
    assert isinstance(got, getattr(client.types, kind))


def test_a_value_that_does_not_name_its_variant_is_the_one_that_it_fits(
    sample: MakeClient,
) -> None:
    client = sample(SHAPES)
    assert client.answers(json_answer({"long": True})).marks.list() == client.types.Tick(long=True)
    told = {"mark": "Cross", "long": True}
    assert isinstance(client.answers(json_answer(told)).marks.list(), client.types.Cross)
    assert client.answers(json_answer({"mark": "Dot"})).marks.list() == client.package.Unknown(
        {"mark": "Dot"}
    )


def test_members_that_the_document_speaks_of_but_does_not_name_are_kept(
    sample: MakeClient,
) -> None:
    client = sample(SHAPES)
    wire = {"name": "a", "home": {"city": "Oslo"}, "any": {"deep": [None, 1]}, "other": None}
    response = client.answers(json_answer(wire)).marks.with_raw_response.replace(
        name="a", extra_body={"any": 1}
    )
    assert msgspec.json.decode(client.sent.content) == {"name": "a", "any": 1}
    tagged = response.parse()
    assert tagged.additional_properties == {"any": {"deep": [None, 1]}, "other": None}
    assert tagged == client.types.Tagged(
        name="a",
        home=client.types.Place(city="Oslo"),
        additional_properties={"any": {"deep": [None, 1]}, "other": None},
    )
    assert response.unknown_fields(tagged) == {}


def test_what_is_unknown_below_such_an_object_is_found(sample: MakeClient) -> None:
    client = sample(SHAPES)
    wire = {"home": {"city": "Oslo", "zone": 7}}
    response = client.answers(json_answer(wire)).marks.with_raw_response.replace()
    assert response.unknown_fields(response.parse().home) == {"zone": 7}


MESSAGES = """
paths:
  /messages:
    get:
      operationId: listMessages
      tags: [messages]
      responses: {'200': {description: OK, content: {application/json: {schema: <Content>}}}}
components:
  schemas:
    Content: {oneOf: [<Message>, {type: array, items: <Message>}]}
    Message:
      oneOf: [<Question>, <Answer>, <Note>]
      discriminator: {propertyName: type}
    Question:
      {type: object, properties: {type: {enum: [message]}, role: {enum: [user]}, text: {}}}
    Answer:
      {type: object, properties: {type: {enum: [message]}, role: {enum: [bot]}, text: {}}}
    Note: {type: object, properties: {type: {enum: [note]}}}
"""


@pytest.mark.parametrize(
    ("wire", "kind"),
    [
        ({"type": "message", "role": "bot"}, "Answer"),
        ({"type": "message", "role": "user"}, "Question"),
        ({"type": "note"}, "Note"),
    ],
)
def test_variants_of_one_name_are_told_apart_by_the_rest(
    sample: MakeClient, wire: Any, kind: str
) -> None:
    client = sample(MESSAGES)
    variant = getattr(client.types, kind)
    assert isinstance(client.answers(json_answer(wire)).messages.list(), variant)
    several = client.answers(json_answer([wire])).messages.list()
    assert [type(each) for each in several] == [variant]


def test_a_variant_that_does_not_declare_what_names_it_says_it_all_the_same(
    sample: MakeClient,
) -> None:
    client = sample("""
paths:
  /services:
    put:
      operationId: replaceServices
      tags: [services]
      requestBody: {required: true, content: {application/json: {schema: <Service>}}}
      responses: {'200': {description: OK, content: {application/json: {schema: <Service>}}}}
components:
  schemas:
    Service:
      oneOf: [<Row>, <Rows>]
      discriminator:
        propertyName: type
        mapping: {row: '#/components/schemas/Row', rows: Rows}
    Row: {type: object, properties: {id: {type: integer}}}
    Rows: {type: object, properties: {limit: {type: integer}}}
""")
    types, wire = client.types, {"type": "rows", "limit": 2}
    got = client.answers(json_answer(wire)).services.replace(body=types.Row(type_="row", id=1))
    assert msgspec.json.decode(client.sent.content) == {"type": "row", "id": 1}
    assert got == types.Rows(type_="rows", limit=2)


@pytest.mark.parametrize("wire", [2**53 + 1, 0.5, ["a"], "text", None, True])
def test_alternatives_that_may_all_be_null_keep_their_types(sample: MakeClient, wire: Any) -> None:
    client = sample("""
paths:
  /values:
    get:
      operationId: listValues
      tags: [values]
      responses:
        '200':
          description: OK
          content: {application/json: {schema: {oneOf: [<Text>, <Count>, <Share>, <Texts>]}}}
components:
  schemas:
    Text: {type: [string, 'null']}
    Count: {type: [integer, 'null', boolean]}
    Share: {type: [number, 'null']}
    Texts: {type: [array, 'null'], items: {type: string}}
""")
    got = client.answers(json_answer(wire)).values.list() if wire is not None else None
    assert (got, type(got)) == (wire, type(wire))
