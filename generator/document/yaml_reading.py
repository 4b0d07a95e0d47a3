"""YAML text → plain data with the position of every value, in one pass over its events."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import yaml
from msgspec import Struct, field

from generator.document.finding import Finding, Severity, position_at
from generator.document.node import MAX_DEPTH, Document, Written, join_pointer
from generator.document.plain import MERGE_KEY, Doubt, doubt_of_key, not_finite, plain_value

MAX_ALIASED: Final = 200_000
"""How many values the aliases of one file may stand for, all together."""

_CORE_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float", "map", "seq")
)
_STRING_TAGS: Final = frozenset(("!", "tag:yaml.org,2002:str"))
_LITERALS_OF_NO_JSON: Final = frozenset(("NaN", "Infinity", "-Infinity"))
_UNKNOWN: Final = object()
_START: Final = re.compile(r"\s*[{\[]")

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


def read_yaml(text: str, file: str) -> tuple[Document | None, list[Finding]]:
    """One file as a positioned document, and all that is wrong with it as YAML or JSON.

    The document is None where there is nothing that could be looked at further: a syntax error,
    an empty file, or an attack (nesting, aliases).
    """
    json_like = _START.match(text) is not None
    masked = _masked(text, json_like)
    events = yaml.CSafeLoader(masked).get_event
    parser = _Parser(file, events, json_like=json_like, masked=masked is not text)
    try:
        parser.read()
    except _Stopped:
        return None, parser.findings
    except yaml.MarkedYAMLError as error:
        parser.report_syntax(error)
        return None, parser.findings
    return Document(file, parser.data, parser.places), parser.findings


def read_flow(text: str, depth: int) -> Document | None:
    """A scalar or flow collection that stands alone in `text`, inside of `depth` collections.

    None where there is something to be told of it, or something that others may refer to.
    """
    parser = _Parser("", yaml.CSafeLoader(text).get_event, json_like=False, masked=False)
    try:
        parser.read(depth)
    except (_Stopped, yaml.MarkedYAMLError):
        return None
    data = parser.data
    opening = "{" if isinstance(data, dict) else "[" if isinstance(data, list) else ""
    if parser.findings or parser.anchors or not text.lstrip().startswith(opening):
        return None
    return Document("", data, parser.places)


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
    """Reads events one after the other: each method those of what it is named after.

    `plain` are the values of plain scalars that every reader takes for the same, `plain_keys` such
    keys, `tokens` keys as parts of a JSON Pointer. `open` are the anchors of what has not ended
    yet, `merging` the mappings with a merge key.
    """

    file: str
    event: Callable[[], Any]
    json_like: bool
    masked: bool
    data: Any = None
    findings: list[Finding] = field(default_factory=list)
    places: dict[str, Written] = field(default_factory=dict)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    plain: dict[str, Any] = field(default_factory=dict)
    plain_keys: set[str] = field(default_factory=set)
    tokens: dict[str, str] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)
    merging: set[str] = field(default_factory=set)
    aliased: int = 0

    def read(self, depth: int = 0) -> None:
        """Read all events; raises `_Stopped` or yaml's own errors where there is no going on."""
        documents = 0
        for event in iter(self.event, None):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._second_document(event)
            elif isinstance(event, yaml.NodeEvent):
                self.places[""] = _place(event, event)
                self.data = self._value(event, "", depth)
        if not documents:
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

    def _second_document(self, event: Any) -> None:
        self._report(
            "YML-006",
            _mark(event),
            "A second YAML document begins here; an API is described by one. "
            "Move it to a file of its own.",
        )
        raise _Stopped

    def _value(self, event: Any, pointer: str, depth: int) -> Any:
        """The value that begins with an event, inside of `depth` others."""
        kind = type(event)
        if kind is yaml.ScalarEvent:
            return self._scalar(event, pointer)
        if kind is yaml.AliasEvent:
            return self._alias(event, pointer, depth)
        return self._collection(event, pointer, depth)

    def _scalar(self, event: Any, pointer: str) -> Any:
        value: Any = event.value.translate(_UNMASK) if self.masked else event.value
        tag = event.tag
        if tag in _CORE_TAGS or (tag is None and event.implicit[0]):
            text = value
            value = self.plain.get(text, _UNKNOWN)
            if value is _UNKNOWN:
                value = self._plain(text, event)
        elif tag is not None:
            self._check_tag(event)
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(value, pointer)
        return value

    def _collection(self, event: Any, pointer: str, depth: int) -> Any:
        """A mapping or sequence."""
        if depth >= MAX_DEPTH:
            self._too_deep(_mark(event))
        anchor = event.anchor
        if anchor:
            self.open.add(anchor)
        if event.tag is not None:
            self._check_tag(event)
        read = self._mapping if type(event) is yaml.MappingStartEvent else self._sequence
        value = read(pointer, depth + 1)
        if anchor:
            self.open.discard(anchor)
            self.anchors[anchor] = _Anchored(value, pointer)
        return value

    def _sequence(self, pointer: str, depth: int) -> list[Any]:
        sequence: list[Any] = []
        while type(event := self.event()) is not yaml.SequenceEndEvent:
            element = f"{pointer}/{len(sequence)}"
            self.places[element] = _place(event, event)
            sequence.append(self._value(event, element, depth))
        return sequence

    def _mapping(self, pointer: str, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        next_event, places, tokens = self.event, self.places, self.tokens
        while type(event := next_event()) is not yaml.MappingEndEvent:
            key = self._key(event, pointer, depth)
            member = pointer + (tokens.get(key) or self._token(key))
            if key in mapping:
                self._report_repeated(event, key, member)
            before, event = event, next_event()
            places[member] = _place(event, before)
            mapping[key] = self._value(event, member, depth)
        if pointer in self.merging:
            self.merging.discard(pointer)
            self._merge(mapping, pointer, depth - 1)
        return mapping

    def _token(self, key: str) -> str:
        token = self.tokens[key] = join_pointer("", key)
        return token

    def _report_repeated(self, event: Any, key: str, pointer: str) -> None:
        _, _, line, column = self.places[pointer]
        self._report(
            "YML-008",
            _mark(event),
            f"The key '{key}' was already given at line {line}, column {column}; "
            "keep one of the two.",
            pointer=pointer,
        )

    def _key(self, event: Any, pointer: str, depth: int) -> str:
        if type(event) is not yaml.ScalarEvent:
            return self._key_of_no_text(event, pointer, depth)
        text: str = event.value.translate(_UNMASK) if self.masked else event.value
        tag = event.tag
        if tag is not None:
            self._check_tag(event)
        elif event.implicit[0] and text not in self.plain_keys:
            self._check_key(text, pointer, event)
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(text, pointer)
        return text

    def _plain(self, text: str, event: Any) -> Any:
        value, doubt = plain_value(text)
        if doubt is None and self.json_like and text in _LITERALS_OF_NO_JSON:
            doubt = not_finite(text)
        if doubt:
            self._doubt(doubt, event)
        else:
            self.plain[text] = value
        return value

    def _check_key(self, text: str, pointer: str, event: Any) -> None:
        doubt = doubt_of_key(text)
        if text == MERGE_KEY:
            self.merging.add(pointer)
        if doubt:
            self._doubt(doubt, event)
        else:
            self.plain_keys.add(text)

    def _doubt(self, doubt: Doubt, event: Any) -> None:
        self._report(doubt.code, _mark(event), doubt.message, doubt.severity)

    def _key_of_no_text(self, event: Any, pointer: str, depth: int) -> str:
        """What stands for a key that is an alias, or a mapping or sequence, which is read too."""
        alias = type(event) is yaml.AliasEvent
        value = self._anchored(event).value if alias else {}
        if not isinstance(value, dict | list):
            return str(value)
        self._report(
            "YML-009",
            _mark(event),
            "A mapping or sequence cannot be a key in JSON; use a string.",
        )
        if not alias:
            self._collection(event, f"{pointer}/?", depth)
        return "?"

    def _merge(self, mapping: dict[str, Any], pointer: str, depth: int) -> None:
        merged = mapping.pop(MERGE_KEY, None)
        source = join_pointer(pointer, MERGE_KEY)
        several = merged if isinstance(merged, list) else [merged]
        for index, each in enumerate(several):
            origin = join_pointer(source, index) if isinstance(merged, list) else source
            if not isinstance(each, dict):
                line, column, *_ = self.places[origin]
                self._report(
                    "YML-011",
                    (line - 1, column - 1),
                    "A merge key takes a mapping, or a sequence of mappings.",
                )
                continue
            for key, value in each.items():
                if key not in mapping:
                    mapping[key] = value
                    at = join_pointer(pointer, key)
                    self._copy(value, join_pointer(origin, key), at, (0, 0), depth)

    def _alias(self, event: Any, pointer: str, depth: int) -> Any:
        anchored = self._anchored(event)
        if isinstance(anchored.value, dict | list):
            self._copy(anchored.value, anchored.pointer, pointer, _mark(event), depth)
        return anchored.value

    def _anchored(self, event: Any) -> _Anchored:
        """What an alias stands for; nothing, and a finding, where it stands for nothing."""
        found = self.anchors.get(event.anchor)
        if found is None:
            why = "contains itself" if event.anchor in self.open else "names no anchor before it"
            self._report("YML-013", _mark(event), f"The alias `*{event.anchor}` {why}.")
        return found or _Anchored(None, "")

    def _copy(
        self, value: Any, source: str, target: str, place: tuple[int, int], depth: int
    ) -> None:
        """Give the descendants at `target` the positions that they have at `source`."""
        work = [(value, source, target, depth)]
        while work:
            value, source, target, depth = work.pop()
            self.aliased += 1
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
            if source in self.places:
                self.places.setdefault(target, self.places[source])
            for token, child in _members(value):
                origin, copy = join_pointer(source, token), join_pointer(target, token)
                work.append((child, origin, copy, depth + 1))

    def _check_tag(self, event: Any) -> None:
        if event.tag not in _CORE_TAGS and event.tag not in _STRING_TAGS:
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
        position = position_at(self.file, place[0] + 1, place[1] + 1)
        self.findings.append(Finding(code, position, message, pointer, severity))


def _place(event: Any, key: Any) -> Written:
    mark, before = event.start_mark, key.start_mark
    return mark.line + 1, mark.column + 1, before.line + 1, before.column + 1


def _mark(event: Any) -> tuple[int, int]:
    return event.start_mark.line, event.start_mark.column


def _members(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()
