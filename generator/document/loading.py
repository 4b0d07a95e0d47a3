"""A path → a specification: every file it refers to read, resolved and normalised."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import dropwhile
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urljoin

from msgspec import Struct, field

from generator.document.finding import Finding, Severity
from generator.document.grammar import Place, walk
from generator.document.node import Document, Node, join_pointer, split_pointer
from generator.document.normal import copied, normalise
from generator.document.parsing import parse
from generator.document.reference import has_scheme, is_remote, parse_reference
from generator.document.specification import Reference, Specification
from generator.document.suggestion import suggestion
from generator.document.text import decode
from generator.parallel import Share, in_turn

Fetch = Callable[[str], bytes]
"""Reads an address: URL → the bytes there. Raises OSError where it cannot."""

_ROOT_MARKS: Final = (".git", "pyproject.toml")
_IDENTIFYING: Final = frozenset(("$anchor", "$dynamicAnchor", "$id"))


class UnreadableSourceError(Exception):
    """A file that was asked for cannot be read: wrong use, not a finding."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


def load(
    path: Path,
    *,
    root: Path | None = None,
    fetch: Fetch | None = None,
    share: Share = in_turn,
) -> Specification:
    """Read an OpenAPI description from a YAML or JSON file and the files it refers to.

    A `$ref` may not leave `root`, which is the nearest folder above that holds `.git` or
    `pyproject.toml`, else the file's own. Addresses are refused unless `fetch` reads them;
    `share` is how parts of a long file are read.
    Whatever is wrong with the description is in the specification's findings; raises
    `UnreadableSourceError` where there is no file to read.
    """
    try:
        resolved = path.resolve(strict=True)
        data = resolved.read_bytes()
    except (OSError, RuntimeError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableSourceError(path, why) from error
    loader = _Loader((root or project_root(resolved)).resolve(), fetch, share)
    return loader.load(shown(path), resolved, data)


def project_root(file: Path) -> Path:
    """The nearest folder above a file that is a project's, else the file's own folder."""
    for folder in file.parents:
        if any((folder / mark).exists() for mark in _ROOT_MARKS):
            return folder
    return file.parent


def shown(path: Path) -> str:
    """How findings name the file: relative to the current folder where it is below that."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


class _Loader(Struct):
    """Reads files and follows their references; all is by the name of the file.

    `copies` are what was `written` once more, to become the normal form: of those the `schemas`.
    """

    root: Path
    fetch: Fetch | None
    share: Share
    written: dict[str, Document] = field(default_factory=dict)
    copies: dict[str, Document] = field(default_factory=dict)
    schemas: dict[str, list[Place]] = field(default_factory=dict)
    paths: dict[str, Path | None] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    roots: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    references: dict[tuple[str, str], Reference] = field(default_factory=dict)
    links: dict[tuple[str, str], str] = field(default_factory=dict)
    anchors: dict[tuple[str, str], str] = field(default_factory=dict)
    visited: set[tuple[str, str, str]] = field(default_factory=set)
    indexed: set[str] = field(default_factory=set)

    def load(self, file: str, path: Path, data: bytes) -> Specification:
        entry = self._read(file, path, data, "")
        if entry is None:
            self._keep(Document(file, {}, {}))
        elif not isinstance(entry.data, dict):
            self._report("YML-007", entry.root, "An OpenAPI description is a mapping of fields.")
            self._keep(Document(file, {}, entry.places))
        version = self.versions.get(file, "")
        work = [(file, "openapi", "")]
        while work:
            file_, kind, pointer = work.pop(0)
            node = self.copies[file_].root.at(pointer)
            if node is None or (file_, kind, pointer) in self.visited:
                continue
            self.roots.setdefault(file_, []).append((kind, pointer))
            work.extend(self._visit(node, kind))
        self._report_circles()
        return self._specification(file, version)

    def _specification(self, file: str, version: str) -> Specification:
        documents = {
            name: normalise(copy, self.schemas.get(name, ()), self.versions.get(name) or version)
            for name, copy in self.copies.items()
        }
        return Specification(
            entry=documents[file],
            written=self.written[file],
            version=version,
            documents=documents,
            findings=tuple(sorted(self.findings, key=lambda finding: finding.sort_key)),
            sources=self.written,
            references=self.references,
            links=self.links,
            anchors=self.anchors,
            roots={name: tuple(roots) for name, roots in self.roots.items()},
        )

    def _read(self, file: str, path: Path | None, data: bytes, version: str) -> Document | None:
        text, findings = decode(data, file)
        document, more = parse(text, file, self.share)
        self.findings += findings + more
        if document is not None:
            self._keep(document)
            self.paths[file] = path
            own = document.data.get("openapi") if isinstance(document.data, dict) else None
            self.versions[file] = str(own) if isinstance(own, str | int | float) else version
        return document

    def _keep(self, document: Document) -> None:
        self.written[document.file] = document
        self.copies[document.file] = copied(document)

    def _visit(self, root: Node, kind: str) -> list[tuple[str, str, str]]:
        """Follow every reference below a value; the targets that are yet to be visited."""
        document, places = root.document, list[Place]()
        mapped, targets = list[Node](), list[tuple[str, str, str]]()
        schemas = self.schemas.setdefault(document.file, [])
        for place in walk(root.value, kind, root.pointer):
            visit = (document.file, place.kind, place.pointer)
            if visit in self.visited:
                continue
            self.visited.add(visit)
            if place.kind == "schema":
                schemas.append(place)
                if not _IDENTIFYING.isdisjoint(place.value):
                    self._note_anchors(document, place)
                    self._warn_of_id(document, place)
                if "discriminator" in place.value:
                    mapped += _mapped(Node(document, place.pointer, place.value))
            if "$ref" in place.value:
                places.append(place)
        for place in places:
            ref = Node(document, join_pointer(place.pointer, "$ref"), place.value["$ref"])
            target = self._follow(ref, place.kind)
            if target is not None:
                reference = Reference(place.kind, document.file, place.pointer, *target)
                self.references[document.file, place.pointer] = reference
                targets.append((target[0], place.kind, target[1]))
        for ref in mapped:
            target = self._follow(ref, "schema")
            if target is not None:
                targets.append((target[0], "schema", target[1]))
        return targets

    def _note_anchors(self, document: Document, place: Place) -> None:
        for keyword in ("$anchor", "$dynamicAnchor", "$id"):
            name = place.value.get(keyword)
            if isinstance(name, str):
                self.anchors.setdefault((document.file, name), place.pointer)

    def _warn_of_id(self, document: Document, place: Place) -> None:
        name = place.value.get("$id")
        inner = list(walk(place.value, "schema", place.pointer)) if isinstance(name, str) else []
        relative = [one for one in inner if _is_relative(one.value.get("$ref"))]
        if relative:
            node = Node(document, join_pointer(place.pointer, "$id"), name)
            self._report(
                "REF-009",
                node,
                f"`{name}` changes what the relative references below mean; here they are read "
                "relative to the file.",
                Severity.WARNING,
            )

    def _follow(self, node: Node, kind: str) -> tuple[str, str] | None:
        """The file and pointer that a reference leads to; where there is nothing, a finding."""
        document, ref = node.document, node.value
        if not isinstance(ref, str):
            self._report("REF-001", node, "`$ref` takes a string: a JSON Pointer or a file.")
            return None
        path, target, anchor = parse_reference(ref)
        identified = self.anchors.get((document.file, path)) if path and not anchor else None
        if identified is not None:
            file: str | None = document.file
            target = identified + (target or "")
        else:
            file = self._link(node, path) if path else document.file
        if file is None:
            return None
        if anchor:
            self._index_anchors(file)
            target = self.anchors.get((file, anchor))
        if target is None or self.written[file].root.at(target) is None:
            self._report_missing(node, self.written[file], target, anchor)
            return None
        self._check_kind(node, kind, target)
        return file, target

    def _index_anchors(self, file: str) -> None:
        if file in self.indexed:
            return
        self.indexed.add(file)
        document = self.written[file]
        described = isinstance(document.data, dict) and "openapi" in document.data
        for place in walk(document.data, "openapi" if described else "schema"):
            if place.kind == "schema":
                self._note_anchors(document, place)

    def _link(self, node: Node, path: str) -> str | None:
        """The name of the file that the path of a `$ref` means; it is read the first time."""
        key = (node.document.file, path)
        if key not in self.links:
            name = self._open(node, path)
            if name is None:
                return None
            self.links[key] = name
        return self.links[key]

    def _open(self, node: Node, path: str) -> str | None:
        here = self.paths[node.document.file]
        if here is None:
            return self._open_remote(node, urljoin(node.document.file, path))
        if is_remote(path):
            return self._open_remote(node, path)
        if has_scheme(path):
            self._report("REF-005", node, f"`{path}` is no file of this project; name one by path.")
            return None
        return self._open_local(node, here, unquote(path))

    def _open_remote(self, node: Node, url: str) -> str | None:
        if self.fetch is None:
            self._report(
                "REF-006",
                node,
                f"`{url}` is on the network, which is not asked; keep a copy beside this file.",
            )
            return None
        if url in self.written:
            return url
        try:
            data = self.fetch(url)
        except OSError as error:
            self._report("REF-003", node, f"`{url}` cannot be read: {error}.")
            return None
        return self._open_bytes(node, url, None, data)

    def _open_local(self, node: Node, here: Path, path: str) -> str | None:
        try:
            target = (here.parent / path).resolve()
            if not target.is_relative_to(self.root):
                self._report(
                    "REF-005",
                    node,
                    f"`{path}` leads out of the project, whose root is the folder "
                    f"'{self.root.name}'; keep the file inside it.",
                )
                return None
            known = next((name for name, at in self.paths.items() if at == target), None)
            if known is not None:
                return known
            data = target.read_bytes() if target.is_file() else None
        except (OSError, RuntimeError, ValueError):
            data = None
        if data is None:
            nearest = self._nearest_file(here, path)
            self._report("REF-003", node, f"There is no file `{path}` here.{nearest}")
            return None
        shown = Path(os.path.normpath(Path(node.document.file).parent / path)).as_posix()
        return self._open_bytes(node, shown, target, data)

    def _open_bytes(self, node: Node, file: str, path: Path | None, data: bytes) -> str | None:
        version = self.versions.get(node.document.file, "")
        if self._read(file, path, data, version) is None:
            self._report("REF-004", node, f"`{file}` cannot be read as YAML or JSON.")
            return None
        return file

    def _nearest_file(self, here: Path, path: str) -> str:
        folder = (here.parent / path).parent
        try:
            names = [entry.name for entry in folder.iterdir()]
        except (OSError, ValueError):
            return ""
        return suggestion(Path(path).name, names)

    def _report_missing(
        self, node: Node, document: Document, pointer: str | None, anchor: str
    ) -> None:
        if anchor:
            names = [name for file, name in self.anchors if file == document.file]
            why = f"No schema has the anchor '{anchor}'.{suggestion(anchor, names)}"
            self._report("REF-002", node, why)
        elif pointer is None:
            self._report(
                "REF-001",
                node,
                f"`{node.value}` is not a valid JSON Pointer: `~` is written `~0` and `/` `~1`.",
            )
        else:
            parent, name = _deepest(document, pointer)
            holder = f"'{parent.pointer}'" if parent.pointer else "The document"
            found = suggestion(name, list(parent.mapping))
            self._report("REF-002", node, f"{holder} has no member '{name}'.{found}")

    def _check_kind(self, node: Node, kind: str, pointer: str) -> None:
        match split_pointer(pointer):
            case ["components", section, _]:
                held = _SECTIONS.get(section)
                if held and held != kind and not (kind == "pathItem" and held == "callback"):
                    self._report(
                        "REF-007",
                        node,
                        f"`{node.value}` is a {_NAMES.get(held, held)}, "
                        f"and a {_NAMES.get(kind, kind)} is asked for here.",
                    )

    def _report_circles(self) -> None:
        followed: set[tuple[str, str]] = set()
        for start in self.references:
            at = start
            trail: dict[tuple[str, str], None] = {}
            while at in self.references and at not in followed:
                followed.add(at)
                trail[at] = None
                reference = self.references[at]
                at = (reference.target_file, reference.target_pointer)
            for file, pointer in dropwhile(at.__ne__, trail):
                node = Node(self.written[file], join_pointer(pointer, "$ref"), None)
                self._report("REF-008", node, "This reference leads back to itself.")

    def _report(
        self, code: str, node: Node, message: str, severity: Severity = Severity.ERROR
    ) -> None:
        self.findings.append(node.finding(code, message, severity))


_SECTIONS: Final = {
    "schemas": "schema",
    "responses": "response",
    "parameters": "parameter",
    "examples": "example",
    "requestBodies": "requestBody",
    "headers": "header",
    "securitySchemes": "securityScheme",
    "links": "link",
    "callbacks": "callback",
    "pathItems": "pathItem",
    "mediaTypes": "mediaType",
}
_NAMES: Final = {
    "requestBody": "request body",
    "securityScheme": "security scheme",
    "pathItem": "path item",
    "mediaType": "media type",
}


def _mapped(schema: Node) -> list[Node]:
    """The values of a discriminator's mapping that are references, and not names of schemas."""
    mapping = schema.get("discriminator", "mapping")
    values = [value for _, value in mapping.items()] if mapping else []
    return [value for value in values if isinstance(value.value, str) and "/" in value.value]


def _is_relative(ref: object) -> bool:
    return isinstance(ref, str) and not ref.startswith("#") and not has_scheme(ref)


def _deepest(document: Document, pointer: str) -> tuple[Node, str]:
    """The deepest existing ancestor of a pointer, and the member that it has not."""
    parent = document.root
    for token in split_pointer(pointer):
        child = parent.at(join_pointer("", token))
        if child is None:
            return parent, token
        parent = child
    return parent, ""
