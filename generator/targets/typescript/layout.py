"""Types and values over one line or several, as biome's formatter breaks them at `WIDTH`.

Every node knows its `line`: all of it on one line, which follows from its other fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import force_setattr

from generator.targets.typescript.source import WIDTH, key

_SHORT_KEY = 4
"""The longest name of a member whose text stays on its line, however long that is."""
_SHORT_ARGUMENT = WIDTH // 4
"""The longest argument for whose sake alone a call is not broken."""
_ARROW = "() => "
_OR_NULL = " | null"
_KEYWORDS = ("boolean", "number", "string", "unknown", "undefined", "void", "null")


class Group(Struct, frozen=True):
    """Items between brackets: on one line if they fit, else one a line.

    `gap` is what stands inside the brackets on one line; `separator` what stands between items;
    `last` what follows the last of several lines. `split` is whether it takes several lines even
    where one would do.
    """

    opening: str
    items: tuple[Node, ...]
    closing: str
    gap: str = ""
    separator: str = ","
    last: str = ","
    split: bool = False
    line: str = ""

    def __post_init__(self) -> None:
        """Lay it out on one line."""
        inner = f"{self.separator} ".join(map(flat, self.items))
        gap = self.gap if self.items else ""
        force_setattr(self, "line", f"{self.opening}{gap}{inner}{gap}{self.closing}")


class Alternatives(Struct, frozen=True):
    """The members of a union type."""

    members: tuple[Node, ...]
    line: str = ""

    def __post_init__(self) -> None:
        """Lay it out on one line."""
        force_setattr(self, "line", " | ".join(map(flat, self.members)))


class Typed(Struct, frozen=True):
    """A name and its type: a member of an interface, a parameter."""

    name: str
    type: Node
    line: str = ""

    def __post_init__(self) -> None:
        """Lay it out on one line."""
        force_setattr(self, "line", f"{self.name}: {flat(self.type)}")


class Property(Struct, frozen=True):
    """A name and its value, in an object literal."""

    name: str
    value: Node
    line: str = ""

    def __post_init__(self) -> None:
        """Lay it out on one line."""
        force_setattr(self, "line", f"{self.name}: {flat(self.value)}")


class Around(Struct, frozen=True):
    """A node with text directly before and after it: a name before its brackets."""

    before: str
    node: Node
    after: str = ""
    line: str = ""

    def __post_init__(self) -> None:
        """Lay it out on one line."""
        force_setattr(self, "line", self.before + flat(self.node) + self.after)


Node: TypeAlias = str | Group | Alternatives | Typed | Property | Around


def members(found: Mapping[str, Node]) -> Group:
    """An object literal, by names that are quoted where they have to be."""
    pairs = tuple(Property(key(name), value) for name, value in found.items())
    return Group("{", pairs, "}", gap=" ", split=any(map(_is_split, pairs)))


def of_type(name: str, node: Node) -> Node:
    """A name and its type, which is text where there is nothing in it to break."""
    return f"{name}: {node}" if isinstance(node, str) else Typed(name, node)


def typed(found: Iterable[tuple[str, Node]]) -> Group:
    """An object type."""
    pairs = tuple(of_type(name, node) for name, node in found)
    return Group("{", pairs, "}", gap=" ", separator=";", last=";")


def listed(items: Sequence[Node]) -> Group:
    """An array literal; objects of several members, or such arrays, stand one a line."""
    kinds = [each.opening for each in items if isinstance(each, Group) and len(each.items) > 1]
    table = len(kinds) == len(items) > 1 and len(set(kinds)) == 1
    return Group("[", tuple(items), "]", split=table or any(map(_is_split, items)))


def call(name: str, items: Sequence[Node]) -> Node:
    """A function, or what is declared as one, and what stands in its parentheses."""
    composed = len(items) > 1 and (
        sum(map(_is_function, items)) > 1 or any(map(_takes_function, items))
    )
    split = composed or any(map(_is_split, items))
    return Around(name, Group("(", tuple(items), ")", split=split))


def generic(name: str, items: Sequence[Node]) -> Node:
    """A type and what it is given in angle brackets: `Record<string, Post>`."""
    if len(items) > 1 or _breaks(items[0]):
        return Around(name, Group("<", tuple(items), ">", last=""))
    inner = items[0].members[0] if isinstance(items[0], Alternatives) else items[0]
    if isinstance(inner, str):
        return f"{name}<{flat(items[0])}>"
    return Around(f"{name}<", items[0], ">")


def flat(node: Node) -> str:
    """The node on one line."""
    return node if isinstance(node, str) else node.line


def assigned(head: str, node: Node, indent: int = 0) -> str:
    """A declaration of `head`, `=` and the node, which stands on a line of its own where it must.

    The semicolon after it is not written.
    """
    return head + " =" + _value(node, indent, indent + len(head) + 2, 1)


def constant(name: str, kind: Node, value: Group) -> str:
    """A constant of a type, which is broken before the line of the value is; no semicolon."""
    head = f"const {name}: "
    line = head + flat(kind)
    if isinstance(kind, str) or len(line) + len(" =") <= WIDTH:
        return assigned(line, value)
    before = head + broken(kind, 0, WIDTH)
    return f"{before} = {broken(value, 0, len(before.splitlines()[-1]) + 3, 1)}"


def declared_method(name: str, given: Sequence[Node], returns: Node) -> str:
    """The first lines of a method in a class, its opening brace included."""
    after = f": {flat(returns)} {{"
    line = name + broken(Group("(", tuple(given), ")"), 2, 2 + len(name), len(after)) + ": "
    before = len(line.splitlines()[-1]) + (2 if "\n" not in line else 0)
    return line + broken(returns, 2, before, 2) + " {"


def broken(  # noqa: PLR0911  one case a kind
    node: Node, indent: int, before: int, after: int = 0
) -> str:
    """The node, on one line where it fits.

    `indent` is that of the line, `before` how many columns are taken when the node starts, `after`
    how many follow its end on the same line.
    """
    line = flat(node)
    if before + len(line) + after <= WIDTH and not _is_split(node):
        return line
    match node:
        case str() if node.startswith(_ARROW):
            return f"{_ARROW.rstrip()}\n{' ' * (indent + 2)}{node.removeprefix(_ARROW)}"
        case str():
            return node
        case Group():
            return _lines(node, indent)
        case Alternatives(found) if _hugs(found):
            return broken(found[0], indent, before, after + len(_OR_NULL)) + _OR_NULL
        case Alternatives(found):
            return _union(found, indent + 2, after)
        case Typed(name, Alternatives(found)) if not _hugs(found):
            return f"{name}:{_union(found, indent + 2, after)}"
        case Typed(name, value):
            return f"{name}: {broken(value, indent, before + len(name) + 2, after)}"
        case Property(name, str() as text) if len(name) <= _SHORT_KEY:
            return f"{name}: {text}"
        case Property(name, value):
            return f"{name}:{_value(value, indent, before + len(name) + 1, after)}"
        case Around(text, Group("(", items) as given) if _embraces(items):
            return text + _embraced(given, indent, before + len(text), after)
        case Around(text, inner, end):
            return text + broken(inner, indent, before + len(text), after + len(end)) + end


def _is_split(node: Node) -> bool:
    while not isinstance(node, str):
        if isinstance(node, Group):
            return node.split
        if isinstance(node, Property):
            node = node.value
        elif isinstance(node, Around):
            node = node.node
        else:
            return False
    return False


def _is_function(node: Node) -> bool:
    return isinstance(node, str) and node.startswith(_ARROW)


def _takes_function(node: Node) -> bool:
    """Whether a node is a call that is given a function."""
    match node:
        case Around(_, Group("(", items)):
            return any(map(_is_function, items))
    return False


def _value(node: Node, indent: int, before: int, after: int) -> str:
    """What follows `=` or a colon, its space or line break included."""
    if isinstance(node, Alternatives) and not _hugs(node.members):
        text = broken(node, indent, before + 1, after)
        return text if text.startswith("\n") else f" {text}"
    if _stays(node, before + 1, after):
        return f" {broken(node, indent, before + 1, after)}"
    return f"\n{' ' * (indent + 2)}{broken(node, indent + 2, indent + 2, after)}"


def _stays(node: Node, before: int, after: int) -> bool:
    """Whether a value begins on the line of its name: where it fits up to its first bracket."""
    if before + len(flat(node)) + after <= WIDTH and not _is_split(node):
        return True
    match node:
        case str() if _is_function(node):
            return before + len(_ARROW.rstrip()) <= WIDTH
        case Group(opening, items):
            return bool(items) and before + len(opening) <= WIDTH
        case Alternatives(found):
            return _stays(found[0], before, after + len(_OR_NULL))
        case Around(text, inner) if text.startswith("new ") or not _is_short_call(inner):
            return _stays(inner, before + len(text), after)
    return False


def _is_short_call(node: Node) -> bool:
    """Whether a node is the parentheses of a call that is not worth breaking."""
    match node:
        case Group("(", []):
            return True
        case Group("(", [str() as only]):
            return len(only) <= _SHORT_ARGUMENT and not _is_function(only)
    return False


def _breaks(argument: Node) -> bool:
    """Whether the only argument in angle brackets may stand on a line of its own."""
    match argument:
        case Alternatives(found):
            return not _hugs(found)
        case Group("{"):
            return False
        case str():
            return not argument.isidentifier()
    return True


def _hugs(found: Sequence[Node]) -> bool:
    """Whether a union is one type that may be null, which is never one alternative a line."""
    first, *others = found
    if others != ["null"] or not isinstance(first, str):
        return others == ["null"]
    name = first.partition("<")[0]
    return name.isidentifier() and name not in _KEYWORDS and not first.endswith("[]")


def _union(found: Sequence[Node], margin: int, after: int) -> str:
    """One alternative a line, each after a bar in the column `margin`."""
    start = f"\n{' ' * margin}| "
    *others, last = found
    lines = [start + broken(each, margin + 2, margin + 2) for each in others]
    return "".join(lines) + start + broken(last, margin + 2, margin + 2, after)


def _embraces(items: Sequence[Node]) -> bool:
    """Whether the last argument of a call may be broken while the others stay on the first line."""
    last, others = items[-1], items[:-1]
    if not isinstance(last, Group) or not last.items:
        return False
    return not others or not isinstance(others[-1], Group) or others[-1].opening != last.opening


def _embraced(given: Group, indent: int, before: int, after: int) -> str:
    """A call that is broken inside its last argument; one argument a line where that fails."""
    head = given.opening + "".join(f"{flat(item)}, " for item in given.items[:-1])
    if before + len(head) >= WIDTH:
        return _lines(given, indent)
    return head + broken(given.items[-1], indent, before + len(head), after + 1) + given.closing


def _lines(group: Group, indent: int) -> str:
    margin = "\n" + " " * (indent + 2)
    parts = []
    for number, item in enumerate(group.items):
        end = group.separator if number < len(group.items) - 1 else group.last
        if isinstance(item, Alternatives) and not _hugs(item.members):
            text = broken(item, indent, indent + 2, len(end)).lstrip("\n ")
        else:
            text = broken(item, indent + 2, indent + 2, len(end))
        parts.append(margin + text + end)
    return f"{group.opening}{''.join(parts)}\n{' ' * indent}{group.closing}"
