"""A package made from a document with every kind of thing in it."""

from __future__ import annotations

import datetime as dt
import inspect
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest
from mypy import api as mypy

from tests.python_client.packages import imported, write_package
from tests.python_client.scripted import FakeClock, Script, collected, json_answer, script, settled

DOCUMENT = Path(__file__).with_name("menagerie.yaml")
TOM = {"class": "cat", "name": "Tom", "bornAt": "2026-01-02T03:04:05Z"}
REX = {"class": "dog", "name": "Rex", "barks": True, "newField": [1]}

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    distribution = write_package(DOCUMENT, "menagerie", tmp_path_factory.mktemp("client"))
    with imported(distribution, "menagerie") as module:
        yield module


class Wired:
    """Both clients of a package in one: `call` takes a function from a client to a call."""

    def __init__(self, package: ModuleType, kind: str) -> None:
        self.package = package
        self.kind = kind

    def client(self, *answers: Any) -> tuple[Any, Script]:
        server = script(answers)
        transport = httpx2.MockTransport(server)
        asynchronous = self.kind == "async"
        cls = self.package.AsyncMenagerie if asynchronous else self.package.Menagerie
        http: Any = (httpx2.AsyncClient if asynchronous else httpx2.Client)(transport=transport)
        return cls(key="t0ken", http_client=http, clock=FakeClock()), server


@pytest.fixture(params=["sync", "async"])
def wired(request: pytest.FixtureRequest, package: ModuleType) -> Wired:
    return Wired(package, request.param)


async def test_a_walk(wired: Wired) -> None:
    client, server = wired.client(
        json_answer({"data": [TOM], "page": {"nextCursor": "n/1"}}),
        json_answer({"data": [REX], "page": {"nextCursor": None}}),
    )
    born = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    rows = client.animals.list(kind="cat", born_after=born, filter=_filter(wired), tag=["a", "b"])
    cat, dog = await collected(rows)
    assert type(cat).__name__ == "Cat"
    assert type(dog).__name__ == "Dog"
    assert cat.born_at == dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    query = "kind=cat&bornAfter=2026-01-01T00%3A00%3A00Z&filter%5Bmin%5D=3&tag=a,b"
    base = "https://menagerie.test/api/animals?"
    assert server.urls == [base + query, f"{base}cursor=n%2F1&{query}"]
    assert server.requests[0].headers["authorization"] == "Bearer t0ken"
    assert server.requests[0].headers["user-agent"] == "menagerie-python/2.1.0"


async def test_a_moment_is_cut_to_the_microsecond_and_a_name_like_it_is_not(wired: Wired) -> None:
    fine = "2026-01-02T03:04:05.9999999Z"
    tom = {**TOM, "name": fine, "bornAt": fine}
    client, _ = wired.client(json_answer({"data": [tom, REX], "page": {"nextCursor": None}}))
    cat, dog = await collected(client.animals.list())
    assert cat.born_at == dt.datetime(2026, 1, 2, 3, 4, 5, 999999, tzinfo=dt.UTC)
    assert (cat.name, dog.name) == (fine, "Rex")


def _filter(wired: Wired) -> Any:
    types = __import__("menagerie.types", fromlist=["types"])
    name = next(name for name in types.__all__ if name.endswith("Filter"))
    return getattr(types, name)(min=3)


async def test_null_and_unset_are_told_apart_in_both_directions(wired: Wired) -> None:
    client, server = wired.client(json_answer({**TOM, "owner": None}, 201), json_answer(TOM, 201))
    made = await settled(client.animals.create(name="Tom", class_="cat", owner=None))
    assert server.requests[0].content == b'{"name":"Tom","class":"cat","owner":null}'
    assert made.owner is None
    made = await settled(client.animals.create(name="Tom", class_="cat", born_at=made.born_at))
    assert server.requests[1].content == (
        b'{"name":"Tom","class":"cat","bornAt":"2026-01-02T03:04:05Z"}'
    )
    assert made.owner is wired.package.UNSET
    assert not made.owner


async def test_another_success_has_its_own_type(wired: Wired) -> None:
    client, _ = wired.client(json_answer({"id": "job_1"}, 202))
    job = await settled(client.animals.create(name="Tom", class_="cat"))
    assert (type(job).__name__, job.id) == ("Job", "job_1")


async def test_what_is_not_known_yet_survives(wired: Wired) -> None:
    bird = {"class": "bird", "name": "Tweety"}
    cat = {**TOM, "kind": "robot", "friends": [REX, bird], "unheard": {"of": 1}}
    client, _ = wired.client(json_answer(cat), json_answer(bird))
    tom = await settled(client.animals.get("1"))
    assert tom.kind == "robot"
    assert tom.friends[1] == wired.package.Unknown(bird)
    assert await settled(client.animals.get("2")) == wired.package.Unknown(bird)


async def test_names_that_clash_are_told_apart(wired: Wired) -> None:
    client, server = wired.client(json_answer(TOM))
    await settled(
        client.animals.update(
            "a/1", timeout_=3, options_="o", self_="s", import_=True, body_id="b", list=["x"]
        )
    )
    sent = server.requests[0]
    assert sent.url.raw_path == b"/api/animals/a%2F1?timeout=3&options=o&import=true"
    assert sent.headers["self"] == "s"
    assert sent.content == b'{"id":"b","list":["x"]}'


async def test_empty_text_and_binary_answers(wired: Wired) -> None:
    client, server = wired.client(
        httpx2.Response(204),
        httpx2.Response(200, text="hello"),
        httpx2.Response(200, content=b"\x89PNG"),
        json_answer(["a"]),
    )
    with pytest.warns(DeprecationWarning, match="delete is deprecated"):
        assert await settled(client.animals.delete("1")) is None
    assert await settled(client.animals.notes.list("1")) == "hello"
    picture = await settled(client.animals.upload_photo("1", file=b"GIF", caption="me"))
    assert picture == b"\x89PNG"
    assert b'name="file"; filename="file"' in server.requests[2].content
    assert await settled(client.animals.tags("1")) == ["a"]


async def test_whole_responses(wired: Wired) -> None:
    client, _ = wired.client(json_answer({**TOM, "unheard": "of"}, x_request_id="req_7"))
    response = await settled(client.animals.with_raw_response.get("1"))
    assert (response.status_code, response.request_id) == (200, "req_7")
    assert response.json()["unheard"] == "of"
    assert type(response.parse()).__name__ == "Cat"


async def test_a_stream(wired: Wired) -> None:
    body = (
        'event: born\ndata: {"animal": "Tom"}\n\nevent: odd\ndata: 1\n\n'
        'event: end\ndata: {"id": "j"}\n\n'
    )
    client, server = wired.client(httpx2.Response(200, content=body.encode()))
    events = await collected(await settled(client.events.stream(topic="cats & dogs")))
    assert [event.event for event in events] == ["born", "odd", "end"]
    assert events[0].data.animal == "Tom"
    assert events[1].data == wired.package.Unknown(1)
    assert server.requests[0].content == b"topic=cats%20%26%20dogs"
    assert "authorization" not in server.requests[0].headers


async def test_errors_have_the_class_of_their_code(wired: Wired) -> None:
    body = {"error": {"code": "invalid_cursor", "message": "Not ours."}}
    client, _ = wired.client(json_answer(body, 400, x_request_id="req_1"))
    with pytest.raises(wired.package.BadRequestError, match="invalid_cursor: Not ours") as caught:
        await settled(client.animals.list().first_page)
    error: Any = caught.value
    assert type(error).__name__ == "InvalidCursorError"
    assert (error.body.error.message, error.request_id) == ("Not ours.", "req_1")
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes
    assert (type(twin), str(twin), twin.body) == (type(error), str(error), error.body)


def test_arguments_are_typed_and_keyword_only(package: ModuleType) -> None:
    cls = package.Menagerie(key="t").animals.__class__
    signature = inspect.signature(cls.create)
    kinds = {name: parameter.kind for name, parameter in signature.parameters.items()}
    assert kinds["name"] is inspect.Parameter.KEYWORD_ONLY
    assert signature.parameters["owner"].annotation == "str | Unset | None"
    assert "id" not in kinds
    with pytest.raises(TypeError):
        package.Menagerie("t")


def test_a_client_without_a_credential(
    package: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MENAGERIE_KEY", raising=False)
    client = package.Menagerie()
    with pytest.raises(package.MissingCredentialsError, match="key"):
        client.animals.get("1")
    monkeypatch.setenv("MENAGERIE_KEY", "t")
    monkeypatch.setenv("MENAGERIE_BASE_URL", "http://elsewhere.test")
    assert repr(package.Menagerie()) == "Menagerie(base_url='http://elsewhere.test')"


def test_what_is_not_used_is_not_imported(tmp_path: Path) -> None:
    distribution = write_package(DOCUMENT, "menagerie", tmp_path)
    code = (
        "import sys, menagerie\n"
        "print([m for m in sys.modules if m.startswith(('menagerie.', 'httpx2'))])\n"
        "client = menagerie.Menagerie(key='t')\n"
        "print([m for m in sys.modules if m.startswith(('menagerie.types', 'menagerie.resour'))])\n"
        "print(menagerie.errors.NotFoundError is menagerie.NotFoundError, menagerie.types.Cat)\n"
        "print(sorted(dir(menagerie)) == sorted(menagerie.__all__))\n"
    )
    run = [sys.executable, "-c", code]
    told = subprocess.check_output(run, cwd=distribution, text=True)  # noqa: S603  our own code
    expected = [
        "['menagerie._version']",
        "[]",
        "True <class 'menagerie.types.animals.Cat'>",
        "True",
    ]
    assert told.splitlines() == expected


def test_the_same_document_gives_the_same_files(tmp_path: Path) -> None:
    first = write_package(DOCUMENT, "menagerie", tmp_path / "a")
    second = write_package(DOCUMENT, "menagerie", tmp_path / "b")
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert len(files) > 30
    for path in files:
        assert (first / path).read_bytes() == (second / path).read_bytes()


def test_type_checkers_and_linters_have_nothing_to_say(tmp_path: Path) -> None:
    distribution = write_package(DOCUMENT, "menagerie", tmp_path)
    use = distribution / "use.py"
    use.write_text(
        "import menagerie\n"
        "from menagerie import Menagerie, Unknown\n"
        "from menagerie.types import Cat, Dog\n\n"
        "client = Menagerie(key='t')\n"
        "for animal in client.animals.list(kind='cat'):\n"
        "    reveal_type(animal)\n"
        "reveal_type(client.animals.delete)\n"
        "reveal_type(client.animals.tags('1'))\n"
        "reveal_type(client.animals.with_raw_response.tags('1'))\n"
        "client.animals.list(kind=3)\n"
        "client.animals.get()\n"
        "menagerie.Menagery, menagerie.types.Catt\n"
    )
    formatted = [sys.executable, "-m", "ruff", "format", "-q", "--line-length=100", "menagerie"]
    subprocess.run(formatted, cwd=distribution, check=True)  # noqa: S603  our own files
    linted = [sys.executable, "-m", "ruff", "check", "-q", "menagerie"]
    assert subprocess.call(linted, cwd=distribution) == 0  # noqa: S603  our own files
    report, errors, _ = mypy.run(["--strict", str(distribution / "menagerie"), str(use)])
    assert not errors
    told = [line.partition(": ")[2] for line in report.splitlines() if ": " in line]
    animals, unions = "menagerie.types.animals", "menagerie._runtime.unions"
    animal = f"{animals}.Cat | {animals}.Dog | {unions}.Unknown"
    assert f'note: Revealed type is "{animal}"' in told
    assert 'note: Revealed type is "list[str]"' in told
    response = "menagerie._runtime.response.Response[list[str]]"
    assert f'note: Revealed type is "{response}"' in told
    assert [line for line in told if line.startswith("error")] == [
        'error: Argument "kind" to "list" of "Animals" has incompatible type "Literal[3]"; '
        "expected \"Literal['cat', 'dog', 'new\"kind'] | str | None\"  [arg-type]",
        'error: Missing positional argument "id" in call to "get" of "Animals"  [call-arg]',
        'error: Module has no attribute "Menagery"; maybe "Menagerie"?  [attr-defined]',
        'error: Module has no attribute "Catt"; maybe "Cat"?  [attr-defined]',
    ]
