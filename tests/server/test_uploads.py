"""Forms of parts at a server that was made: files, several of one name, texts, JSON, others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import msgspec
import pytest

from tests.language.forms import ENCODINGS, VALUES, operation
from tests.server.packages import ROOT, imported, run, written
from tests.server.parcels import call

FORM = "application/x-www-form-urlencoded"
HEAD = """
openapi: 3.1.0
info: {title: Uploads, version: 1.0.0}
servers: [{url: /}]
paths:
"""
UPLOADS = (
    HEAD
    + """
  /uploads:
    post:
      operationId: upload
      tags: [uploads]
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [main]
              properties:
                main: {type: string, format: binary, maxLength: 5}
                others: {type: array, items: {type: string, format: binary}}
                lines: {type: array, items: {type: string}}
                count: {type: integer}
                place: {$ref: '#/components/schemas/Place'}
                note: {type: string}
              allOf: [{properties: {level: {type: integer}}}]
            encoding: {note: {contentType: application/json}}
      responses: {'204': {description: Kept.}}
  /raw:
    post:
      operationId: uploadRaw
      tags: [uploads]
      requestBody:
        required: true
        content: {multipart/form-data: {schema: {type: string, format: binary}}}
      responses: {'204': {description: Kept.}}
components:
  schemas:
    Place: {type: object, required: [x], properties: {x: {type: integer}}}
"""
)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("uploads")
    contract = folder / "openapi.yaml"
    contract.write_text(UPLOADS, "utf-8")
    return written(contract, folder)


@pytest.fixture(scope="module")
def uploads(package: Path) -> ModuleType:
    return imported(package)


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """A server that takes a form in each way that `tests.language.forms` has."""
    folder = tmp_path_factory.mktemp("forms")
    contract = folder / "openapi.yaml"
    paths = (
        operation(f"/{number}", f"send{number}", FORM, encoding)
        for number, (encoding, _) in enumerate(ENCODINGS)
    )
    contract.write_text(HEAD + "".join(paths), "utf-8")
    return imported(written(contract, folder))


def kept(uploads: ModuleType, path: str, **sent: Any) -> tuple[httpx2.Response, Any]:
    """The answer to a request, and the body that the handler got."""
    bodies: list[Any] = []

    class Uploads:
        async def upload(self, _request: Any, *, body: Any) -> None:
            bodies.append(body)

        upload_raw = upload

    app = uploads.create_app(uploads.Handlers(uploads=Uploads()))
    response = call(app, "POST", path, **sent)
    return response, bodies[0] if bodies else None


def test_what_is_made_has_the_types_of_files(package: Path) -> None:
    text = (package / "models.py").read_text("utf-8")
    assert "main: UploadedFile\n" in text
    assert "others: list[UploadedFile] | None = None\n" in text
    config = str(ROOT / "pyproject.toml")
    mypy = ("mypy", "--strict", "--config-file", config, "-p", package.name)
    run(*mypy, cwd=package.parent)


def test_files_and_texts_are_members(uploads: ModuleType) -> None:
    files = [
        ("main", ("a.bin", b"\x89\xff", "image/png")),
        ("others", ("b.txt", b"b")),
        ("others", ("c.txt", b"")),
    ]
    response, body = kept(
        uploads, "/uploads", files=files, data={"lines": ["x", "y"], "count": "2"}
    )
    assert response.status_code == 204, response.text
    assert (body.main, body.others) == (b"\x89\xff", [b"b", b""])
    assert (body.main.filename, body.main.media_type) == ("a.bin", "image/png")
    assert (body.lines, body.count) == (["x", "y"], 2)


def test_objects_are_json_and_members_of_parts_have_their_types(uploads: ModuleType) -> None:
    files = [("main", ("a", b"a")), ("place", (None, b'{"x": 1}', "application/json"))]
    _, body = kept(uploads, "/uploads", files=files, data={"level": "3", "note": '"n"'})
    assert (body.place.x, body.level, body.note) == (1, 3, "n")


def test_members_that_nobody_declares_may_be_given_twice(uploads: ModuleType) -> None:
    sent = {"files": [("main", ("a", b"a"))], "data": {"tag": ["x", "y"]}}
    assert kept(uploads, "/uploads", **sent)[0].status_code == 204


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([("others", ("b", b"b"))], "Body field `main` is required."),
        ([("main", ("a", b"a")), ("main", ("b", b"b"))], "Body field `main` must be given once."),
        ([("main", ("a", b"a")), ("place", (None, b"{"))], "Body field `place` must be JSON."),
        ([("main", ("a", b"123456"))], "Body field `main`: the text is longer than 5 characters."),
    ],
)
def test_what_is_not_documented_is_400(uploads: ModuleType, files: Any, message: str) -> None:
    response, body = kept(uploads, "/uploads", files=files)
    assert (response.status_code, response.json()["error"]["message"]) == (400, message)
    assert body is None


@pytest.mark.parametrize("number", range(len(ENCODINGS)))
def test_a_server_reads_a_form_as_clients_send_it(forms: ModuleType, number: int) -> None:
    bodies: list[Any] = []

    class Forms:
        def __getattr__(self, name: str) -> Any:
            async def send(_request: Any, *, body: Any) -> None:
                bodies.append(body)

            return send

    app = forms.create_app(forms.Handlers(forms=Forms()))
    pairs = [pair.split("=", 1) for pair in ENCODINGS[number][1].split("&")]
    response = call(app, "POST", f"/{number}", data=dict(_listed(pairs)))
    assert response.status_code == 204, response.text
    assert msgspec.to_builtins(bodies[0]) == VALUES


def _listed(pairs: list[list[str]]) -> Iterator[tuple[str, list[str]]]:
    for name in dict.fromkeys(name for name, _ in pairs):
        yield name, [value for each, value in pairs if each == name]


def test_a_form_that_is_said_to_be_bytes_comes_as_it_is(uploads: ModuleType) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    response, body = kept(uploads, "/raw", content=b"--x--", headers=headers)
    assert (response.status_code, body) == (204, b"--x--")


EMPTY = {
    "multipart/form-data": "{type: object, properties: {note: {type: string}}}",
    FORM: "{type: object, properties: {note: {type: string}}}",
    "text/plain": "{type: string}",
    "application/octet-stream": "{type: string, format: binary}",
    "application/json": "{type: object}",
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """A server of an operation for each media type, whose body is required."""
    folder = tmp_path_factory.mktemp("empty")
    contract = folder / "openapi.yaml"
    operations = (
        f"""
  /{number}:
    post:
      operationId: send{number}
      tags: [sends]
      requestBody: {{required: true, content: {{{media}: {{schema: {schema}}}}}}}
      responses: {{'204': {{description: Kept.}}}}
"""
        for number, (media, schema) in enumerate(EMPTY.items())
    )
    contract.write_text(HEAD + "".join(operations), "utf-8")
    return imported(written(contract, folder))


@pytest.mark.parametrize(
    ("media", "content", "body"),
    [
        ("multipart/form-data; boundary=x", b"--x--\r\n", {}),
        ("multipart/form-data; boundary=x", b"", {}),
        (FORM, b"", {}),
        ("text/plain", b"", ""),
        ("application/octet-stream", b"", b""),
        ("application/json", b"", None),
        ("", b"", None),
    ],
)
def test_what_is_empty_is_a_body_where_its_media_type_has_such_a_value(
    empty: ModuleType, media: str, content: bytes, body: Any
) -> None:
    bodies: list[Any] = []

    class Sends:
        def __getattr__(self, name: str) -> Any:
            async def send(_request: Any, *, body: Any) -> None:
                bodies.append(msgspec.to_builtins(body, builtin_types=(bytes,)))

            return send

    number = list(EMPTY).index(media.partition(";")[0] or "text/plain")
    headers = {"Content-Type": media} if media else {}
    app = empty.create_app(empty.Handlers(sends=Sends()))
    response = call(app, "POST", f"/{number}", content=content, headers=headers)
    if body is None:
        assert (response.status_code, bodies) == (400, [])
        assert response.json()["error"]["message"] == "The body is required."
    else:
        assert (response.status_code, bodies) == (204, [body]), response.text
