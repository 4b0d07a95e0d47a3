"""Answers: several statuses, ranges, several media types, streams beside JSON, callbacks."""

from __future__ import annotations

import httpx2
import pytest

from tests.python_client.language.conftest import MakeClient
from tests.python_client.scripted import json_answer

STATUSES = """
paths:
  /jobs:
    post:
      operationId: createJob
      tags: [jobs]
      responses:
        '200': {description: Done, content: {application/json: {schema: <Done>}}}
        '202': {description: Later, content: {application/json: {schema: <Later>}}}
        '203': {description: Said, content: {text/plain: {schema: {type: string}}}}
        '204': {description: Nothing}
        2XX: {description: Other, content: {application/json: {schema: <Numbers>}}}
        4XX: {description: Wrong, content: {application/json: {schema: <Wrong>}}}
        default: {description: Odd}
components:
  schemas:
    Numbers: {type: array, items: {type: integer}}
    Done: {type: object, required: [result], properties: {result: {type: integer}}}
    Later: {type: object, required: [at], properties: {at: {type: string, format: date}}}
    Wrong: {type: object, required: [error], properties: {error: {type: string}}}
"""


def test_each_status_has_its_own_type(sample: MakeClient) -> None:
    client = sample(STATUSES)
    assert client.answers(json_answer({"result": 1})).jobs.create() == client.types.Done(result=1)
    assert client.sent.headers["accept"] == "application/json, text/plain"
    later = client.answers(json_answer({"at": "2026-01-02"}, 202)).jobs.create()
    assert later.at.year == 2026
    assert client.answers(httpx2.Response(203, text='"as it is"')).jobs.create() == '"as it is"'
    assert client.answers(httpx2.Response(204)).jobs.create() is None
    assert client.answers(json_answer([1, 2], 206)).jobs.create() == [1, 2]
    returned = client.package.resources.jobs.Jobs.create.__annotations__["return"]
    assert returned == "Done | Later | str | list[int] | None"


def test_a_range_of_errors_is_read(sample: MakeClient) -> None:
    client = sample(STATUSES)
    for status, kind in ((404, "NotFoundError"), (418, "APIStatusError"), (503, "APIStatusError")):
        api = client.answers(json_answer({"error": "No."}, status)).with_options(max_retries=0)
        with pytest.raises(getattr(client.package, kind)) as caught:
            api.jobs.create()
        assert caught.value.status_code == status


TWOFOLD = """
paths:
  /replies:
    post:
      operationId: createReply
      tags: [replies]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [text]
              properties: {text: {type: string}, stream: {type: boolean}}
      responses:
        '200':
          description: The reply
          content:
            application/json: {schema: <Reply>}
            text/event-stream:
              schema: {type: string}
              x-event-schema:
                events: {delta: <Reply>}
                final: [delta]
components:
  schemas:
    Reply: {type: object, required: [said], properties: {said: {type: string}}}
"""


def test_an_answer_comes_whole_or_as_a_stream(sample: MakeClient) -> None:
    client = sample(TWOFOLD)
    reply = client.answers(json_answer({"said": "hi"})).replies.create(text="hello")
    assert reply == client.types.Reply(said="hi")
    assert client.sent.headers["accept"] == "application/json"
    assert client.sent.content == b'{"text":"hello"}'
    kind = {"content-type": "text/event-stream"}
    events = httpx2.Response(200, headers=kind, content=b'event: delta\ndata: {"said": "hi"}\n\n')
    with client.answers(events).replies.create_stream(text="hello") as stream:
        (event,) = stream
    assert event.data == client.types.Reply(said="hi")
    assert client.sent.headers["accept"] == "text/event-stream"
    assert client.sent.content == b'{"text":"hello","stream":true}'


UNREACHED = """
paths:
  /pets:
    get:
      operationId: listPets
      tags: [pets]
      responses:
        '200': {description: Pets, content: {application/json: {schema: <Pets>}}}
  /hooks:
    post:
      operationId: addHook
      tags: [hooks]
      responses: {'204': {description: Added, headers: {X-Mood: {schema: <Mood>}}}}
      callbacks:
        fed:
          '{$request.query.url}':
            post:
              requestBody: {content: {application/json: {schema: <Fed>}}}
              responses: {'200': {description: OK}}
components:
  schemas:
    Pets: {type: array, items: <Pet>}
    Pet: {type: object, properties: {name: {type: string}}}
    Lost: {type: object, required: [pet], properties: {pet: <Pet>}}
    Fed: {type: object, required: [at], properties: {at: {type: string, format: date-time}}}
    Mood: {type: string, enum: [good, bad]}
"""


def test_types_that_no_operation_reaches_are_there(sample: MakeClient) -> None:
    client = sample(UNREACHED)
    lost = client.types.Lost(pet=client.types.Pet(name="Rex"))
    assert lost.pet.name == "Rex"
    assert {"Fed", "Lost", "Mood", "Pet"} <= set(client.types.__all__)
    assert client.answers(json_answer([{"name": "Tom"}])).pets.list()[0].name == "Tom"
