"""`.fourfold.lock`: the names that were published are read, kept, written, and refused."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Fourfold

LOCK = Path("generated/.fourfold.lock")
CONTRACT = Path("openapi/zoo/openapi.yaml")
HEAD = "version: 1\n\nzoo:\n  model:\n"
SEARCH = """\
  /animals/search:
    post:
      tags: [animals]
      x-fern-sdk-method-name: list
      responses: {'204': {description: Looked for.}}
"""
"""An operation that wants the name of one that is there."""


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def clients(folder: Path = LOCK.parent) -> tuple[set[str], set[str]]:
    """The methods of animals in Python and in TypeScript."""
    python = (folder / "zoo/python/zoo/resources/animals.py").read_text()
    typescript = (folder / "zoo/typescript/src/resources/animals.ts").read_text()
    return (
        set(re.findall(r"^    def ([a-z]\w*)\(", python, re.MULTILINE)) - {"with_raw_response"},
        set(re.findall(r"^  ([a-z]\w*)\(.*\): ", typescript, re.MULTILINE)),
    )


def generate(fourfold: Fourfold, *words: str) -> str:
    """Generate both clients; what was said."""
    ran = fourfold("generate", *words, "--target", "python", "--target", "typescript")
    assert ran.status == 0
    return ran.err


def test_a_name_that_was_published_is_not_given_to_another(fourfold: Fourfold) -> None:
    generate(fourfold)
    assert clients() == ({"list", "get"}, {"list", "get"})
    before = LOCK.read_text().splitlines()
    edit(CONTRACT, "  /animals:\n", f"{SEARCH}  /animals:\n")
    ran = fourfold("generate", "--check")
    assert (ran.status, f"changed: {LOCK}" in ran.out) == (1, True)
    assert "GEN-041" in generate(fourfold)
    new = "post_animals_search"
    assert clients() == ({"list", "get", new}, {"list", "get", "postAnimalsSearch"})
    assert set(before) < set(LOCK.read_text().splitlines()), "lines are added, and none is changed"
    assert "0 changed" in fourfold("generate", "--target", "python").out


@pytest.mark.parametrize("first", ["/animals", "/animals/search"])
def test_who_is_first_keeps_the_name(fourfold: Fourfold, first: str) -> None:
    text = CONTRACT.read_text().replace("operationId: listAnimals", "x-fern-sdk-method-name: list")
    whole = text.replace("  /animals:\n", f"{SEARCH}  /animals:\n")
    CONTRACT.write_text(whole if first == "/animals/search" else text)
    if first == "/animals/search":
        CONTRACT.write_text(re.sub(r"  /animals:\n.*?(?=  /animals/\{)", "", whole, flags=re.S))
    generate(fourfold)
    CONTRACT.write_text(whole)
    generate(fourfold)
    called = re.findall(r"operation \w+ (\S+): animals\.list$", LOCK.read_text(), re.MULTILINE)
    assert called == [first]


def test_what_is_no_more_leaves_its_name(fourfold: Fourfold) -> None:
    edit(CONTRACT, "  /animals:\n", f"{SEARCH}  /animals:\n")
    generate(fourfold)
    assert clients()[0] == {"list", "list_animals", "get"}
    text = CONTRACT.read_text().replace("/animals/search", "/beasts")
    CONTRACT.write_text(text)
    generate(fourfold)
    assert clients()[0] == {"list", "list_animals", "get"}, "the same at another path"
    assert "search" not in LOCK.read_text()


def test_a_contract_that_says_another_name_is_heard(fourfold: Fourfold) -> None:
    generate(fourfold)
    edit(CONTRACT, "operationId: listAnimals", "operationId: findAnimals")
    assert "GEN-042" in generate(fourfold)
    assert clients()[0] == {"list", "get"}, "an id is no word on what methods are called"
    edit(CONTRACT, "summary: List animals", "x-fern-sdk-method-name: find")
    assert generate(fourfold) == ""
    assert clients() == ({"find", "get"}, {"find", "get"})


def test_a_name_is_changed_by_hand(fourfold: Fourfold) -> None:
    generate(fourfold)
    edit(LOCK, "animals.list", "animals.all_of_them")
    edit(LOCK, "    field Animal legs:\n", "    field Animal legs: feet\n")
    generate(fourfold)
    assert clients() == ({"all_of_them", "get"}, {"allOfThem", "get"})
    assert "feet: " in Path("generated/zoo/python/zoo/types/animals.py").read_text()
    assert "feet?: " in Path("generated/zoo/typescript/src/types/animals.ts").read_text()
    assert "0 changed" in fourfold("generate", "--target", "python").out


@pytest.mark.parametrize("name", ["class", "1st", "x;y", '"Foo\\n"', "foo/bar", "Any"])
def test_what_is_no_name_is_not_taken(fourfold: Fourfold, name: str) -> None:
    generate(fourfold)
    edit(LOCK, "    type Animal:\n", "")
    edit(LOCK, "  python:\n", f"  python:\n    type Animal: {name}\n")
    edit(LOCK, "  typescript:\n", f"  typescript:\n    type Animal: {name}\n")
    generate(fourfold)
    python = Path("generated/zoo/python/zoo/types/animals.py").read_text()
    assert re.findall(r"^class (\w+)", python, re.MULTILINE) == ["Animals", "Animal"]


def test_without_a_lock_names_are_given_afresh_and_it_is_said(fourfold: Fourfold) -> None:
    assert generate(fourfold) == "", "the first time, there is nothing to keep"
    edit(LOCK, "animals.list", "animals.all")
    generate(fourfold)
    LOCK.unlink()
    ran = fourfold("generate", "--check", "--target", "python")
    assert (ran.status, f"new: {LOCK}" in ran.out) == (1, True)
    assert f"{LOCK} is not there: names are given afresh" in generate(fourfold)
    assert clients()[0] == {"list", "get"}


def test_each_output_has_its_own(fourfold: Fourfold) -> None:
    generate(fourfold)
    edit(LOCK, "animals.list", "animals.all")
    generate(fourfold, str(CONTRACT), "--output", "other")
    assert clients(Path("other"))[0] == {"list", "get"}
    assert Path("other/.fourfold.lock").exists()


def test_names_of_other_apis_and_targets_stay(fourfold: Fourfold) -> None:
    park = CONTRACT.parent.parent / "park/openapi.yaml"
    park.parent.mkdir()
    park.write_text(CONTRACT.read_text())
    generate(fourfold)
    before = LOCK.read_text()
    assert re.findall(r"^\w+:$", before, re.MULTILINE) == ["park:", "zoo:"]
    assert fourfold("generate", "zoo", "--target", "python").status == 0
    assert LOCK.read_text() == before
    park.write_text("openapi: 3.1.0\n")
    fourfold("generate")
    assert "park:" in LOCK.read_text(), "what cannot be generated keeps its names"
    park.unlink()
    fourfold("generate")
    assert "park:" not in LOCK.read_text(), "what openapi/ has no more has none"


def test_the_model_has_the_names_too(fourfold: Fourfold) -> None:
    generate(fourfold)
    edit(LOCK, "animals.list", "animals.all")
    model = json.loads(fourfold("generate", "zoo", "--dump-model").out)
    assert [each["name"] for each in model["resources"][0]["operations"]] == ["all", "get"]


def test_what_is_remembered_follows_from_the_names(
    project: Path, fourfold: Fourfold, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURFOLD_CACHE", str(project / "cache"))
    os.utime(CONTRACT, (1, 1))
    generate(fourfold)
    monkeypatch.setattr("generator.generate.command._made", None)
    generate(fourfold)
    monkeypatch.undo()
    monkeypatch.chdir(project)
    monkeypatch.setenv("FOURFOLD_CACHE", str(project / "cache"))
    edit(LOCK, "animals.list", "animals.all")
    generate(fourfold)
    assert clients()[0] == {"all", "get"}


def test_pages_call_methods_as_the_clients_were_published(
    project: Path, fourfold: Fourfold, monkeypatch: pytest.MonkeyPatch
) -> None:
    def shown() -> str:
        assert fourfold("generate").status == 0
        return (project / "generated/zoo/docs/animals.html").read_text()

    monkeypatch.setenv("FOURFOLD_CACHE", str(project / "cache"))
    os.utime(CONTRACT, (1, 1))
    assert "client.animals.list(" in shown()
    edit(LOCK, "  python:\n", "  python:\n    method GET /animals: everyone\n")
    edit(LOCK, "    method GET /animals:\n", "")
    assert "client.animals.everyone(" in shown()


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "does not say its version"),
        ("zoo:\n", 1, "not as fourfold writes it"),
        ("# a comment\nversion: 2\n", 2, "a lock of version 2, and this fourfold reads version 1"),
        ("version:\n", 1, "a lock of version none"),
        ("version: 1\nzoo:\nzoo:\n", 3, "The API 'zoo' stands here for the second time"),
        ("version: 1\nzoo:\n  model:\n  model:\n", 4, "'model' stands here for the second time"),
        ("version: 1\nzoo:\n  cobol:\n", 3, "There is no target 'cobol'"),
        ("version: 1\n  model:\n", 2, "belongs to no API"),
        ("version: 1\nzoo:\n    field A b: c\n", 3, "belongs to no target of an API"),
        ("version: 1\nzoo: {model: {}}\n", 2, "not as fourfold writes it"),
        ("version: 1\nzoo:\n\tmodel:\n", 3, "not as fourfold writes it"),
        (f"{HEAD}<<<<<<< ours\n", 5, "a merge conflict. Keep the lines of both sides"),
        (f"{HEAD}=======\n", 5, "a merge conflict"),
        (f"{HEAD}    operation GET /a:\n", 5, "'operation GET /a' has no name"),
        (f"{HEAD}    operation GET /a: a b\n", 5, "not as fourfold writes it"),
        (f'{HEAD}    operation GET /a: "\\q"\n', 5, "not as fourfold writes it"),
        (
            f"{HEAD}    schema /a: A\n    schema /b: A\n",
            6,
            "'A' is on line 5 already",
        ),
        (
            f"{HEAD}    schema /a: A\n    schema /a: B\n",
            6,
            "stands here for the second time",
        ),
        (
            f"{HEAD}  python:\n    field A b: x\n    field A c: x\n",
            7,
            "'x' is on line 6 already",
        ),
    ],
)
def test_a_spoilt_lock_is_one_error_at_its_place(
    fourfold: Fourfold, text: str, line: int, said: str
) -> None:
    LOCK.parent.mkdir()
    LOCK.write_text(text)
    for words in (["generate"], ["generate", "--check"], ["generate", "--dump-model"]):
        ran = fourfold(*words)
        assert ran.status == 2
        assert re.fullmatch(rf"Error: {LOCK}:{line}:1: .*\n", ran.err)
        assert said in ran.err
    assert sorted(LOCK.parent.iterdir()) == [LOCK], "nothing is written"


def test_a_lock_that_is_no_text_is_an_error(fourfold: Fourfold) -> None:
    LOCK.parent.mkdir()
    LOCK.write_bytes(b"\xff\xfe")
    ran = fourfold("generate")
    assert (ran.status, ran.err.startswith(f"Error: {LOCK}: This is no UTF-8.")) == (2, True)


def test_any_key_of_a_contract_is_told_again(fourfold: Fourfold) -> None:
    odd = "'a: b #c': {type: string}, 'é \u2028': {type: string}, '#': {type: string}"
    edit(CONTRACT, "legs: {type: integer}", odd)
    quotes = "parameters: [{name: 'é \"\\ \u2028', in: query, schema: {type: string}}]"
    edit(CONTRACT, "operationId: listAnimals", f"operationId: listAnimals\n      {quotes}")
    generate(fourfold)
    assert "0 changed" in fourfold("generate", "--target", "python").out
    assert len(re.findall(r"^    \"?field Animal ", LOCK.read_text(), re.MULTILINE)) == 4, odd
    assert '    argument GET /animals query "\\u00e9 \\"\\\\ \\u2028":\n' in LOCK.read_text(), (
        quotes
    )
