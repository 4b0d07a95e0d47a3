"""What is planted: faults and benign variants, as a command lists them."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

LISTING = f"{shlex.quote(sys.executable)} -m reference --list-faults"


@dataclass(frozen=True, slots=True)
class Fault:
    """A planted change of behaviour; `benign` where no rule may fail because of it."""

    id: str
    api: str
    title: str = ""
    promise: str = ""
    """The first of the promises that it breaks."""
    promises: tuple[str, ...] = ()
    benign: bool = False
    held_out: int = 0
    """Which set it is of that were planted by who had never seen the rules; 0 for none."""

    @property
    def family(self) -> str:
        """The letters of the id, which are those of the rules that it is for."""
        return self.id.partition("-")[0]

    @property
    def broken(self) -> frozenset[str]:
        """The promises that it breaks."""
        return frozenset({*self.promises, self.promise} - {""})


def clean(api: str) -> Fault:
    """Return what is planted in a clean server: nothing."""
    return Fault("", api, "nothing planted", benign=True)


def listed(command: str) -> list[Fault]:
    """The faults that a command lists as JSON, each with the members of `Fault`.

    Raises ValueError where it does not.
    """
    done = subprocess.run(  # noqa: S603 - the command is the user's own
        shlex.split(command), capture_output=True, text=True, check=False
    )
    try:
        return [_fault(each) for each in json.loads(done.stdout)]
    except (ValueError, TypeError, KeyError) as error:
        said = " ".join(done.stderr.split())[-200:]
        raise ValueError(f"{command}: this lists no faults: {said or error}") from error


def _fault(listed: dict[str, Any]) -> Fault:
    known = {k: v for k, v in listed.items() if k in Fault.__dataclass_fields__}
    return Fault(**{**known, "promises": tuple(known.get("promises", ()))})
