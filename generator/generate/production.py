"""What is made of one contract, ready to be written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Production:
    """The files of one API, by target (those of no target under an empty name), formatted.

    `told` are the findings as text, `errors` whether one of them is an error, `sources` the files
    that all of it follows from; they are empty where it may be something else the next time.
    `failure` says why nothing could be made, `files` are then empty.
    """

    name: str
    files: dict[str, dict[str, str]]
    told: str = ""
    errors: bool = False
    sources: tuple[str, ...] = ()
    failure: str = ""
