"""All planted faults and benign variants of HaloAgents."""

from reference.faults.fault import Fault
from reference.faults.haloagents import (
    access,
    benign,
    combined_features,
    cors,
    identified,
    identity,
    keeping,
    lasting,
    limits,
    narrow,
    proved,
    records,
    storing,
    streams,
)
from reference.faults.held_out.eighteenth import haloagents as eighteenth
from reference.faults.held_out.eighth import haloagents as eighth
from reference.faults.held_out.eleventh import haloagents as eleventh
from reference.faults.held_out.fifteenth import haloagents as fifteenth
from reference.faults.held_out.fifth import haloagents as fifth
from reference.faults.held_out.first import haloagents as first
from reference.faults.held_out.fourteenth import haloagents as fourteenth
from reference.faults.held_out.fourth import haloagents as fourth
from reference.faults.held_out.nineteenth import haloagents as nineteenth
from reference.faults.held_out.ninth import haloagents as ninth
from reference.faults.held_out.second import haloagents as second
from reference.faults.held_out.seventeenth import haloagents as seventeenth
from reference.faults.held_out.seventh import haloagents as seventh
from reference.faults.held_out.sixteenth import haloagents as sixteenth
from reference.faults.held_out.sixth import haloagents as sixth
from reference.faults.held_out.tenth import haloagents as tenth
from reference.faults.held_out.third import haloagents as third
from reference.faults.held_out.thirteenth import haloagents as thirteenth
from reference.faults.held_out.twelfth import haloagents as twelfth
from reference.faults.held_out.twentieth import haloagents as twentieth
from reference.faults.held_out.twenty_eighth import haloagents as twenty_eighth
from reference.faults.held_out.twenty_fifth import haloagents as twenty_fifth
from reference.faults.held_out.twenty_first import haloagents as twenty_first
from reference.faults.held_out.twenty_fourth import haloagents as twenty_fourth
from reference.faults.held_out.twenty_second import haloagents as twenty_second
from reference.faults.held_out.twenty_seventh import haloagents as twenty_seventh
from reference.faults.held_out.twenty_sixth import haloagents as twenty_sixth
from reference.faults.held_out.twenty_third import haloagents as twenty_third
from reference.haloagents.parts import Parts

FAULTS: tuple[Fault[Parts], ...] = (
    *access.FAULTS,
    *identity.FAULTS,
    *cors.FAULTS,
    *limits.FAULTS,
    *streams.FAULTS,
    *narrow.FAULTS,
    *combined_features.FAULTS,
    *records.FAULTS,
    *storing.FAULTS,
    *keeping.FAULTS,
    *lasting.FAULTS,
    *identified.FAULTS,
    *proved.FAULTS,
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
