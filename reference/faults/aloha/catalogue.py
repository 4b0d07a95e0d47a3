"""All planted faults and benign variants of Aloha."""

from reference.faults.fault import Fault
from reference.aloha.parts import Parts

FAULTS: tuple[Fault[Parts], ...] = ()
