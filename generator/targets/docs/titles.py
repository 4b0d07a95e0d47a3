"""What operations and resources are called on a page: words for people, in one short line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generator.model import Api, Operation, Resource
from generator.model.words import snake

_LONGEST = 90
_MARKS = re.compile(r"[`*]|!?\[([^\]]*)\]\([^)]*\)")
_SENTENCE = re.compile(r"(.+?[.:])\s")

Titles = Mapping[str, str]
"""Resource → what its tag says that it is shown as."""


def operation_title(operation: Operation) -> str:
    """The summary, where it is one line without marks; else what of it makes one."""
    text = one_line(_MARKS.sub(lambda match: match[1] or "", operation.summary))
    if len(text) > _LONGEST:
        first = _SENTENCE.match(text)
        text = first[1].rstrip(".:") if first else text
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST].rpartition(' ')[0] or text[:_LONGEST]}…"
    return text or operation.id


def untold(operation: Operation) -> str:
    """The summary, where the title does not say all of it."""
    text = operation.summary
    return text if text.strip() and one_line(text) != operation_title(operation) else ""


def api_title(api: Api) -> str:
    """What the whole is called."""
    return api.title if "api" in api.title.lower().split() else f"{api.title} API"


def tag_titles(document: Mapping[str, Any]) -> Titles:
    """What tags say that they are shown as: `summary` (OpenAPI 3.2), or as other tools have it."""
    found: dict[str, str] = {}
    listed = document.get("tags")
    for tag in listed if isinstance(listed, list) else ():
        if isinstance(tag, Mapping):
            told = [tag.get(key) for key in ("summary", "x-displayName")]
            shown = next((each for each in told if isinstance(each, str) and each.strip()), "")
            if shown:
                found[snake(str(tag.get("name", "")))] = one_line(shown)
    return found


def resource_title(resource: Resource, titles: Titles) -> str:
    """What a resource is shown as: as its tag says or is written, else its name in words."""
    if resource.name in titles:
        return titles[resource.name]
    for operation in resource.operations:
        for tag in operation.tags:
            if snake(tag) == resource.name:
                return tag[:1].upper() + tag[1:]
    text = resource.name.replace("_", " ").strip()
    return text[:1].upper() + text[1:] or "Operations"


def one_line(text: str) -> str:
    """A text without line ends."""
    return " ".join(text.split())
