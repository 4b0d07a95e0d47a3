"""Bodies: forms, parts of them, files, text, binary, read-only and write-only members."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import unquote

import httpx2
import pytest

from tests.language.forms import ENCODINGS, VALUES, operation
from tests.python_client.language.conftest import Client, MakeClient
from tests.python_client.scripted import json_answer


def form(sample: MakeClient, media: str, encoding: str) -> Client:
    client = sample("paths:" + operation("/forms", "sendForm", media, encoding))
    point = getattr(client.types, next(n for n in client.types.__all__ if n.endswith("Point")))
    client.answers(httpx2.Response(204)).forms.send(**{**VALUES, "point": point(x=1, y=2)})
    return client


@pytest.mark.parametrize(("encoding", "expected"), ENCODINGS)
def test_members_of_a_form_have_their_style(
    sample: MakeClient, encoding: str, expected: str
) -> None:
    client = form(sample, "application/x-www-form-urlencoded", encoding)
    assert unquote(client.sent.content.decode()) == expected


def parts(request: httpx2.Request) -> list[Message]:
    head = b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
    return list(BytesParser(policy=HTTP).parsebytes(head + request.content).iter_parts())


@pytest.mark.parametrize(("encoding", "expected"), ENCODINGS)
def test_parts_have_their_style(sample: MakeClient, encoding: str, expected: str) -> None:
    client = form(sample, "multipart/form-data", encoding)
    told = [
        f"{part.get_param('name', header='content-disposition')}={part.get_payload()}"
        for part in parts(client.sent)
    ]
    assert "&".join(told) == expected


def test_parts_have_media_types_and_headers(sample: MakeClient) -> None:
    client = form(
        sample,
        "multipart/form-data",
        "plain: {contentType: text/markdown, headers: {X-Kind: {schema: {const: note}}, "
        "X-Free: {schema: {type: string}}}}",
    )
    plain, *_, point = parts(client.sent)
    assert (plain.get_content_type(), plain["X-Kind"]) == ("text/markdown", "note")
    assert plain["X-Free"] is None
    assert point.get_content_type() == "application/json"
    (finding,) = [each for each in client.findings if each.code == "GEN-103"]
    assert "X-Free" in finding.message


FILES = """
paths:
  /files:
    post:
      operationId: sendFiles
      tags: [files]
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [mainFile]
              properties:
                mainFile: {type: string, format: binary}
                others: {type: array, items: {type: string, format: binary}}
                raw: {contentMediaType: application/octet-stream}
              additionalProperties: {type: string}
            encoding: {mainFile: {contentType: image/png}}
      responses: {'204': {description: Sent}}
"""


def test_files_are_parts(sample: MakeClient) -> None:
    client = sample(FILES)
    client.answers(httpx2.Response(204)).files.send(
        main_file=b"\x89P",
        others=[b"a", ("b.txt", b"b")],
        raw=b"\0",
        extra_body={"note": "n"},
    )
    told = [
        (part.get_param("name", header="content-disposition"), part.get_content_type())
        for part in parts(client.sent)
    ]
    assert told == [
        ("mainFile", "image/png"),
        ("others", "application/octet-stream"),
        ("others", "application/octet-stream"),
        ("raw", "application/octet-stream"),
        ("note", "text/plain"),
    ]
    assert [part.get_payload(decode=True) for part in parts(client.sent)] == [
        b"\x89P",
        b"a",
        b"b",
        b"\0",
        b"n",
    ]


OTHERS = """
paths:
  /notes:
    post:
      operationId: createNote
      tags: [notes]
      requestBody: {required: true, content: {text/plain: {schema: {type: string}}}}
      responses: {'200': {description: OK, content: {text/plain: {schema: {type: string}}}}}
    put:
      operationId: replaceNote
      tags: [notes]
      requestBody: {content: {application/octet-stream: {schema: {type: string, format: binary}}}}
      responses:
        '200': {description: OK, content: {image/png: {schema: {type: string, format: binary}}}}
    patch:
      operationId: updateNote
      tags: [notes]
      requestBody:
        content:
          application/xml: {schema: {type: string}}
          application/merge-patch+json: {schema: <Note>}
      responses: {'204': {description: OK}}
  /notes/{id}:
    get:
      operationId: getNote
      tags: [notes]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: OK, content: {application/json: {schema: <Note>}}}}
components:
  schemas:
    Note:
      type: object
      required: [id, title, secret]
      properties:
        id: {type: string, readOnly: true}
        title: {type: string}
        secret: {type: string, writeOnly: true}
"""


def test_text_binary_and_merge_patches(sample: MakeClient) -> None:
    client = sample(OTHERS)
    assert client.answers(httpx2.Response(200, text="ok")).notes.create(body="é") == "ok"
    assert client.sent.content == "é".encode()
    assert client.sent.headers["content-type"] == "text/plain; charset=utf-8"
    png = client.answers(httpx2.Response(200, content=b"\x89PNG")).notes.replace(body=b"\x00\xff")
    assert (png, client.sent.content) == (b"\x89PNG", b"\x00\xff")
    assert client.sent.headers["content-type"] == "application/octet-stream"
    client.answers(httpx2.Response(200, content=b"")).notes.replace()
    assert "content-type" not in client.sent.headers
    client.answers(httpx2.Response(204)).notes.update(title="t", secret="s")  # noqa: S106  no secret
    assert client.sent.headers["content-type"] == "application/merge-patch+json"
    assert client.sent.content == b'{"title":"t","secret":"s"}'
    assert "GEN-101" in client.codes


XML = """
paths:
  /parcels:
    post:
      operationId: createParcel
      tags: [parcels]
      requestBody:
        required: true
        content: {application/xml: {schema: <Parcel>, example: {weight: 2}}}
      responses: {'200': {description: OK, content: {text/xml: {schema: <Parcel>}}}}
  /forms:
    post:
      operationId: createForm
      tags: [forms]
      requestBody:
        content: {application/x-www-form-urlencoded: {schema: {type: string}}}
      responses: {'204': {description: OK}}
components:
  schemas:
    Parcel: {type: object, required: [weight], properties: {weight: {type: integer}}}
"""


def test_what_has_no_members_is_text_whatever_its_schema_says(sample: MakeClient) -> None:
    client = sample(XML)
    parcels = client.answers(httpx2.Response(200, text="<parcel/>")).parcels
    assert parcels.create(body="<parcel weight='2'/>") == "<parcel/>"
    assert client.sent.content == b"<parcel weight='2'/>"
    assert client.sent.headers["content-type"] == "application/xml; charset=utf-8"
    client.answers(httpx2.Response(204)).forms.create(body="weight=2&weight=3")
    assert client.sent.content == b"weight=2&weight=3"
    assert [code for code in client.codes if code.startswith("GEN-1")] == ["GEN-107"] * 3


def test_what_is_only_written_is_in_no_answer(sample: MakeClient) -> None:
    client = sample(OTHERS)
    note = client.answers(json_answer({"id": "1", "title": "t"})).notes.get("1")
    assert (note.id, note.title, note.secret) == ("1", "t", client.package.UNSET)
