"""Schemas as trees of members that fold.

What a schema refers to is unfolded within it as far as there is room, so that the size of a page
is in proportion to the document. All else is a link to the page of schemas, where each has its
whole list of members; so a schema that contains itself ends in a link, too.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from generator.model import (
    Anything,
    Api,
    Array,
    Dictionary,
    Object,
    Reference,
    Schema,
    Union,
)
from generator.targets.definitions import definition
from generator.targets.docs.field_html import field_html
from generator.targets.docs.fields import Field, Labels
from generator.targets.docs.html_source import Markup, joined

_MOST = 60
_DEEPEST = 2
_SHORT = 8
_MORE = Markup('<li class="more">and {} more: <a href="{}">{}</a></li>\n')


class Use(Struct, frozen=True):
    """What a tree is for: `sending`, receiving (False) or both (None), and how large it may be.

    `depth` is how many references may still be unfolded in one another, `most` how many rows there
    may be.
    """

    sending: bool | None
    depth: int
    most: int

    @property
    def deeper(self) -> Use:
        """The use of what is in a row."""
        return replace(self, depth=self.depth - 1)

    def has(self, schema: Schema) -> bool:
        """Whether a member is there: some are only sent, some are only received."""
        hidden = {True: schema.read_only, False: schema.write_only, None: False}
        return not hidden[self.sending]


_SENDING = Use(sending=True, depth=_DEEPEST, most=_MOST)
_RECEIVING = Use(sending=False, depth=_DEEPEST, most=_MOST)
_WHOLE = Use(sending=None, depth=0, most=1 << 31)


class Tree(Struct, frozen=True):
    """Rows of HTML, and how many there are; `kind` is what the rows are."""

    html: Markup
    rows: int
    kind: str


class Row(Struct, frozen=True):
    """A member, variant or element; the name of a variant is what tells it apart."""

    name: str
    schema: Schema
    required: bool = False


class Trees:
    """Makes the trees of one API, each once for each use."""

    def __init__(self, api: Api, labels: Labels) -> None:
        self._api = api
        self._labels = labels
        self._heads: dict[tuple[int, str, bool], Markup] = {}
        self._known: dict[tuple[str, Use], Tree | None] = {}

    def of(self, schema: Schema, *, sending: bool) -> Markup:
        """What is told below a body's type; nothing where that says all."""
        found = self._tree(schema, _SENDING if sending else _RECEIVING)
        return found.html if found is not None else Markup("")

    def whole(self, name: str) -> Markup:
        """Every member or variant of a named schema, what it refers to as links."""
        schema = self._api.schemas[name]
        if isinstance(schema.type, Reference):
            return Markup("")
        found = self._written(schema, _WHOLE, name)
        return found.html if found is not None else Markup("")

    def fields(self, fields: Sequence[Field], below: Sequence[Schema | None]) -> Markup:
        """A list of parameters or headers, each with what unfolds below it."""
        pieces = [
            _row(field_html(field), self._tree(schema, _SENDING.deeper) if schema else None, 0)
            for field, schema in zip(fields, below, strict=True)
        ]
        return _list(pieces) if pieces else Markup("")

    def _tree(self, schema: Schema, use: Use) -> Tree | None:
        if isinstance(schema.type, Reference):
            return self._named(schema.type.name, use)
        return self._written(schema, use, "")

    def _named(self, name: str, use: Use) -> Tree | None:
        if use.depth < 0:
            return None
        key = (name, use)
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self._content(name, use)
        return self._known[key]

    def _content(self, name: str, use: Use) -> Tree | None:
        schema = definition(self._api, self._api.schemas[name])
        if schema is None:
            return None
        is_object = isinstance(schema.type, Object)
        return self._written(schema, use if is_object else use.deeper, name)

    def _written(self, schema: Schema, use: Use, owner: str) -> Tree | None:
        """What is written in a schema; `owner` is its name, if it has one."""
        match schema.type:
            case Object(properties, additional):
                rows = [
                    Row(each.name, each.schema, each.required)
                    for each in properties
                    if use.has(each.schema)
                ]
                if additional is not None and not isinstance(additional.type, Anything):
                    rows.append(Row("any other name", additional))
                return self._rows(rows, use, "member", owner)
            case Array(items, ()):
                return self._tree(items, use)
            case Dictionary(values):
                return self._tree(values, use)
            case Array(items, prefix):
                rows = [Row("", each) for each in (*prefix, items)]
                return self._rows(rows, use, "element", owner)
            case Union(variants, told):
                words: dict[int, list[str]] = {}
                for value, index in told.mapping.items() if told else ():
                    words.setdefault(index, []).append(value)
                rows = [Row(", ".join(words.get(n, ())), v) for n, v in enumerate(variants)]
                return self._rows(rows, use, "variant", owner)
        return None

    def _rows(self, rows: Sequence[Row], use: Use, kind: str, owner: str) -> Tree:
        shown = rows[: use.most] if owner else rows
        room = use.most - len(shown)
        unfolded = _SHORT if use.depth == _DEEPEST else 0
        pieces: list[Markup] = []
        for row in shown:
            below = self._tree(row.schema, use.deeper)
            if below is not None and below.rows > room and _refers(row.schema):
                below = None
            room -= below.rows if below is not None else 0
            pieces.append(_row(self._member(row), below, unfolded))
        if len(rows) > len(shown):
            left = len(rows) - len(shown)
            pieces.append(_MORE.format(left, self._labels.address(owner), owner))
        return Tree(_list(pieces), use.most - room, kind)

    def _member(self, row: Row) -> Markup:
        key = (id(row.schema), row.name, row.required)
        if key not in self._heads:
            field = self._labels.field(row.name, row.schema, required=row.required)
            self._heads[key] = field_html(field)
        return self._heads[key]


def _refers(schema: Schema) -> bool:
    """Whether what unfolds below a row is told elsewhere, too."""
    while isinstance(schema.type, Array | Dictionary):
        schema = schema.type.items if isinstance(schema.type, Array) else schema.type.values
    return isinstance(schema.type, Reference)


def _list(rows: Sequence[Markup]) -> Markup:
    return Markup(f'<ul class="fields">\n{joined(rows)}</ul>\n')


def _row(head: Markup, below: Tree | None, unfolded: int) -> Markup:
    """A row, with what unfolds below it: from the start, where that is at most `unfolded` rows."""
    if below is None:
        return Markup(f"<li>{head}</li>\n")
    state = " open" if below.rows <= unfolded else ""
    summary = f"<summary>{below.kind}s</summary>"
    return Markup(
        f'<li>{head}<details class="below"{state}>{summary}\n{below.html}</details></li>\n'
    )
