"""`fourfold generate` writes what it says, no more, and says what it would write."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import Fourfold

ROOT = Path(__file__).parents[2]


def tree(folder: Path) -> Mapping[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_everything_is_generated_and_can_be_imported(project: Path, fourfold: Fourfold) -> None:
    ran = fourfold("generate")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("generated/: ")
    assert json.loads((project / "generated/zoo/openapi.json").read_text())["openapi"] == "3.1.0"
    done = subprocess.run(
        [sys.executable, "-c", "from generated.zoo import server; from zoo import Zoo"],
        cwd=project,
        env={"PYTHONPATH": f"{project}:{project}/generated/zoo/python:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "rest",
    [
        "webhooks: {born: {post: {responses: {'200': {description: Read.}}}}}",
        "components: {schemas: {Animal: {type: object}}}",
        "paths: {}",
    ],
)
def test_what_has_no_operation_gives_packages_that_can_be_imported(
    rest: str, project: Path, fourfold: Fourfold
) -> None:
    contract = project / "openapi/zoo/openapi.yaml"
    contract.write_text(f"openapi: 3.1.0\ninfo: {{title: Zoo, version: 1.0.0}}\n{rest}\n")
    assert "generated/: " in fourfold("generate").out
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from generated.zoo import server; import zoo; zoo.Zoo(base_url='http://a')",
        ],
        cwd=project,
        env={"PYTHONPATH": f"{project}:{project}/generated/zoo/python:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_same_contract_gives_the_same_bytes(project: Path, fourfold: Fourfold) -> None:
    fourfold("generate")
    fourfold("generate", "zoo", "--output", "other")
    assert tree(project / "generated/zoo") == tree(project / "other/zoo")


def test_the_bytes_do_not_depend_on_the_process(project: Path, fourfold: Fourfold) -> None:
    fourfold("generate", "zoo", "--output", "one")
    subprocess.run(
        [sys.executable, "-m", "generator", "generate", "zoo", "--output", "two"],
        cwd=project,
        env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"},
        check=True,
        capture_output=True,
    )
    assert tree(project / "one") == tree(project / "two")


def test_files_that_stay_as_they_are_are_not_touched(project: Path, fourfold: Fourfold) -> None:
    fourfold("generate")
    before = {path: path.stat().st_mtime_ns for path in (project / "generated").rglob("*")}
    ran = fourfold("generate")
    assert "0 changed" in ran.out
    after = {path: path.stat().st_mtime_ns for path in (project / "generated").rglob("*")}
    assert after == before


def test_check_names_what_would_change_and_writes_nothing(
    project: Path, fourfold: Fourfold
) -> None:
    fourfold("generate")
    assert fourfold("generate", "--check").status == 0
    generated = project / "generated/zoo"
    (generated / "openapi.json").write_text("edited by hand\n")
    (generated / "python/README.md").unlink()
    before = tree(project)
    ran = fourfold("generate", "--check")
    assert ran.status == 1
    assert ran.out.splitlines()[:2] == [
        "changed: generated/zoo/openapi.json",
        "new: generated/zoo/python/README.md",
    ]
    assert tree(project) == before


def test_check_before_the_first_run_finds_everything_missing(
    project: Path, fourfold: Fourfold
) -> None:
    ran = fourfold("generate", "--check")
    assert ran.status == 1
    assert "new: generated/zoo/openapi.json" in ran.out
    assert not (project / "generated").exists()


def test_files_of_earlier_runs_vanish_and_files_of_others_stay(
    project: Path, fourfold: Fourfold
) -> None:
    contract = project / "openapi/zoo/openapi.yaml"
    for old, new in (("tags: [animals]", "tags: [beasts]"), ("- name: animals", "- name: beasts")):
        text = contract.read_text().replace(old, new)
        contract.write_text(text)
    fourfold("generate")
    before = set(tree(project / "generated"))
    mine = project / "generated/zoo/python/mine.txt"
    mine.write_text("by hand")
    contract.write_text(contract.read_text().replace("tags: [beasts]", "tags: [animals]"))
    checked = fourfold("generate", "--check")
    gone = {path for path in before if "beasts" in path}
    assert gone
    assert {f"stale: generated/{path}" for path in gone} <= set(checked.out.splitlines())
    fourfold("generate")
    after = set(tree(project / "generated"))
    assert not gone & after
    assert mine.read_text() == "by hand"


def test_what_follows_from_a_contract_that_is_gone_vanishes(
    project: Path, fourfold: Fourfold
) -> None:
    fourfold("generate")
    (project / "openapi/zoo").rename(project / "openapi/park")
    fourfold("generate")
    assert not (project / "generated/zoo").exists()
    assert (project / "generated/park/openapi.json").exists()


def test_one_target_leaves_those_of_earlier_runs_alone(project: Path, fourfold: Fourfold) -> None:
    fourfold("generate")
    before = tree(project)
    ran = fourfold("generate", "--target", "python")
    assert "0 changed" in ran.out
    assert tree(project) == before


def test_output_and_name(project: Path, fourfold: Fourfold) -> None:
    ran = fourfold(
        *("generate", "openapi/zoo/openapi.yaml", "--output", "out", "--name", "park"),
        *("--target", "python"),
    )
    assert ran.status == 0
    assert {path.split("/")[0] for path in tree(project / "out")} == {"park", ".fourfold.lock"}
    assert {path.split("/")[0] for path in tree(project / "out/park")} == {
        "openapi.json",
        "python",
        ".fourfold.json",
    }


def test_what_is_invalid_is_said_and_the_rest_is_generated(
    project: Path, fourfold: Fourfold
) -> None:
    contract = project / "openapi/zoo/openapi.yaml"
    edit(contract, "operationId: getAnimal", "operationId: listAnimals")
    edit(contract, "schemas/Animals'", "schemas/Beasts'")
    edit(contract, "in: path, required: true", "in: path, required: maybe")
    ran = fourfold("generate")
    assert ran.status == 1
    lines = [line for line in ran.err.splitlines() if line.startswith("openapi/zoo/openapi.yaml:")]
    assert {line.split(": ")[1] for line in lines} >= {
        "error REF-002",
        "error OAS-002",
        "error STY-002",
    }
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-c", CALLS_TWINS],
        cwd=project,
        env={"PYTHONPATH": f"{project}:{project}/generated/zoo/python:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


CALLS_TWINS = """
from generated.zoo.server.handlers import AnimalsHandler
from zoo import Zoo
animals = Zoo(base_url="http://zoo.example").animals
assert callable(animals.list) and callable(animals.list_animals2)
assert AnimalsHandler.__abstractmethods__ == {"list_animals", "list_animals2"}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("openapi: 3.1.0", "openapi: 4.0.0"),
        ("openapi: 3.1.0", "swagger: '2.0'"),
        ("openapi: 3.1.0", "["),
    ],
)
def test_nothing_is_generated_of_what_is_not_openapi_3(
    project: Path, fourfold: Fourfold, old: str, new: str
) -> None:
    fourfold("generate")
    before = tree(project / "generated")
    edit(project / "openapi/zoo/openapi.yaml", old, new)
    ran = fourfold("generate")
    assert ran.status == 1
    assert ran.err.startswith("openapi/zoo/openapi.yaml:")
    assert tree(project / "generated") == before


@pytest.mark.parametrize("security", ["[{nobody: []}]", "[nobody]", "{nobody: []}", "''"])
def test_no_server_is_generated_that_would_have_to_guess_who_may_call(
    project: Path, fourfold: Fourfold, security: str
) -> None:
    edit(project / "openapi/zoo/openapi.yaml", "security: []", f"security: {security}")
    ran = fourfold("generate")
    assert ran.status == 1
    assert "error GEN-053: " in ran.err
    assert (project / "generated/zoo/python").is_dir()
    assert not (project / "generated/zoo/server").exists()


BROKEN = "{type: oauth2, flows: {authorizationCode: {scopes: {}}}}"


@pytest.mark.parametrize(
    ("root", "listing", "schemes", "is_made"),
    [
        ("[]", "[]", f"{{bad: {BROKEN}}}", True),
        ("[]", "[{good: []}]", f"{{bad: {BROKEN}, good: {{type: http, scheme: bearer}}}}", True),
        ("[]", "[]", "{bad: {type: nothing}}", True),
        ("[]", "[]", "{bad: {type: apiKey, in: query}}", True),
        ("[]", "[]", "{bad: 5}", True),
        ("[{bad: []}]", "[]", f"{{bad: {BROKEN}}}", True),
        ("[{nobody: []}]", "[]", "{}", True),
        ("[{bad: []}]", "", f"{{bad: {BROKEN}}}", False),
        ("[{nobody: []}]", "", "{}", False),
        ("[]", "[{bad: []}]", f"{{bad: {BROKEN}}}", False),
        ("[]", "[{}, {bad: []}]", f"{{bad: {BROKEN}}}", False),
        ("[]", "[{nobody: []}]", "{}", False),
        ("[]", "[{good: []}]", f"{{bad: {BROKEN}, good: {{$ref: '#/x/bad'}}}}", False),
        ("[]", "[{bad}]", f"{{bad: {BROKEN}}}", False),
        ("''", "[]", "{}", False),
        ("[]", "[]", "[]", False),
    ],
)
def test_security_that_no_operation_asks_for_costs_no_server(
    project: Path, fourfold: Fourfold, root: str, listing: str, schemes: str, *, is_made: bool
) -> None:
    contract = project / "openapi/zoo/openapi.yaml"
    schemes = schemes.replace("#/x/", "#/components/securitySchemes/")
    edit(contract, "security: []", f"security: {root}")
    edit(contract, "components:\n", f"components:\n  securitySchemes: {schemes}\n")
    own = f"\n      security: {listing}" if listing else ""
    edit(contract, "operationId: listAnimals", f"operationId: listAnimals{own}")
    edit(contract, "operationId: getAnimal\n", "operationId: getAnimal\n      security: []\n")
    ran = fourfold("generate")
    assert ("error GEN-053: " in ran.err) is not is_made
    assert (project / "generated/zoo/server").exists() is is_made
    if is_made:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "from unittest.mock import Mock; from generated.zoo.server import app; guard = "
                "{'security': Mock()} if hasattr(app, 'Security') else {}; "
                "app.create_app(Mock(), **guard)",
            ],
            cwd=project,
            env={"PYTHONPATH": f"{project}:{ROOT}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("asked", "is_made"), [("app", False), ("key", True)])
def test_a_broken_scheme_of_another_file_costs_the_server_of_who_asks_for_it(
    project: Path, fourfold: Fourfold, asked: str, *, is_made: bool
) -> None:
    contract = project / "openapi/zoo/openapi.yaml"
    (project / "openapi/zoo/ways.yaml").write_text("app: {type: http, scheem: bearer}\n", "utf-8")
    schemes = "{app: {$ref: 'ways.yaml#/app'}, key: {type: http, scheme: bearer}}"
    edit(contract, "components:\n", f"components:\n  securitySchemes: {schemes}\n")
    edit(contract, "security: []", f"security: [{{{asked}: []}}]")
    ran = fourfold("generate")
    assert "ways.yaml:1:" in ran.err
    assert ("error GEN-053: " in ran.err) is not is_made
    assert (project / "generated/zoo/server").exists() is is_made


def test_components_that_are_nothing_are_an_error_and_no_more(
    project: Path, fourfold: Fourfold
) -> None:
    contract = project / "openapi/zoo/openapi.yaml"
    edit(contract, "components:\n", "components:\nx-kept-aside:\n")
    edit(contract, "security: []", "security: [{nobody: []}]")
    ran = fourfold("generate")
    assert "error OAS-002: " in ran.err
    assert "unforeseen" not in ran.err


def test_what_cannot_be_expressed_is_said_and_the_rest_is_generated(
    project: Path, fourfold: Fourfold
) -> None:
    contract = project / "openapi/zoo/openapi.yaml"
    edit(contract, "operationId: getAnimal", "operationId: listAnimal")
    ran = fourfold("generate")
    assert ran.status == 0
    assert ran.err.startswith("openapi/zoo/openapi.yaml:18:7: warning GEN-041: ")
    assert (project / "generated/zoo/python").is_dir()


def test_an_error_in_the_vocabulary_is_said_and_the_rest_is_generated(
    project: Path, fourfold: Fourfold
) -> None:
    contract = project / "openapi/zoo/openapi.yaml"
    paging = "{cursor: $request.x, next_cursor: $response.y, results: $response.data}"
    edit(
        contract,
        "summary: List animals",
        f"summary: List animals\n      x-fern-pagination: {paging}",
    )
    ran = fourfold("generate")
    assert ran.status == 1
    assert ran.err.startswith("openapi/zoo/openapi.yaml:12:26: error GEN-024: ")
    assert (project / "generated/zoo/python").is_dir()


def test_a_failed_write_leaves_what_was_there(
    project: Path, fourfold: Fourfold, monkeypatch: pytest.MonkeyPatch
) -> None:
    fourfold("generate")
    before = tree(project / "generated")
    edit(project / "openapi/zoo/openapi.yaml", "Animals.", "All animals.")
    written = []
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        written.append(path)
        if len(written) > 1:
            raise OSError(28, "No space left on device", str(path))
        return real(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    ran = fourfold("generate")
    assert ran.status == 2
    assert "No space left on device" in ran.err
    assert "Traceback" not in ran.err
    assert tree(project / "generated") == before


def test_a_manifest_cannot_make_us_delete_what_is_not_ours(
    project: Path, fourfold: Fourfold
) -> None:
    fourfold("generate")
    manifest = project / "generated/zoo/.fourfold.json"
    manifest.write_text(json.dumps({"files": {"python": ["../../openapi/zoo/openapi.yaml"]}}))
    fourfold("generate")
    assert (project / "openapi/zoo/openapi.yaml").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--target", "cobol"),
            "There is no target 'cobol'; there are server, python, typescript and docs.",
        ),
        (("park",), "'park' is neither a file nor an API of openapi/, which has: zoo."),
        (("zoo", "--name", "../up"), "'../up' is no name"),
        (("zoo", "openapi/zoo/openapi.yaml", "--name", "x"), ""),
    ],
)
def test_wrong_use_is_one_sentence(
    project: Path, fourfold: Fourfold, words: tuple[str, ...], said: str
) -> None:
    ran = fourfold("generate", *words)
    if said:
        assert (ran.status, ran.out) == (2, "")
        assert ran.err.startswith(f"Error: {said}")
        assert len(ran.err.splitlines()) == 1
    else:
        assert ran.status == 0


def test_a_model_is_dumped_as_json(project: Path, fourfold: Fourfold) -> None:
    ran = fourfold("generate", "zoo", "--dump-model")
    assert ran.status == 0
    model = json.loads(ran.out)
    assert model["operations"] == ["listAnimals", "getAnimal"]
    animal = model["schemas"]["Animal"]
    assert animal["position"] == "openapi/zoo/openapi.yaml:43:7"
    assert animal.keys() == {"position", "type"}
    assert animal["type"]["kind"] == "object"
    assert animal["type"]["properties"][0]["schema"]["type"] == {"kind": "scalar", "of": "string"}
    assert not (project / "generated").exists()
    assert fourfold("generate", "zoo", "--dump-model").out == ran.out


def test_a_contract_may_be_json_of_openapi_3_0(project: Path, fourfold: Fourfold) -> None:
    old = {
        "openapi": "3.0.3",
        "info": {"title": "Old", "version": "1"},
        "paths": {
            "/a": {
                "get": {
                    "operationId": "getA",
                    "responses": {
                        "200": {
                            "description": "A.",
                            "content": {
                                "text/plain": {"schema": {"type": "string", "nullable": True}}
                            },
                        }
                    },
                }
            }
        },
    }
    (project / "old-api.v1.json").write_text(json.dumps(old))
    assert fourfold("generate", "old-api.v1.json", "--output", "out").status == 0
    bundled = json.loads((project / "out/old_api_v1/openapi.json").read_text())
    assert bundled["openapi"].startswith("3.1")
    content = bundled["paths"]["/a"]["get"]["responses"]["200"]["content"]
    assert content["text/plain"]["schema"]["type"] == ["string", "null"]


def test_findings_and_a_bar_do_not_break_each_other(project: Path) -> None:
    contract = "openapi: 3.1.0\ninfo: {title: Zoo, version: 1.0.0}\npaths: {}\n"
    names = [f"zoo{number}.yaml" for number in range(17)]
    for name in names:
        (project / name).write_text(contract)
    shown = on_a_terminal(project, "generate", *names, "--target", "server")
    assert len(shown.split("100%")) == 2, shown
    _, lines = shown.split("100%")
    said = [line for line in lines.splitlines() if ": warning GEN" in line]
    assert sorted({line.partition(":")[0] for line in said}) == sorted(names)


def on_a_terminal(folder: Path, *arguments: str) -> str:
    """What the command writes to a terminal on its standard error."""
    ours, theirs = pty.openpty()
    with (
        os.fdopen(ours, "rb", buffering=0) as terminal,
        subprocess.Popen(  # noqa: S603  our own command
            [sys.executable, "-m", "generator", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"},
            stdout=subprocess.DEVNULL,
            stderr=theirs,
        ) as process,
    ):
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # what Linux says where the other side is closed
            while found := terminal.read(1 << 12):
                shown += found
    assert process.returncode == 0, shown
    return shown.decode()
