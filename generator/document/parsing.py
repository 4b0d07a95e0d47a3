"""Text → plain data with the position of every value, in one pass over the YAML events."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import yaml
from msgspec import Struct, field

from generator.document.finding import Finding, Position, Severity
from generator.document.node import Document, join_pointer
from generator.document.scalar import NotFiniteError, resolve_plain

MAX_DEPTH: Final = 128
"""How deep values may be nested. Hand-written descriptions stay below 40."""

MAX_ALIASED: Final = 200_000
"""How many values the aliases of one file may stand for, all together."""

_CORE_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "map", "seq")
)
_STRING_TAGS: Final = frozenset(("!", "tag:yaml.org,2002:str"))
_LITERALS_OF_NO_JSON: Final = frozenset(("NaN", "Infinity", "-Infinity"))
_NO_KEY: Final = object()
"""What the key of a mapping is while the next one is yet to be read."""

# libyaml ends a line at NEL, LS and PS, as YAML 1.1 did, and knows no surrogate pairs, which JSON
# escapes are made of. Both are masked, at unchanged length so that columns stay right.
_BREAKS_11: Final = "\x85\u2028\u2029"
_FILLER: Final = "\U0010fffd"
_MASK: Final = str.maketrans(_BREAKS_11, "\U0010fffa\U0010fffb\U0010fffc")
_UNMASK: Final = str.maketrans("\U0010fffa\U0010fffb\U0010fffc", _BREAKS_11, _FILLER)
_SURROGATES: Final = re.compile(
    r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)


class _Stopped(Exception):  # noqa: N818 - it ends the reading, it is not an error of ours
    """What has been found makes the rest of the file unreadable."""


class _Anchored(NamedTuple):
    value: Any
    pointer: str


class _Frame(Struct):
    """A mapping or sequence whose end has not been read yet."""

    container: dict[str, Any] | list[Any]
    pointer: str
    anchor: str | None
    key: Any
    key_pointer: str = ""
    merges: bool = False


def parse(text: str, file: str) -> tuple[Document | None, list[Finding]]:
    """One file as a positioned document, and all that is wrong with it as YAML or JSON.

    The document is None where there is nothing that could be looked at further: a syntax error,
    an empty file, or an attack (nesting, aliases).
    """
    parser = _Parser(file, json_like=text.lstrip()[:1] in ("{", "["))
    masked = _masked(text, parser.json_like)
    parser.masked = masked is not text
    try:
        parser.read(masked)
    except _Stopped:
        return None, parser.findings
    except yaml.MarkedYAMLError as error:
        parser.report_syntax(error)
        return None, parser.findings
    document = Document(file, parser.data, parser.positions, parser.key_positions)
    return document, parser.findings


def _masked(text: str, json_like: bool) -> str:
    if any(character in text for character in _BREAKS_11):
        text = text.translate(_MASK)
    if json_like and "\\u" in text:
        return _SURROGATES.sub(_join_surrogates, text)
    return text


def _join_surrogates(match: re.Match[str]) -> str:
    high, low = int(match[2], 16), int(match[3], 16)
    character = chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    return match[1] + character + _FILLER * 11


class _Parser(Struct):
    file: str
    json_like: bool
    masked: bool = False
    data: Any = None
    findings: list[Finding] = field(default_factory=list)
    positions: dict[str, tuple[int, int]] = field(default_factory=dict)
    key_positions: dict[str, tuple[int, int]] = field(default_factory=dict)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    stack: list[_Frame] = field(default_factory=list)
    plain_keys: set[str] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)
    documents: int = 0
    aliased: int = 0

    def read(self, text: str) -> None:
        """Read all events; raises `_Stopped` or yaml's own errors where there is no going on."""
        loader = yaml.CSafeLoader(text)
        for event in iter(loader.get_event, None):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._start(event, {})
            elif kind is yaml.SequenceStartEvent:
                self._start(event, [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._document(event)
        if not self.documents:
            self._report("YML-005", (0, 0), "The file is empty; there is no document in it.")
            raise _Stopped

    def report_syntax(self, error: yaml.MarkedYAMLError) -> None:
        """The finding for a syntax error that libyaml met."""
        mark = error.problem_mark or error.context_mark
        place = (mark.line, mark.column) if mark else (0, 0)
        problem = (error.problem or "syntax error").replace("found character", "found a character")
        if error.context and error.context_mark:
            problem += f" {error.context} that began at line {error.context_mark.line + 1}"
        language = "JSON" if self.json_like else "YAML"
        self._report("YML-004", place, f"This is not valid {language}: {problem}.")

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._report(
                "YML-006",
                _mark(event),
                "A second YAML document begins here; an API is described by one. "
                "Move it to a file of its own.",
            )
            raise _Stopped

    def _scalar(self, event: Any) -> None:
        text: str = event.value.translate(_UNMASK) if self.masked else event.value
        plain = event.implicit[0] and event.tag is None
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is _NO_KEY:
            self._key(frame, text, plain, event)
            return
        value: Any = text
        if plain or event.tag in _CORE_TAGS:
            value = self._plain(text, event)
        elif event.tag is not None and event.tag not in _STRING_TAGS:
            self._check_tag(event)
        pointer = self._place(frame, value, event)
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(value, pointer)

    def _plain(self, text: str, event: Any) -> Any:
        try:
            value, otherwise = resolve_plain(text)
        except NotFiniteError:
            self._not_finite(text, event)
            return text
        if otherwise:
            self._report(
                "YML-010",
                _mark(event),
                f"`{text}` is a string here, but {otherwise} to some readers of YAML; "
                f"write '{text}' in quotes.",
                Severity.WARNING,
            )
        elif self.json_like and text in _LITERALS_OF_NO_JSON:
            self._not_finite(text, event)
        return value

    def _not_finite(self, text: str, event: Any) -> None:
        shown = text if len(text) < 40 else text[:37] + "..."
        self._report("YML-015", _mark(event), f"`{shown}` is a number that JSON cannot write.")

    def _key(self, frame: _Frame, text: str, plain: bool, event: Any) -> None:
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(text, frame.pointer)
        if event.tag is not None and event.tag not in _STRING_TAGS:
            self._check_tag(event)
        if plain and text == "<<":
            frame.merges = True
            self._report(
                "YML-011",
                _mark(event),
                "The merge key `<<` is not part of YAML 1.2, and many readers take it for a "
                "property; write the members out, or use `$ref`.",
                Severity.WARNING,
            )
        elif plain and text not in self.plain_keys:
            self._check_key(text, event)
        self._accept_key(frame, text, event)

    def _check_key(self, text: str, event: Any) -> None:
        try:
            value, otherwise = resolve_plain(text)
        except NotFiniteError:
            value, otherwise = text, "a number"
        if not isinstance(value, str) or otherwise:
            self._report(
                "YML-009" if not isinstance(value, str) else "YML-010",
                _mark(event),
                f"The key `{text}` is read as the string '{text}', but not by every reader of "
                "YAML; write it in quotes.",
                Severity.WARNING,
            )
        else:
            self.plain_keys.add(text)

    def _accept_key(self, frame: _Frame, key: str, event: Any) -> None:
        token = self.tokens.get(key)
        if token is None:
            token = self.tokens[key] = join_pointer("", key)
        pointer = frame.pointer + token
        if key in frame.container:
            line, column = self.key_positions[pointer]
            self._report(
                "YML-008",
                _mark(event),
                f"The key '{key}' was already given at line {line}, column {column}; "
                "keep one of the two.",
                pointer=pointer,
            )
        frame.key, frame.key_pointer = key, pointer
        mark = event.start_mark
        self.key_positions[pointer] = (mark.line + 1, mark.column + 1)

    def _start(self, event: Any, container: dict[str, Any] | list[Any]) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self._too_deep(_mark(event))
        if event.tag is not None and event.tag not in _CORE_TAGS:
            self._check_tag(event)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is _NO_KEY:
            self._complex_key(frame, event)
            pointer = frame.key_pointer
        else:
            pointer = self._place(frame, container, event)
        key = _NO_KEY if isinstance(container, dict) else None
        self.stack.append(_Frame(container, pointer, event.anchor, key))

    def _complex_key(self, frame: _Frame, event: Any) -> None:
        self._report(
            "YML-009",
            _mark(event),
            "A mapping or sequence cannot be a key in JSON; use a string.",
        )
        frame.key, frame.key_pointer = "?", join_pointer(frame.pointer, "?")

    def _end(self) -> None:
        frame = self.stack.pop()
        if frame.merges and isinstance(frame.container, dict):
            self._merge(frame.container, frame.pointer)
        if frame.anchor:
            self.anchors[frame.anchor] = _Anchored(frame.container, frame.pointer)

    def _merge(self, container: dict[str, Any], pointer: str) -> None:
        merged = container.pop("<<", None)
        source = join_pointer(pointer, "<<")
        several = merged if isinstance(merged, list) else [merged]
        for index, mapping in enumerate(several):
            origin = join_pointer(source, index) if isinstance(merged, list) else source
            if not isinstance(mapping, dict):
                line, column = self.positions[origin]
                self._report(
                    "YML-011",
                    (line - 1, column - 1),
                    "A merge key takes a mapping, or a sequence of mappings.",
                )
                continue
            for key, value in mapping.items():
                if key not in container:
                    container[key] = value
                    self._copy(value, join_pointer(origin, key), join_pointer(pointer, key))

    def _alias(self, event: Any) -> None:
        anchored = self.anchors.get(event.anchor)
        if anchored is None:
            open_ones = {frame.anchor for frame in self.stack}
            why = "contains itself" if event.anchor in open_ones else "names no anchor before it"
            self._report("YML-013", _mark(event), f"The alias `*{event.anchor}` {why}.")
            anchored = _Anchored(None, "")
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is _NO_KEY:
            if isinstance(anchored.value, dict | list):
                self._complex_key(frame, event)
            else:
                self._accept_key(frame, str(anchored.value), event)
            return
        pointer = self._place(frame, anchored.value, event)
        if isinstance(anchored.value, dict | list):
            self._copy(anchored.value, anchored.pointer, pointer, event)

    def _copy(self, value: Any, source: str, target: str, alias: Any = None) -> None:
        """Give the descendants at `target` the positions that they have at `source`."""
        work = [(value, source, target, len(self.stack))]
        while work:
            value, source, target, depth = work.pop()
            self.aliased += 1
            place = _mark(alias) if alias else (0, 0)
            if self.aliased > MAX_ALIASED:
                self._report(
                    "YML-014",
                    place,
                    f"The aliases of this file stand for more than {MAX_ALIASED:,} values; "
                    "use `$ref` instead.",
                )
                raise _Stopped
            if depth > MAX_DEPTH:
                self._too_deep(place)
            if source in self.positions:
                self.positions.setdefault(target, self.positions[source])
            if source in self.key_positions:
                self.key_positions.setdefault(target, self.key_positions[source])
            for token, child in _members(value):
                origin, copy = join_pointer(source, token), join_pointer(target, token)
                work.append((child, origin, copy, depth + 1))

    def _place(self, frame: _Frame | None, value: Any, event: Any) -> str:
        """Put a value where the text has it: into its mapping or sequence, or as the root."""
        mark = event.start_mark
        if frame is None:
            self.data, pointer = value, ""
        elif isinstance(frame.container, dict):
            pointer = frame.key_pointer
            frame.container[frame.key] = value
            frame.key = _NO_KEY
        else:
            pointer = f"{frame.pointer}/{len(frame.container)}"
            frame.container.append(value)
        self.positions[pointer] = (mark.line + 1, mark.column + 1)
        return pointer

    def _check_tag(self, event: Any) -> None:
        if event.tag not in _CORE_TAGS:
            self._report(
                "YML-012",
                _mark(event),
                f"The tag `{event.tag}` has no meaning in JSON; remove it.",
            )

    def _too_deep(self, place: tuple[int, int]) -> None:
        self._report("YML-016", place, f"Values are nested more than {MAX_DEPTH} levels deep here.")
        raise _Stopped

    def _report(
        self,
        code: str,
        place: tuple[int, int],
        message: str,
        severity: Severity = Severity.ERROR,
        pointer: str = "",
    ) -> None:
        position = Position(self.file, place[0] + 1, place[1] + 1)
        self.findings.append(Finding(code, position, message, pointer, severity))


def _mark(event: Any) -> tuple[int, int]:
    return event.start_mark.line, event.start_mark.column


def _members(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()
