"""What the metadata of a package says of its API."""

from __future__ import annotations

import re

from generator.model import Api

_LONGEST_SUMMARY = 300


def version(api: Api, known: re.Pattern[str]) -> str:
    """The contract's version where the registry knows such versions, else 0.0.0."""
    text = api.version.strip().removeprefix("v")
    return text if known.fullmatch(text) else "0.0.0"


def summary(api: Api) -> str:
    """The first sentence of what the API is, in one line of at most 300 characters."""
    text = description(api)
    first = re.match(r".*?[.!?](?=\s|$)", text)
    return (first[0] if first else text)[:_LONGEST_SUMMARY]


def description(api: Api) -> str:
    """The first paragraph of what the API is, in one line."""
    first = api.description.strip().split("\n\n")[0]
    return " ".join(first.split()) or f"The API {api.title}."
