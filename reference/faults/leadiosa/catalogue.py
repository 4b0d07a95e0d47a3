"""All planted faults and benign variants of Leadiosa."""

from reference.faults.fault import Fault
from reference.faults.leadiosa import (
    access,
    answers,
    benign,
    lists,
    rate_limits,
    records,
    webhooks,
)
from reference.leadiosa.parts import Parts

FAULTS: tuple[Fault[Parts], ...] = (
    *access.FAULTS,
    *lists.FAULTS,
    *records.FAULTS,
    *answers.FAULTS,
    *rate_limits.FAULTS,
    *webhooks.FAULTS,
    *benign.FAULTS,
)
