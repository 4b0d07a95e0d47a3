"""The four packages: strict for both compilers, formatted, linted, packed and installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator.targets.typescript.runtime_files import RUNTIME
from tests.node_tools import npm, program
from tests.typescript_client.packages import APIS, STRICT, biome, compiled, node, package, ran

FLAGS = {
    **STRICT,
    "types": [],
    "isolatedDeclarations": True,
    "declaration": True,
    "erasableSyntaxOnly": True,
    "verbatimModuleSyntax": True,
    "allowImportingTsExtensions": True,
    "noImplicitOverride": True,
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "noImplicitReturns": True,
    "noFallthroughCasesInSwitch": True,
    "skipLibCheck": True,
}


@pytest.mark.parametrize("newest", [False, True], ids=["5.9", "newest"])
def test_the_sources_are_strict(tmp_path: Path, newest: bool) -> None:
    sources = [str(RUNTIME), *(str(package(api) / "src") for api in APIS)]
    found = compiled(tmp_path, {"compilerOptions": FLAGS, "include": sources}, newest=newest)
    assert found == ""


def test_a_compiler_that_finds_nothing_would_find_a_fault(tmp_path: Path) -> None:
    client = package("aloha") / "src/index.ts"
    (tmp_path / "wrong.ts").write_text(
        f'import {{ Aloha }} from "{client}";\n'
        "const post = await new Aloha().posts.get(7);\n"
        "export const when: string = post.createdAt;\n"
    )
    options = {**FLAGS, "module": "esnext", "moduleResolution": "bundler", "declaration": False}
    options["isolatedDeclarations"] = False
    settings = {"compilerOptions": options, "include": ["wrong.ts"]}
    found = compiled(tmp_path, settings, newest=True)
    assert "Argument of type 'number'" in found
    assert "Type 'Date' is not assignable to type 'string'" in found


def test_they_are_formatted_and_linted() -> None:
    settings = f"--config-path={Path(__file__).with_name('biome.json')}"
    folders = [str(package(api)) for api in APIS]
    done = ran([biome(), "check", settings, "--error-on-warnings", *folders], Path())
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_programs_of_the_tests_are_formatted_and_linted() -> None:
    here, others = Path(__file__).parent, [*Path("tests").glob("*/*.mjs")]
    files = [str(file.resolve()) for file in others if file.parent.name != here.name]
    done = ran([biome(), "check", "--error-on-warnings", ".", *files], here)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("api", APIS)
def test_the_metadata_names_what_there_is(api: str) -> None:
    told = json.loads((package(api) / "package.json").read_text())
    assert told["name"] == f"@{api}/sdk"
    assert (told["type"], told["sideEffects"], told["engines"]) == (
        "module",
        False,
        {"node": ">=20"},
    )
    assert "dependencies" not in told
    for entry in told["exports"].values():
        if isinstance(entry, dict):
            name = Path(entry["default"]).stem
            assert (package(api) / f"src/{name}.ts").exists()
            assert entry["types"] == f"./dist/{name}.d.ts"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has the packed Aloha client installed."""
    folder = tmp_path_factory.mktemp("packed")
    source = package("aloha")
    copied = folder / "source"
    for file in source.rglob("*"):
        if file.is_file() and "dist" not in file.parts:
            target = copied / file.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    built = ran(program("typescript-newest/bin/tsc"), copied)
    assert built.returncode == 0, built.stdout
    packed = ran(npm("pack", "--ignore-scripts", "--pack-destination", str(folder)), copied)
    assert packed.returncode == 0, packed.stderr
    home = folder / "project"
    home.mkdir()
    (home / "package.json").write_text('{"private": true, "type": "module"}')
    archive = str(next(folder.glob("*.tgz")))
    options = ("--offline", "--ignore-scripts", "--no-audit", "--no-fund")
    done = ran(npm("install", archive, *options), home)
    assert done.returncode == 0, done.stderr
    return home


RESOLUTIONS = {
    "nodenext": {"module": "nodenext"},
    "bundler": {"module": "esnext", "moduleResolution": "bundler"},
}


@pytest.mark.parametrize("resolution", RESOLUTIONS)
def test_a_packed_client_is_installed_and_used(project: Path, resolution: str) -> None:
    (project / "use.ts").write_text(
        'import { Aloha, NotFoundError } from "@aloha/sdk";\n'
        'import { signWebhook, verifyWebhook } from "@aloha/sdk/webhooks";\n'
        'import { OAuth } from "@aloha/sdk/oauth";\n'
        'const client = new Aloha({ apiKey: "k", fetch: async () => new Response(null, '
        "{ status: 404 }), maxRetries: 0 });\n"
        'const error: unknown = await client.posts.get("p").catch((caught: unknown) => caught);\n'
        'const data = { postId: "post_1", channel: "instagram" };\n'
        'const told = { id: "evt_1", event: "post.published", created: 1, data };\n'
        "const body = JSON.stringify(told);\n"
        'const event = await verifyWebhook(body, await signWebhook(body, "s"), "s");\n'
        "console.log(error instanceof NotFoundError, event.event, typeof OAuth);\n"
    )
    options = {**STRICT, **RESOLUTIONS[resolution], "types": []}
    settings = {"compilerOptions": options, "include": ["use.ts"]}
    assert compiled(project, settings, newest=True) == ""
    assert node(project / "use.ts") == "true post.published function\n"


def test_the_archive_has_sources_types_and_maps(project: Path) -> None:
    home = project / "node_modules/@aloha/sdk"
    names = {str(file.relative_to(home)) for file in home.rglob("*") if file.is_file()}
    plain = {"README.md", "REFERENCE.md", "LICENSE", "package.json"}
    modules = {name.removesuffix(".ts") for name in names if name.startswith("src/")}
    built = {
        f"dist/{name.removeprefix('src/')}.{kind}"
        for name in modules
        for kind in ("js", "js.map", "d.ts", "d.ts.map")
    }
    assert "src/client" in modules
    assert names == plain | built | {f"{name}.ts" for name in modules}


def test_maps_lead_to_the_sources(project: Path) -> None:
    home = project / "node_modules/@aloha/sdk"
    maps = list(home.rglob("*.map"))
    for file in maps:
        [source] = json.loads(file.read_text())["sources"]
        assert (file.parent / source).resolve().is_relative_to(home / "src")
        assert (file.parent / source).is_file()
    assert maps
