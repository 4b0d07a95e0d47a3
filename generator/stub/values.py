"""A schema → a value that is valid against it, the same on every run.

A proposal is built from the keywords, then checked by the validator of the original schema; what it
complains of is built otherwise (another branch, no example), for a bounded number of rounds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from generator.stub.flat import Flat, ImpossibleError, flat, merge, types_of
from generator.stub.numbers import between, number
from generator.stub.patterns import PatternError, matching
from generator.stub.seed import Seed
from generator.stub.strings import text
from generator.stub.validity import Validity
from generator.targets.server.runtime.document import Document, Location

Path = tuple[str | int, ...]

_ROUNDS: Final = 24
_MADE_AT_MOST: Final = 2_000
_MAX_DEPTH: Final = 60
_GENEROUS_DEPTH: Final = 6
"""From here on only what is required is made."""
_MAX_NODES: Final = 5_000
"""How many values and branches one proposal may try."""
_GENEROUS_NODES: Final = 1_000
_SAME_ROUNDS: Final = 24
"""How often an item is made anew where it repeats one before it."""


class NoValueError(Exception):
    """No value was found for a schema; the message says why, without the schema's own words."""


class _SpentError(Exception):
    """The value has become too large."""


@dataclass(frozen=True, slots=True)
class Values:
    """Makes values of the schemas of one document, which is a view of one direction."""

    document: Document = field(repr=False)
    validity: Validity
    _made: dict[tuple[str, str, bool], Any] = field(default_factory=dict, repr=False)

    def make(self, schema: Location, seed: Seed, *, examples: bool) -> Any:
        """A valid value; with the schema's examples and defaults in it, where wanted and valid.

        The same object is given again for the same schema and seed: read it, never change it.
        Raises NoValueError where none is found in bounded time.
        """
        key = (schema.pointer, seed.name, examples)
        if key not in self._made:
            if len(self._made) >= _MADE_AT_MOST:
                self._made.clear()
            try:
                self._made[key] = self._make(schema, seed, examples=examples)
            except NoValueError as error:
                self._made[key] = error
        made = self._made[key]
        if isinstance(made, NoValueError):
            raise NoValueError(str(made))
        return made

    def _make(self, schema: Location, seed: Seed, *, examples: bool) -> Any:
        turns: dict[Path, int] = {}
        complaint = "its parts contradict each other"
        for _ in range(_ROUNDS):
            build = _Build(self.document, seed, turns, examples=examples)
            try:
                value = build.value(schema.value, (), ())
            except ImpossibleError:
                turns[()] = turns.get((), 0) + 1
                continue
            except (_SpentError, RecursionError):
                complaint = "it asks for too large a value"
                break
            faults = self.validity.faults(schema, value)
            if not faults:
                return value
            complaint = f"what is made breaks {faults[0][1]}"
            for path in dict.fromkeys(build.blamed(path) for path, _ in faults):
                turns[path] = turns.get(path, 0) + 1
        raise NoValueError(complaint)


@dataclass(slots=True)
class _Build:
    """One proposal. `turns` says how often what stood at a place was refused."""

    document: Document
    seed: Seed
    turns: Mapping[Path, int]
    examples: bool
    nodes: int = 0
    quoted: set[Path] = field(default_factory=set)

    def blamed(self, path: Path) -> Path:
        """The place to build otherwise: that of the example that the fault is in, else its own."""
        return next((path[:n] for n in range(len(path) + 1) if path[:n] in self.quoted), path)

    def value(self, schema: Any, path: Path, stack: tuple[str, ...]) -> Any:
        if len(path) > _MAX_DEPTH:
            raise ImpossibleError
        found, followed = flat(self.document, schema)
        if any(pointer in stack for pointer in followed):
            raise ImpossibleError
        return self._flat_value(found, path, (*stack, *followed))

    def _flat_value(self, schema: Flat, path: Path, stack: tuple[str, ...]) -> Any:
        self.nodes += 1
        if self.nodes > _MAX_NODES:
            raise _SpentError
        turn = self.turns.get(path, 0)
        if "const" in schema:
            return schema["const"]
        if self.examples and turn == 0:
            for illustration in _illustrations(schema):
                self.quoted.add(path)
                return illustration
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return _turned(sorted(schema["enum"], key=_is_none), turn)
        for word in ("oneOf", "anyOf"):
            branches = schema.get(word)
            if isinstance(branches, list) and branches:
                rest = {key: value for key, value in schema.items() if key != word}
                return self._branch(rest, branches, path, stack)
        schema = self._conditional(schema, turn)
        names = types_of(schema)
        for name in _rotated(names, turn):
            try:
                return self._of_type(name, schema, path, stack)
            except ImpossibleError:
                continue
        raise ImpossibleError

    def _branch(self, rest: Flat, branches: list[Any], path: Path, stack: tuple[str, ...]) -> Any:
        """A value of the first branch that has one, starting further on with each turn."""
        turn = self.turns.get(path, 0)
        discriminator = rest.pop("discriminator", None)
        ordered = sorted(branches, key=_is_null_schema)
        for branch in _rotated(ordered, max(0, turn - self._illustrated(rest))):
            try:
                inner, followed = flat(self.document, branch)
                if any(pointer in stack for pointer in followed):
                    continue
                named = _named_branch(discriminator, branch, inner)
                merged = merge(merge(rest, inner), named)
                return self._flat_value(merged, path, (*stack, *followed))
            except ImpossibleError:
                continue
        raise ImpossibleError

    def _illustrated(self, schema: Flat) -> int:
        return int(self.examples and any(True for _ in _illustrations(schema)))

    def _conditional(self, schema: Flat, turn: int) -> Flat:
        """`if` with `then` merged in, or `else`, by turns."""
        if "if" not in schema:
            return schema
        rest = {key: value for key, value in schema.items() if key not in ("if", "then", "else")}
        ways = [[schema.get("else", True)], [schema["if"], schema.get("then", True)], []]
        for way in _rotated(ways, turn):
            try:
                merged = rest
                for part in way:
                    merged = merge(merged, flat(self.document, part)[0])
            except ImpossibleError:
                continue
            return merged
        return rest

    def _of_type(self, name: str, schema: Flat, path: Path, stack: tuple[str, ...]) -> Any:
        seed = self._seed(path)
        made: Any
        match name:
            case "null":
                return None
            case "boolean":
                return seed.below(2) == 0
            case "object":
                return self._object(schema, path, stack)
            case "array":
                return self._array(schema, path, stack)
            case "string":
                made = text(schema, seed)
            case _:
                whole = name == "integer"
                made = number(schema, seed, whole=whole)
                if not whole and self.turns.get(path, 0) % 2:
                    made = between(schema, made)
        if made is None:
            raise ImpossibleError
        return made

    def _seed(self, path: Path) -> Seed:
        seed = self.seed
        for token in path:
            seed = seed.at(token)
        turn = self.turns.get(path, 0)
        return seed.at(f"#{turn}") if turn else seed

    def _object(self, schema: Flat, path: Path, stack: tuple[str, ...]) -> dict[str, Any]:
        known = _mapping(schema, "properties")
        required = [name for name in schema.get("required", ()) if isinstance(name, str)]
        generous = len(path) < _GENEROUS_DEPTH and self.nodes < _GENEROUS_NODES
        most = schema.get("maxProperties", len(known) + len(required) + 1_000)
        made: dict[str, Any] = {}
        wanted = dict.fromkeys(required)
        if generous:
            room = max(0, int(most) - len(wanted))
            wanted |= dict.fromkeys([name for name in known if name not in wanted][:room])
        for name in sorted(wanted, key=_order(known)):
            member = known[name] if name in known else _further(schema, name)
            try:
                made[name] = self.value(member, (*path, name), stack)
            except ImpossibleError:
                if name in required:
                    raise
        for name in self._dependent(schema, made):
            member = known[name] if name in known else _further(schema, name)
            made[name] = self.value(member, (*path, name), stack)
        self._fill(schema, made, path, stack)
        return made

    def _dependent(self, schema: Flat, made: Mapping[str, Any]) -> list[str]:
        depends = _mapping(schema, "dependentRequired")
        missing = [name for key in depends if key in made for name in depends[key]]
        return [name for name in dict.fromkeys(missing) if name not in made]

    def _fill(self, schema: Flat, made: dict[str, Any], path: Path, stack: tuple[str, ...]) -> None:
        """Members without a documented name, as many as there must be, one where they are all."""
        least = int(schema.get("minProperties", 0))
        is_map = not _mapping(schema, "properties") and isinstance(
            schema.get("additionalProperties"), Mapping
        )
        wanted = max(least, int(is_map and bool(schema["additionalProperties"])))
        wanted = min(wanted, int(schema.get("maxProperties", wanted)))
        for index in range(wanted * 4):
            if len(made) >= wanted:
                return
            name = self._name(schema, path, index)
            try:
                made[name] = self.value(_further(schema, name), (*path, name), stack)
            except ImpossibleError:
                if len(made) < least and index >= wanted:
                    raise

    def _name(self, schema: Flat, path: Path, index: int) -> str:
        seed = self._seed(path).at(f"name{index}")
        names = schema.get("propertyNames")
        if isinstance(names, Mapping):
            found = text(flat(self.document, names)[0], seed)
            values = flat(self.document, names)[0].get("enum")
            if isinstance(values, list) and values:
                return str(_turned(values, index))
            if found is None:
                raise ImpossibleError
            return found
        patterns = list(_mapping(schema, "patternProperties"))
        if patterns and schema.get("additionalProperties", True) in (False, True):
            try:
                return matching(_turned(patterns, index), seed, index // 8)
            except PatternError:
                raise ImpossibleError from None
        return "key" if index == 0 else f"key{index + 1}"

    def _array(self, schema: Flat, path: Path, stack: tuple[str, ...]) -> list[Any]:
        leading = schema.get("prefixItems")
        leading = leading if isinstance(leading, list) else []
        least, most = int(schema.get("minItems", 0)), int(schema.get("maxItems", _MAX_NODES))
        generous = len(path) < _GENEROUS_DEPTH and self.nodes < _GENEROUS_NODES
        wanted = min(max(least, len(leading) + ("items" in schema)), most) if generous else least
        if least > _MAX_NODES:
            raise _SpentError
        made: list[Any] = []
        for index in range(wanted):
            item = leading[index] if index < len(leading) else schema.get("items", True)
            try:
                made.append(self._item(item, (*path, index), stack, schema, made))
            except ImpossibleError:
                if index < least:
                    raise
                break
        if "contains" in schema:
            self._contained(schema, made, path, stack, most)
        return made

    def _item(
        self, item: Any, path: Path, stack: tuple[str, ...], schema: Flat, made: list[Any]
    ) -> Any:
        value = self.value(item, path, stack)
        if not schema.get("uniqueItems"):
            return value
        before = {_text(one) for one in made}
        turns = dict(self.turns)
        for _ in range(_SAME_ROUNDS):
            if _text(value) not in before:
                return value
            turns[path] = turns.get(path, 0) + 1
            varied = _Build(self.document, self.seed, turns, self.examples, self.nodes)
            value = varied.value(item, path, stack)
            self.nodes = varied.nodes
        raise ImpossibleError

    def _contained(
        self, schema: Flat, made: list[Any], path: Path, stack: tuple[str, ...], most: int
    ) -> None:
        """Items as `contains` wants them, instead of the last ones where there is no room."""
        least = int(schema.get("minContains", 1))
        if least > _MAX_NODES:
            raise _SpentError
        both = {"allOf": [schema.get("items", True), schema["contains"]]}
        room = max(0, most - least)
        del made[room:]
        for _ in range(least):
            made.append(self.value(both, (*path, len(made)), stack))


def _illustrations(schema: Flat) -> Iterator[Any]:
    """What a schema shows of its values: an example, else a default that shows anything."""
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        yield examples[0]
    elif schema.get("default") not in (None, [], {}, ""):
        yield schema["default"]


def _named_branch(discriminator: Any, branch: Any, inner: Flat) -> Flat:
    """What the discriminator says of a branch: the value of its property."""
    if not isinstance(discriminator, Mapping) or not isinstance(branch, Mapping):
        return {}
    name, pointer = discriminator.get("propertyName"), branch.get("$ref")
    if not isinstance(name, str) or not isinstance(pointer, str):
        return {}
    told = _mapping(inner, "properties").get(name)
    if isinstance(told, Mapping) and ("const" in told or "enum" in told):
        return {}
    mapping = _mapping(discriminator, "mapping")
    tail = pointer.rpartition("/")[2]
    value = next((key for key, target in mapping.items() if target in (pointer, tail)), tail)
    return {"properties": {name: {"const": value}}}


def _further(schema: Flat, name: str) -> Any:
    """The schema of a member that `properties` does not name."""
    patterns = _mapping(schema, "patternProperties")
    if len(patterns) == 1 and schema.get("additionalProperties", True) in (False, True):
        return next(iter(patterns.values()))
    return schema.get("additionalProperties", True) if name else True


def _mapping(schema: Mapping[str, Any], word: str) -> Mapping[str, Any]:
    found = schema.get(word)
    return found if isinstance(found, Mapping) else {}


def _order(known: Mapping[str, Any]) -> Any:
    """Members in the order of the text, those that it does not name last."""
    places = {name: index for index, name in enumerate(known)}
    return lambda name: places.get(name, len(places))


def _is_none(value: Any) -> bool:
    return value is None


def _is_null_schema(schema: Any) -> bool:
    return isinstance(schema, Mapping) and schema.get("type") == "null"


def _rotated(options: list[Any], turn: int) -> list[Any]:
    start = turn % len(options)
    return options[start:] + options[:start]


def _turned(options: list[Any], turn: int) -> Any:
    return options[turn % len(options)]


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
