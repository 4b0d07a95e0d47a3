"""What is made of one contract, ready to be written."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from generator.published import Published


class Production(Struct, frozen=True):
    """The files of one API, by target (those of no target under an empty name), formatted.

    `told` are the findings as text, `errors` whether one of them is an error, `sources` the files
    that all of it follows from; they are empty where it may be something else the next time.
    `names` are what things are called in it, by who gave them: the model, and each target.
    `failure` says why nothing could be made, `files` are then empty.
    """

    name: str
    files: dict[str, dict[str, str]]
    told: str = ""
    errors: bool = False
    sources: tuple[str, ...] = ()
    names: Mapping[str, Published] = field(default_factory=dict)
    failure: str = ""
