"""All planted faults and benign variants of HaleAI."""

from reference.faults.fault import Fault
from reference.faults.haleai import (
    authentication,
    benign,
    cursors,
    documented_calls,
    envelopes,
    filters,
    forms,
    headers,
    narrow,
    paging,
    rate_limits,
    rows,
    tenancy,
)
from reference.faults.held_out.eighteenth import haleai as eighteenth
from reference.faults.held_out.eighth import haleai as eighth
from reference.faults.held_out.eleventh import haleai as eleventh
from reference.faults.held_out.fifteenth import haleai as fifteenth
from reference.faults.held_out.fifth import haleai as fifth
from reference.faults.held_out.first import haleai as first
from reference.faults.held_out.fourteenth import haleai as fourteenth
from reference.faults.held_out.fourth import haleai as fourth
from reference.faults.held_out.nineteenth import haleai as nineteenth
from reference.faults.held_out.ninth import haleai as ninth
from reference.faults.held_out.second import haleai as second
from reference.faults.held_out.seventeenth import haleai as seventeenth
from reference.faults.held_out.seventh import haleai as seventh
from reference.faults.held_out.sixteenth import haleai as sixteenth
from reference.faults.held_out.sixth import haleai as sixth
from reference.faults.held_out.tenth import haleai as tenth
from reference.faults.held_out.third import haleai as third
from reference.faults.held_out.thirteenth import haleai as thirteenth
from reference.faults.held_out.twelfth import haleai as twelfth
from reference.faults.held_out.twentieth import haleai as twentieth
from reference.faults.held_out.twenty_eighth import haleai as twenty_eighth
from reference.faults.held_out.twenty_fifth import haleai as twenty_fifth
from reference.faults.held_out.twenty_first import haleai as twenty_first
from reference.faults.held_out.twenty_fourth import haleai as twenty_fourth
from reference.faults.held_out.twenty_second import haleai as twenty_second
from reference.faults.held_out.twenty_seventh import haleai as twenty_seventh
from reference.faults.held_out.twenty_sixth import haleai as twenty_sixth
from reference.faults.held_out.twenty_third import haleai as twenty_third
from reference.haleai.parts import Parts

FAULTS: tuple[Fault[Parts], ...] = (
    *paging.FAULTS,
    *cursors.FAULTS,
    *filters.FAULTS,
    *authentication.FAULTS,
    *tenancy.FAULTS,
    *rate_limits.FAULTS,
    *envelopes.FAULTS,
    *rows.FAULTS,
    *headers.FAULTS,
    *documented_calls.FAULTS,
    *narrow.FAULTS,
    *forms.FAULTS,
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
