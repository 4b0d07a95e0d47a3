"""All planted faults and benign variants of HaloAgents."""

from reference.faults.fault import Fault
from reference.haloagents.parts import Parts

FAULTS: tuple[Fault[Parts], ...] = ()
