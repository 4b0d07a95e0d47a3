"""An answer made to fit its request: the id that was asked for, a page that ends."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from generator.model import Operation

Accepted = Callable[[Any], bool]
"""Whether an answer is valid."""


def fitted(
    value: Any,
    operation: Operation,
    path_values: Mapping[str, Any],
    query: Mapping[str, str],
    accepted: Accepted,
) -> Any:
    """`value` with what the request says in it, as far as it stays valid.

    A member of the object that is called as a path parameter, or `id` for the last of them, has
    that parameter's value. A page is the last one, no longer than was asked for, and repeats the
    size and the cursor where the contract says that it does.
    """
    if not isinstance(value, dict | list):
        return value
    changes = [*_identities(operation, path_values), *_page(operation, query)]
    for path, change in changes:
        changed = copy.deepcopy(value)
        holder = _holder(changed, path)
        if holder is not None and change(holder, path[-1] if path else "") and accepted(changed):
            value = changed
    return value


Change = Callable[[Any, str], bool]
"""Changes one member of an object; says whether it did."""


def _identities(
    operation: Operation, path_values: Mapping[str, Any]
) -> Iterable[tuple[Sequence[str], Change]]:
    if not path_values or not operation.path.endswith("}"):
        return
    last = list(path_values)[-1]
    for name, sent in path_values.items():
        members = dict.fromkeys([name, _camel(name), *(["id"] if name == last else [])])
        for member in members:
            yield (member,), _replacing(sent)
            yield ("data", member), _replacing(sent)


def _page(operation: Operation, query: Mapping[str, str]) -> Iterable[tuple[Sequence[str], Change]]:
    paging = operation.pagination
    if paging is None:
        return
    if paging.next:
        yield paging.next, _ending
        yield paging.next, _removing
    if paging.has_more:
        yield paging.has_more, _replacing(False)
    if paging.cursor_echo and paging.parameter in query:
        yield paging.cursor_echo, _replacing(query[paging.parameter])
    size = paging.size
    if size is None:
        return
    asked = query.get(size.parameter, "")
    limit = int(asked) if asked.isdecimal() else size.default
    if limit is None:
        return
    if paging.results:
        yield paging.results, _shortening(limit)
    if size.echo:
        yield size.echo, _replacing(limit)


def _replacing(new: Any) -> Change:
    def change(holder: Any, name: str) -> bool:
        old = holder.get(name)
        fits = old is None or type(old) is type(new)
        if name not in holder or not fits or old == new:
            return False
        holder[name] = new
        return True

    return change


def _ending(holder: Any, name: str) -> bool:
    """No next page, said by null."""
    if holder.get(name) is None:
        return False
    holder[name] = None
    return True


def _removing(holder: Any, name: str) -> bool:
    """No next page, said by leaving it out."""
    if holder.get(name) is None:
        return False
    del holder[name]
    return True


def _shortening(limit: int) -> Change:
    def change(holder: Any, name: str) -> bool:
        rows = holder.get(name)
        if not isinstance(rows, list) or len(rows) <= limit:
            return False
        holder[name] = rows[:limit]
        return True

    return change


def _holder(value: Any, path: Sequence[str]) -> dict[str, Any] | None:
    """The object in which the last step of a path is a member."""
    for token in path[:-1]:
        value = value.get(token) if isinstance(value, dict) else None
    return value if isinstance(value, dict) and path else None


def _camel(name: str) -> str:
    first, *rest = name.replace("-", "_").split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
