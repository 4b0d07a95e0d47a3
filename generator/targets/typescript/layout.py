"""Types and values over one line or several, as biome's formatter breaks them at `WIDTH`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from generator.targets.typescript.source import WIDTH, key


@dataclass(frozen=True, slots=True)
class Group:
    """Items between brackets: on one line if they fit, else one a line.

    `gap` is what stands inside the brackets on one line; `comma` what follows the last of several.
    """

    opening: str
    items: tuple[Node, ...]
    closing: str
    gap: str = ""
    comma: str = ","


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The members of a union type."""

    members: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and what it stands for: a member of an object, a typed parameter."""

    name: str
    value: Node
    colon: str = ": "


@dataclass(frozen=True, slots=True)
class After:
    """A node with text directly before it: a name before its brackets."""

    text: str
    node: Node


Node: TypeAlias = str | Group | Alternatives | Pair | After


def members(found: Mapping[str, Node]) -> Group:
    """An object literal, by names that are quoted where they have to be."""
    pairs = tuple(Pair(key(name), value) for name, value in found.items())
    return Group("{", pairs, "}", gap=" ")


def listed(items: Sequence[Node]) -> Group:
    """An array literal."""
    return Group("[", tuple(items), "]")


def arguments(name: str, items: Sequence[Node]) -> Node:
    """A name and what it is given in angle brackets: `Record<string, Post>`."""
    return After(name, Group("<", tuple(items), ">", comma=""))


def flat(node: Node) -> str:
    """The node on one line."""
    match node:
        case str():
            return node
        case Group(opening, items, closing, gap):
            inner = ", ".join(flat(item) for item in items)
            return f"{opening}{gap}{inner}{gap}{closing}" if items else opening + closing
        case Alternatives(found):
            return " | ".join(flat(each) for each in found)
        case Pair(name, value, colon):
            return f"{name}{colon}{flat(value)}"
        case After(text, inner):
            return text + flat(inner)


def broken(  # noqa: PLR0911  one case a kind
    node: Node, indent: int, before: int, after: int = 0
) -> str:
    """The node, on one line where it fits.

    `indent` is that of the line, `before` how many columns are taken when the node starts, `after`
    how many follow its end on the same line.
    """
    line = flat(node)
    if before + len(line) + after <= WIDTH:
        return line
    match node:
        case str():
            return node
        case Group():
            return _lines(node, indent)
        case Alternatives(found):
            margin = "\n" + " " * (indent + 2)
            parts = [broken(each, indent + 2, indent + 4) for each in found]
            return "".join(f"{margin}| {part}" for part in parts)
        case Pair(name, Alternatives() as value, ": "):
            return f"{name}:{broken(value, indent, before + len(name) + 2, after)}"
        case Pair(name, value, colon):
            text = broken(value, indent, before + len(name) + len(colon), after)
            return f"{name}{colon}{text}"
        case After(text, Group("(", items) as call) if _embraces(items):
            return text + _embraced(call, indent, before + len(text), after)
        case After(text, inner):
            return text + broken(inner, indent, before + len(text), after)


def _embraces(items: Sequence[Node]) -> bool:
    """Whether the last argument of a call may be broken while the others stay on the first line."""
    last, others = items[-1], items[:-1]
    if not isinstance(last, Group) or not last.items:
        return False
    return not others or not isinstance(others[-1], Group) or others[-1].opening != last.opening


def _embraced(call: Group, indent: int, before: int, after: int) -> str:
    """A call that is broken inside its last argument; one argument a line where that fails."""
    head = call.opening + "".join(f"{flat(item)}, " for item in call.items[:-1])
    if before + len(head) >= WIDTH:
        return _lines(call, indent)
    return head + broken(call.items[-1], indent, before + len(head), after + 1) + call.closing


def _lines(group: Group, indent: int) -> str:
    margin = "\n" + " " * (indent + 2)
    parts = []
    for number, item in enumerate(group.items):
        comma = "," if number < len(group.items) - 1 else group.comma
        if isinstance(item, Alternatives):
            text = broken(item, indent, indent + 2, len(comma)).lstrip("\n ")
        else:
            text = broken(item, indent + 2, indent + 2, len(comma))
        parts.append(margin + text + comma)
    return f"{group.opening}{''.join(parts)}\n{' ' * indent}{group.closing}"
