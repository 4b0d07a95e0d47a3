"""All planted faults and benign variants of Aloha."""

from reference.aloha.parts import Parts
from reference.faults.fault import Fault

FAULTS: tuple[Fault[Parts], ...] = ()
