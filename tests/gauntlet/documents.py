"""A document as PyYAML alone reads it: what the toolkit makes of it is compared with this."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import yaml

VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_CORE_TAGS = (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
)


class CoreLoader(yaml.CSafeLoader):
    """YAML with the types of JSON (YAML 1.2 §10.3): a date is text, and so is `on`."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012  as PyYAML has it


for _tag, _pattern, _first in _CORE_TAGS:
    CoreLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}",
        re.compile(f"^(?:{_pattern})$"),
        [character.strip("\0") for character in _first],
    )
CoreLoader.add_constructor(
    "tag:yaml.org,2002:int",
    lambda _, node: int(node.value, 0 if node.value[:2] in ("0o", "0x") else 10),
)
CoreLoader.add_constructor("tag:yaml.org,2002:float", lambda _, node: float(node.value))


@dataclass(frozen=True, slots=True)
class WrittenOperation:
    """One method of a path, and the lines that it takes, counted from 1."""

    method: str
    path: str
    pointer: str
    """Of the path, wherever it is written."""
    lines: range
    value: Mapping[str, Any]


@dataclass(frozen=True)
class WrittenDocument:
    """A document, its data with text for keys, as JSON has it."""

    path: Path
    data: dict[str, Any]
    root: yaml.Node = field(repr=False)

    @property
    def version(self) -> str:
        """What it says of its OpenAPI version."""
        return str(self.data.get("openapi", ""))

    @cached_property
    def operations(self) -> dict[tuple[str, str], WrittenOperation]:
        """Every operation by method, in capitals, and path."""
        return {(each.method, each.path): each for each in self._operations()}

    def place(self, *keys: str) -> tuple[int, int]:
        """The line and the column where the value under these keys begins, counted from 1."""
        node = self._node(keys)
        return (node.start_mark.line + 1, node.start_mark.column + 1) if node else (0, 0)

    def _operations(self) -> Iterator[WrittenOperation]:
        for path in self.data.get("paths") or {}:
            pointer = followed(self.data, f"#/paths/{escaped(path)}")
            item = at(self.data, pointer)
            for verb in VERBS if isinstance(item, dict) and path.startswith("/") else ():
                if isinstance(item.get(verb), dict):
                    lines = self._lines(("paths", path, verb), ("paths", path))
                    yield WrittenOperation(verb.upper(), path, pointer, lines, item[verb])

    def _lines(self, *places: tuple[str, ...]) -> range:
        for keys in places:
            node = self._node(keys)
            if node is not None:
                return range(node.start_mark.line, node.end_mark.line + 2)
        return range(0)

    def _node(self, keys: tuple[str, ...]) -> yaml.Node | None:
        node: yaml.Node | None = self.root
        for key in keys:
            pairs = node.value if isinstance(node, yaml.MappingNode) else ()
            node = next((value for name, value in pairs if name.value == key), None)
        return node


def read(path: Path) -> WrittenDocument:
    """The document in a YAML or JSON file."""
    loader = CoreLoader(path.read_text("utf-8"))
    root = loader.get_single_node() or yaml.MappingNode("tag:yaml.org,2002:map", [])
    return WrittenDocument(path, _as_json(loader.construct_document(root)), root)


def write_json(data: Any, path: Path) -> Path:
    """A JSON file of the data."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
    return path


def write_yaml(data: Any, path: Path) -> Path:
    """A YAML file of the data, every text quoted."""
    text = yaml.dump(
        data,
        Dumper=_QuotingDumper,
        allow_unicode=True,
        sort_keys=False,
        width=100_000,
    )
    path.write_text(text, "utf-8")
    return path


class _QuotingDumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


_QuotingDumper.add_representer(
    str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
)


def at(data: Any, pointer: str) -> Any:
    """What is at `#/…`, None where there is nothing."""
    for token in pointer.split("/")[1:]:
        name = unescaped(token)
        if isinstance(data, list) and name.isdigit() and int(name) < len(data):
            data = data[int(name)]
        else:
            data = data.get(name) if isinstance(data, dict) else None
    return data


def followed(data: Any, pointer: str) -> str:
    """The pointer, or where the reference leads that is there."""
    for _ in range(50):
        value = at(data, pointer)
        if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
            break
        pointer = value["$ref"]
    return pointer


def called(data: Any, operation: WrittenOperation) -> str:
    """The path as a call has it whose parameters are all `1`, in their styles (§4.8.12.4)."""
    places = (operation.pointer, f"{operation.pointer}/{operation.method.lower()}")
    pointers = [
        f"{place}/parameters/{index}"
        for place in places
        for index in range(len((at(data, place) or {}).get("parameters") or ()))
    ]
    found = [at(data, followed(data, pointer)) for pointer in pointers]
    styles = {
        each.get("name"): each.get("style")
        for each in found
        if isinstance(each, dict) and each.get("in") == "path"
    }
    return re.sub(r"\{([^}]*)\}", lambda part: _one(part[1], styles.get(part[1])), operation.path)


def _one(name: str, style: str | None) -> str:
    return {"matrix": f";{quote(name, safe='')}=1", "label": ".1"}.get(style or "simple", "1")


def escaped(name: str) -> str:
    """A name as a token of a JSON Pointer in a URI fragment."""
    return quote(name.replace("~", "~0").replace("/", "~1"), safe="~")


def unescaped(token: str) -> str:
    """A token of a JSON Pointer in a URI fragment, as the name that it is."""
    return unquote(token).replace("~1", "/").replace("~0", "~")


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_json(member) for key, member in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, list) else value
