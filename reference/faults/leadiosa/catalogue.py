"""All planted faults and benign variants of Leadiosa."""

from reference.faults.fault import Fault
from reference.leadiosa.parts import Parts

FAULTS: tuple[Fault[Parts], ...] = ()
