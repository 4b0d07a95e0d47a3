"""What OpenAPI can say, as TypeScript: generated, compiled strictly, and run."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from generator.document import load
from generator.model.builder import build
from generator.targets import TargetInput
from generator.targets.typescript import render
from tests.typescript_client.packages import STRICT, biome, compiled, node, ran, write_package

HEAD = """\
openapi: 3.1.0
info: {title: Zoo, version: 1.0.0}
servers: [{url: "https://zoo.test"}]
"""

ZOO = Path(__file__).with_name("zoo.yaml")

PRELUDE = """\
import { Zoo } from "./typescript/src/index.ts";
const asked: Request[] = [];
const answers: unknown[] = [];
const client = new Zoo({ fetch: async (url, init) => {
  asked.push(new Request(url, init));
  const answer = answers.shift();
  const status = answer === undefined ? 204 : 200;
  return new Response(answer === undefined ? null : JSON.stringify(answer), { status });
} });
"""
PROGRAMS: Mapping[str, tuple[str, list[str]]] = {
    "names and moments are those of TypeScript": (
        """
        const cat = { pet_kind: "cat", born_at: "2026-04-15T09:30:00+02:00", new_one: 1 };
        answers.push({ rows: [cat] });
        const wanted = { kind: ["cat", "fox"], bornAfter: new Date(0), xTrace: "t" };
        for await (const pet of client.pets.list(wanted)) {
          if (pet.petKind === "cat") console.log(pet.bornAt.toISOString(), JSON.stringify(pet));
        }
        console.log(asked[0]?.url, asked[0]?.headers.get("x-trace"));
        """,
        [
            "2026-04-15T07:30:00.000Z "
            '{"petKind":"cat","bornAt":"2026-04-15T07:30:00.000Z","new_one":1}',
            "https://zoo.test/pets?kind=cat,fox&born_after=1970-01-01T00%3A00%3A00Z t",
        ],
    ),
    "variants are told apart, also those to come": (
        """
        const cat = { pet_kind: "cat", born_at: "2026-01-01T00:00:00Z" };
        answers.push({ pet_kind: "dog", friends: [cat] });
        answers.push({ pet_kind: "fox", tail_length: 3 });
        const pet = { petKind: "cat", bornAt: new Date(0), nickName: null, größe: 1 } as const;
        for (const _ of [1, 2]) {
          const made = await client.pets.create({ body: pet });
          switch (made.petKind) {
            case "cat": console.log(made.nickName ?? "", made.größe ?? 0); break;
            case "dog": console.log("friends", made.friends?.length); break;
            default: { const other: unknown = made["tail_length"]; console.log("other", other); }
          }
        }
        console.log(await asked[0]?.text());
        """,
        [
            "friends 1",
            "other 3",
            '{"pet_kind":"cat","born_at":"1970-01-01T00:00:00Z","nick_name":null,"größe":1}',
        ],
    ),
    "null and left out are not the same": (
        """
        answers.push({ pet_kind: "cat", born_at: "2026-01-01T00:00:00Z", nick_name: null });
        answers.push({ pet_kind: "cat", born_at: "2026-01-01T00:00:00Z" });
        for (const _ of [1, 2]) {
          const cat = await client.pets.create({ body: { petKind: "dog" } });
          if (cat.petKind === "cat") console.log(cat.nickName === null, "nickName" in cat);
        }
        """,
        ["true true", "false false"],
    ),
    "files and reserved words": (
        """
        await client.pets.putPhoto("a/b", { image: new Blob(["x"]), fileName: "x.png" });
        const form = await asked[0]?.formData();
        console.log(asked[0]?.url, form?.get("file_name"), form?.get("image") instanceof Blob);
        answers.push({ a: { b: {} } });
        const tree = await client.constructor_.delete();
        console.log(JSON.stringify(tree?.["a"]?.["b"]));
        """,
        ["https://photos.zoo.test/pets/a%2Fb/photo x.png true", "{}"],
    ),
    "an app gets tokens of its own": (
        """
        import { ClientCredentials, OAuth, oauthErrorFrom } from "./typescript/src/oauth.ts";
        const fetch = async (_: unknown, init?: RequestInit) =>
          Response.json({ access_token: String(init?.body), expires_in: 60 });
        const app = new ClientCredentials({ clientId: "a", clientSecret: "s", fetch });
        console.log(await app.token(), typeof OAuth, oauthErrorFrom({}));
        // @ts-expect-error: an app without a secret has no such tokens
        new ClientCredentials({ clientId: "a" });
        """,
        ["grant_type=client_credentials function undefined"],
    ),
}


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The programs, compiled strictly against the client of the document."""
    folder = tmp_path_factory.mktemp("zoo")
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    write_package(ZOO.read_text(), folder)
    found = {name: folder / f"{number}.ts" for number, name in enumerate(PROGRAMS)}
    for name, file in found.items():
        file.write_text(PRELUDE + textwrap.dedent(PROGRAMS[name][0]))
    options = {**STRICT, "allowImportingTsExtensions": True, "skipLibCheck": True, "types": []}
    settings = {"compilerOptions": options, "include": ["*.ts"]}
    assert compiled(folder, settings, newest=True) == ""
    return found


@pytest.mark.parametrize("name", PROGRAMS)
def test_it_prints(programs: Mapping[str, Path], name: str) -> None:
    assert node(programs[name]).splitlines() == PROGRAMS[name][1]


@pytest.mark.parametrize("title", ["Client", "Request", "---", "RateLimitError"])
def test_a_client_is_called_as_nothing_beside_it(tmp_path: Path, title: str) -> None:
    text = (
        HEAD.replace("Zoo", f"'{title}'")
        + "paths: {/a: {get: {responses: {'204': {description: Done.}}}}}\n"
    )
    source = write_package(text, tmp_path)
    options = {**STRICT, "allowImportingTsExtensions": True, "noUnusedLocals": True, "types": []}
    settings = {"compilerOptions": options, "include": [str(source / "src")]}
    assert compiled(tmp_path, settings, newest=True) == ""


@pytest.mark.parametrize("own", ["", "servers: [{url: /files}], "])
def test_resources_give_way_to_what_the_client_imports(tmp_path: Path, own: str) -> None:
    def document(*resources: str) -> str:
        paths = "".join(
            f"  /{name}: {{get: {{tags: [{name}], {own}responses: {{'204': {{}}}}}}}}\n"
            for name in resources
        )
        return f"{HEAD}paths:\n{paths}"

    client = (write_package(document("pets"), tmp_path) / "src/client.ts").read_text()
    names = re.findall(r"\b[A-Z]\w+", " ".join(re.findall(r"import.*\{([^}]*)\}", client)))
    assert {"ServersCaller" if own else "Caller", "RateLimit", "Pets"} <= {*names}
    source = write_package(document(*sorted(names)), tmp_path)
    options = {**STRICT, "allowImportingTsExtensions": True, "noUnusedLocals": True, "types": []}
    settings = {"compilerOptions": options, "include": [str(source / "src")]}
    assert compiled(tmp_path, settings, newest=True) == ""


def test_what_is_going_away_is_struck_through(tmp_path: Path) -> None:
    source = write_package(ZOO.read_text(), tmp_path) / "src"
    text = "".join((source / name).read_text() for name in ("resources/pets.ts", "types/pets.ts"))
    struck = re.findall(r"^ *\* @deprecated(?:.*\n *\*)*?/\n *(\w+)", text, re.MULTILINE)
    assert struck == ["colour", "old", "fur"]


def test_what_nobody_reads_has_no_shape(tmp_path: Path) -> None:
    source = write_package(ZOO.read_text(), tmp_path) / "src"
    text = "".join(file.read_text() for file in source.glob("types/*.ts"))
    assert "interface Failure" in text
    assert "petShape" in text
    assert "failureShape" not in text


def test_what_is_quoted_by_its_wire_name_is_called_as_in_typescript(tmp_path: Path) -> None:
    text = HEAD + textwrap.dedent("""\
        paths:
          /pets:
            get:
              operationId: list
              tags: [pets]
              description: The pets after `born_after`, by `other_name`.
              parameters:
                - {name: born_after, in: query, schema: {type: string}}
              responses:
                '200': {description: Pets., content: {application/json: {schema: {}}}}
                '400': {description: Neither `born_after` nor its like.}
        """)
    module = (write_package(text, tmp_path) / "src/resources/pets.ts").read_text()
    assert "The pets after `bornAfter`, by `other_name`." in module
    assert "@throws `BadRequestError`: Neither `bornAfter` nor its like." in module


def test_it_is_formatted_as_biome_would(tmp_path: Path) -> None:
    folder = write_package(ZOO.read_text(), tmp_path)
    settings = f"--config-path={Path(__file__).with_name('biome.json').resolve()}"
    done = ran([biome(), "check", settings, str(folder)], Path())
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("usual", "own", "sent"),
    [
        ("/v1", "/files", "http://localhost/files"),
        ("/v1", "https://files.test/", "https://files.test"),
        ("https://zoo.test/v1/", "https://zoo.test/v1", ""),
        ("[v1", "/files", ""),
    ],
)
def test_a_server_of_its_own_is_that_of_an_operation(
    tmp_path: Path, usual: str, own: str, sent: str
) -> None:
    text = HEAD.replace("https://zoo.test", usual) + textwrap.dedent(f"""\
        paths:
          /pets:
            get: {{operationId: list, servers: [{{url: '{own}'}}], responses: {{'204': {{}}}}}}
        """)
    source = write_package(text, tmp_path) / "src"
    found = re.findall(r'server: "(.*)"', (source / "resources/pets.ts").read_text())
    assert found == ([sent] if sent else [])
    assert (source / "runtime/own-servers.ts").exists() == bool(sent)


def test_what_is_not_expressed_is_said(tmp_path: Path) -> None:
    document = tmp_path / "openapi.yaml"
    document.write_text(
        HEAD
        + textwrap.dedent("""\
        paths:
          /a:
            post:
              operationId: send
              x-speakeasy-retries: {strategy: backoff, statusCodes: [5XX]}
              requestBody: {content: {text/plain: {}, application/xml: {}}}
              responses: {'204': {description: Done.}}
          /b:
            post:
              operationId: upload
              requestBody:
                content:
                  multipart/form-data:
                    schema: {type: object, properties: {note: {type: string}}}
                    encoding: {note: {headers: {X-Kind: {schema: {const: memo}}}}}
              responses: {'204': {description: Done.}}
        """)
    )
    built = build(load(document), "zoo")
    found = render(TargetInput(built.api, {}, {})).findings
    assert [finding.code for finding in found] == ["GEN-151", "GEN-154", "GEN-155"]
    assert all(finding.position.line > 1 for finding in found)
