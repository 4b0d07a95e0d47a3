"""All planted faults and benign variants of Leadiosa."""

from reference.faults.fault import Fault
from reference.faults.held_out.eighteenth import leadiosa as eighteenth
from reference.faults.held_out.eighth import leadiosa as eighth
from reference.faults.held_out.eleventh import leadiosa as eleventh
from reference.faults.held_out.fifteenth import leadiosa as fifteenth
from reference.faults.held_out.fifth import leadiosa as fifth
from reference.faults.held_out.first import leadiosa as first
from reference.faults.held_out.fourteenth import leadiosa as fourteenth
from reference.faults.held_out.fourth import leadiosa as fourth
from reference.faults.held_out.nineteenth import leadiosa as nineteenth
from reference.faults.held_out.ninth import leadiosa as ninth
from reference.faults.held_out.second import leadiosa as second
from reference.faults.held_out.seventeenth import leadiosa as seventeenth
from reference.faults.held_out.seventh import leadiosa as seventh
from reference.faults.held_out.sixteenth import leadiosa as sixteenth
from reference.faults.held_out.sixth import leadiosa as sixth
from reference.faults.held_out.tenth import leadiosa as tenth
from reference.faults.held_out.third import leadiosa as third
from reference.faults.held_out.thirteenth import leadiosa as thirteenth
from reference.faults.held_out.twelfth import leadiosa as twelfth
from reference.faults.held_out.twentieth import leadiosa as twentieth
from reference.faults.held_out.twenty_eighth import leadiosa as twenty_eighth
from reference.faults.held_out.twenty_fifth import leadiosa as twenty_fifth
from reference.faults.held_out.twenty_first import leadiosa as twenty_first
from reference.faults.held_out.twenty_fourth import leadiosa as twenty_fourth
from reference.faults.held_out.twenty_second import leadiosa as twenty_second
from reference.faults.held_out.twenty_seventh import leadiosa as twenty_seventh
from reference.faults.held_out.twenty_sixth import leadiosa as twenty_sixth
from reference.faults.held_out.twenty_third import leadiosa as twenty_third
from reference.faults.leadiosa import (
    access,
    answers,
    audit,
    benign,
    beside,
    combined_features,
    erasure,
    kinds_of_tokens,
    lasting,
    lists,
    narrow,
    neighbors,
    rate_limits,
    records,
    seldom,
    sequences,
    small_changes,
    telling,
    texts,
    webhooks,
)
from reference.leadiosa.parts import Parts

FAULTS: tuple[Fault[Parts], ...] = (
    *access.FAULTS,
    *lists.FAULTS,
    *records.FAULTS,
    *sequences.FAULTS,
    *audit.FAULTS,
    *erasure.FAULTS,
    *beside.FAULTS,
    *answers.FAULTS,
    *rate_limits.FAULTS,
    *webhooks.FAULTS,
    *telling.FAULTS,
    *texts.FAULTS,
    *narrow.FAULTS,
    *kinds_of_tokens.FAULTS,
    *lasting.FAULTS,
    *combined_features.FAULTS,
    *small_changes.FAULTS,
    *seldom.FAULTS,
    *neighbors.FAULTS,
    *benign.FAULTS,
    *first.FAULTS,
    *second.FAULTS,
    *third.FAULTS,
    *fourth.FAULTS,
    *fifth.FAULTS,
    *sixth.FAULTS,
    *seventh.FAULTS,
    *eighth.FAULTS,
    *ninth.FAULTS,
    *tenth.FAULTS,
    *eleventh.FAULTS,
    *twelfth.FAULTS,
    *thirteenth.FAULTS,
    *fourteenth.FAULTS,
    *fifteenth.FAULTS,
    *sixteenth.FAULTS,
    *seventeenth.FAULTS,
    *eighteenth.FAULTS,
    *nineteenth.FAULTS,
    *twentieth.FAULTS,
    *twenty_first.FAULTS,
    *twenty_second.FAULTS,
    *twenty_third.FAULTS,
    *twenty_fourth.FAULTS,
    *twenty_fifth.FAULTS,
    *twenty_sixth.FAULTS,
    *twenty_seventh.FAULTS,
    *twenty_eighth.FAULTS,
)
