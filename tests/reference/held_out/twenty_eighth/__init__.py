"""What shows the faults of the twenty-eighth set, by API."""

from collections.abc import Mapping

from tests.reference.held_out.demonstration import Demonstration
from tests.reference.held_out.twenty_eighth import aloha, haleai, haloagents, leadiosa

DEMONSTRATIONS: Mapping[str, Mapping[str, Demonstration]] = {
    "haleai": haleai.DEMONSTRATIONS,
    "haloagents": haloagents.DEMONSTRATIONS,
    "aloha": aloha.DEMONSTRATIONS,
    "leadiosa": leadiosa.DEMONSTRATIONS,
}
