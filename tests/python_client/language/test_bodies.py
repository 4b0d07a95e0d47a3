"""Bodies: forms, parts of them, files, text, binary, read-only and write-only members."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import unquote

import httpx2
import pytest

from tests.python_client.language.conftest import Client, MakeClient

FORM = """
paths:
  /forms:
    post:
      operationId: sendForm
      tags: [forms]
      requestBody:
        required: true
        content:
          MEDIA:
            schema:
              type: object
              properties:
                plain: {type: string}
                tags: {type: array, items: {type: string}}
                point: {type: object, properties: {x: {type: integer}, y: {type: integer}}}
            ENCODING
      responses: {'204': {description: Sent}}
"""
VALUES = {"plain": "a b", "tags": ["p", "q"], "point": {"x": 1, "y": 2}}
STYLES = [
    ("", 'plain=a b&tags=p&tags=q&point={"x":1,"y":2}'),
    ("tags: {style: form, explode: false}", 'plain=a b&tags=p,q&point={"x":1,"y":2}'),
    ("tags: {style: pipeDelimited, explode: false}", 'plain=a b&tags=p|q&point={"x":1,"y":2}'),
    ("tags: {contentType: application/json}", 'plain=a b&tags=["p","q"]&point={"x":1,"y":2}'),
    ("point: {style: deepObject, explode: true}", "plain=a b&tags=p&tags=q&point[x]=1&point[y]=2"),
    ("point: {style: form}", "plain=a b&tags=p&tags=q&x=1&y=2"),
    ("point: {explode: false}", "plain=a b&tags=p&tags=q&point=x,1,y,2"),
    ("plain: {contentType: text/plain}", 'plain=a b&tags=p&tags=q&point={"x":1,"y":2}'),
]


def form(sample: MakeClient, media: str, encoding: str) -> Client:
    told = f"encoding: {{{encoding}}}" if encoding else ""
    client = sample(FORM.replace("MEDIA", media).replace("ENCODING", told))
    point = getattr(client.types, next(n for n in client.types.__all__ if n.endswith("Point")))
    client.answers(httpx2.Response(204)).forms.send(**{**VALUES, "point": point(x=1, y=2)})
    return client


@pytest.mark.parametrize(("encoding", "expected"), STYLES)
def test_members_of_a_form_have_their_style(
    sample: MakeClient, encoding: str, expected: str
) -> None:
    client = form(sample, "application/x-www-form-urlencoded", encoding)
    assert unquote(client.sent.content.decode()) == expected


def parts(request: httpx2.Request) -> list[Message]:
    head = b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
    return list(BytesParser(policy=HTTP).parsebytes(head + request.content).iter_parts())


@pytest.mark.parametrize(("encoding", "expected"), STYLES)
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
