"""What shows the faults of the twenty-second set, by API."""

from collections.abc import Mapping

from tests.reference.held_out.demonstration import Demonstration
from tests.reference.held_out.twenty_second import haleai, haloagents

DEMONSTRATIONS: Mapping[str, Mapping[str, Demonstration]] = {
    "haleai": haleai.DEMONSTRATIONS,
    "haloagents": haloagents.DEMONSTRATIONS,
    "aloha": {},
    "leadiosa": {},
}
