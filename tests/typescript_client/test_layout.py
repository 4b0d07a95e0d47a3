"""What is generated is laid out as biome's formatter would: nothing is left for it to change."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from generator.targets.typescript import layout
from generator.targets.typescript.layout import Alternatives, Around, Node, Typed
from generator.targets.typescript.source import quoted
from tests.typescript_client.packages import biome, ran, write_package

SETTINGS = f"--config-path={Path(__file__).with_name('biome.json').resolve()}"
LONG = "Name" * 11
HEAD = """\
openapi: 3.1.0
info: {title: Zoo, version: 1.0.0}
servers: [{url: "https://zoo.test"}]
"""
WORDS = {
    "OBJECT": "{properties: {a: {type: string}, b: {type: string, format: date-time}}}",
    "PET": "{$ref: '#/components/schemas/Pet'}",
    "THING": "{$ref: '#/components/schemas/LONG'}",
    "ZOO": "{$ref: '#/components/schemas/Zoo'}",
    "LONG": LONG,
    "MANY": "many" * 12,
}


def case(
    answer: str, *, more: str = "", name: str = "get", tag: str = "pets", zoo: str = ""
) -> str:
    """A document with an operation that answers with a schema; a word in capitals is a text."""
    text = HEAD + (
        f"paths: {{/pets: {{get: {{operationId: {name}, tags: [{tag}], {more}responses: {{'200':"
        f" {{description: It., content: {{application/json: {{schema: {answer}}}}}}}}}}}}}}}\n"
        "components:\n  schemas:\n"
        "    Pet: {required: [kind], properties: {kind: {type: string}}}\n"
        f"    LONG: OBJECT\n    Zoo: {zoo or 'OBJECT'}\n"
    )
    for word, meant in WORDS.items():
        text = text.replace(word, meant)
    return text


CASES: Mapping[str, str] = {
    "a constant of a long type": case("THING", name="getLONG"),
    "a constant whose type is broken": case("{type: array, items: THING}", name="getLONG"),
    "a constant of many types": case(
        "{oneOf: [{type: array, items: {const: MANY}}, {type: array, items: {const: LONG}}]}"
    ),
    "a shape of a long name": case("THING"),
    "a member of a long name": case("ZOO", zoo="{properties: {MANY: {type: array, items: THING}}}"),
    "a type or null": case("ZOO", zoo="{properties: {MANY: {oneOf: [THING, {type: 'null'}]}}}"),
    "anything": case("ZOO", zoo="{oneOf: [{type: string}, {type: integer}]}"),
    "variants of long names": case(
        "ZOO",
        zoo="{oneOf: [THING, PET], discriminator: "
        "{propertyName: kind, mapping: {MANYMANY: LONG, x: Pet}}}",
    ),
    "a tag of no variant": case(
        "ZOO",
        zoo="{oneOf: [{properties: {b: {type: string}}}, PET], discriminator: "
        "{propertyName: type, mapping: {x: Pet}}}",
    ),
    "headers of two names": case(
        "{type: string}",
        more="parameters: [{name: X-A, in: header, schema: {type: string}},"
        " {name: X-B, in: header, schema: {type: string}}], ",
    ),
    "a resource of a long name": case("PET", tag="LONGLONG"),
    "a client of a long name": case("PET").replace("title: Zoo", f"title: {LONG}"),
    "a list in itself": case(
        "ZOO", zoo="{type: array, items: {additionalProperties: {type: array, items: ZOO}}}"
    ),
    "an alias in itself": case("ZOO", zoo="{oneOf: [{type: string}, {additionalProperties: ZOO}]}"),
}


def test_what_documents_say(tmp_path: Path) -> None:
    for number, text in enumerate(CASES.values()):
        (tmp_path / str(number)).mkdir()
        write_package(text, tmp_path / str(number))
    found = ran([biome(), "format", SETTINGS, "--max-diagnostics=99", "."], tmp_path)
    wrong = {int(number) for number in re.findall(r"^(\d+)/typescript", found.stderr, re.MULTILINE)}
    assert not [name for number, name in enumerate(CASES) if number in wrong], found.stderr
    assert found.returncode == 0, found.stderr


def test_anything_that_may_be_declared() -> None:
    declared = Declarations(random.Random(1))
    kinds = (declared.shape, declared.operation, declared.alias, declared.member, declared.method)
    texts = [kinds[number % len(kinds)]() for number in range(800)]
    source = "".join(f"// {number}\n{text}\n\n" for number, text in enumerate(texts))
    done = subprocess.run(  # noqa: S603 - a program that we wrote
        [biome(), "format", SETTINGS, "--stdin-file-path=x.ts"],
        input=source,
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.split(r"^// \d+\n", done.stdout, flags=re.MULTILINE)[1:]
    wrong = [
        (ours, text)
        for ours, text in zip(texts, found, strict=True)
        if ours.strip() != text.strip()
    ]
    assert wrong[:1] == []


class Declarations:
    """Makes up declarations of what generated code declares, with names of all lengths."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def shape(self) -> str:
        name = self._word()
        node = self._shape(1) if self.chance.random() < 0.9 else "any"
        return f"{layout.assigned(f'export const {name}: Shape<{name.capitalize()}>', node)};"

    def operation(self) -> str:
        kind = layout.generic("Operation", [self._type(0)])
        return f"{layout.constant(self._word(), kind, self._object(1))};"

    def alias(self) -> str:
        plain = self.chance.random() < 0.5
        variants = tuple(self._variant() for _ in range(self.chance.randrange(2, 5)))
        node = self._type(0) if plain else Alternatives(variants)
        return f"{layout.assigned(f'export type {self._name()}', node)};"

    def member(self) -> str:
        text = layout.broken(Typed(self._word(), self._type(0)), 2, 2, 1)
        return f"export interface {self._name()} {{\n  {text};\n}}"

    def method(self) -> str:
        path = [Typed(self._word(), self._type(1)) for _ in range(self.chance.randrange(2))]
        given: list[Node] = [*path, f"params: {self._name()}", "options?: RequestOptions"]
        returns = layout.generic("APIPromise", [self._type(0)])
        head = layout.declared_method(self._word(), given, returns)
        return f"class A {{\n  {head}\n    return 1;\n  }}\n}}"

    def _word(self) -> str:
        length = self.chance.choice([3, 5, 8, 12, 20, 30, 45, 60, 80])
        return "".join(self.chance.choice("abcdefghij") for _ in range(length))

    def _name(self) -> str:
        return self._word().capitalize()

    def _text(self) -> str:
        return quoted(self._word())

    def _some(self, make: Callable[[], Node], most: int) -> list[Node]:
        return [make() for _ in range(self.chance.randrange(1, most))]

    def _type(self, depth: int) -> Node:
        kinds: list[Callable[[], Node]] = [
            lambda: self.chance.choice(["string", "number", "boolean", "Date"]),
            self._name,
            lambda: f"{self._name()}[]",
            lambda: layout.generic("Array", [self._type(depth + 1)]),
            lambda: layout.generic("Record", ["string", self._type(depth + 1)]),
            lambda: layout.typed([("value", self._type(depth + 1))]),
            lambda: _either([*self._some(self._text, 5), "(string & {})"]),
            lambda: _either([self._type(depth + 1), "null"]),
            lambda: _either([self._type(depth + 1), self._type(depth + 1)]),
        ]
        return self.chance.choice(kinds if depth < 2 else kinds[:3])()

    def _variant(self) -> Node:
        tags = _either(self._some(self._text, 5))
        events: list[tuple[str, Node]] = [
            ("event", self._text()),
            ("data", self._type(2)),
            ("id", "string"),
        ]
        tagged = Around(f"({self._name()} & ", layout.typed([("type", tags)]), ")")
        found: list[Node] = [self._name(), tagged, layout.typed(events)]
        return self.chance.choice(found)

    def _shape(self, depth: int) -> Node:
        def inner() -> Node:
            return self._shape(depth + 1)

        kinds: list[Callable[[], Node]] = [
            lambda: f"{self._word()}Shape",
            lambda: f"() => {self._word()}",
            lambda: layout.call(self.chance.choice(["optional", "array"]), [inner()]),
            lambda: layout.call("object", [layout.members({self._word(): inner() for _ in "ab"})]),
            lambda: layout.call("union", [self._text(), layout.members({self._word(): inner()})]),
            lambda: layout.call("oneOf", [inner(), *self._some(inner, 3)]),
        ]
        first = 2 if depth == 1 else 0
        return self.chance.choice(kinds[first:] if depth < 4 else kinds[:2])()

    def _object(self, depth: int) -> layout.Group:
        names = [self._word(), self.chance.choice(["path", "name", "as"]), self._word()]
        return layout.members({name: self._value(depth) for name in names})

    def _value(self, depth: int) -> Node:
        named = layout.members({"name": self._text(), "as": self._text()})
        kinds: list[Callable[[], Node]] = [
            self._text,
            lambda: layout.listed(self._some(self._text, 6)),
            lambda: layout.listed([named, *self._some(self._text, 3)]),
            lambda: layout.listed([named, named]),
            lambda: layout.call("cursor", [self._text(), layout.listed(self._some(self._text, 3))]),
            lambda: layout.call("form", ["true", "false"]),
            lambda: self._object(depth + 1),
        ]
        return self.chance.choice(kinds if depth < 3 else kinds[:1])()


def _either(found: list[Node]) -> Node:
    """A union of types, each once, null last."""
    parts = [p for node in found for p in getattr(node, "members", (node,))]
    once = {layout.flat(part): part for part in parts}
    listed = sorted(once.values(), key=lambda part: part == "null")
    return listed[0] if len(listed) == 1 else Alternatives(tuple(listed))
