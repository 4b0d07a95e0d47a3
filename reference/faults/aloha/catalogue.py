"""All planted faults and benign variants of Aloha."""

from reference.aloha.parts import Parts
from reference.faults.aloha import (
    access,
    benign,
    combined_features,
    elsewhere,
    ends,
    kinds_of_keys,
    lists,
    oauth,
    oauth_scopes,
    posts,
    publishing,
    rate_limits,
    sequences,
    telling,
    times,
    webhooks,
)
from reference.faults.fault import Fault
from reference.faults.held_out.eighteenth import aloha as eighteenth
from reference.faults.held_out.eighth import aloha as eighth
from reference.faults.held_out.eleventh import aloha as eleventh
from reference.faults.held_out.fifteenth import aloha as fifteenth
from reference.faults.held_out.fifth import aloha as fifth
from reference.faults.held_out.first import aloha as first
from reference.faults.held_out.fourteenth import aloha as fourteenth
from reference.faults.held_out.fourth import aloha as fourth
from reference.faults.held_out.nineteenth import aloha as nineteenth
from reference.faults.held_out.ninth import aloha as ninth
from reference.faults.held_out.second import aloha as second
from reference.faults.held_out.seventeenth import aloha as seventeenth
from reference.faults.held_out.seventh import aloha as seventh
from reference.faults.held_out.sixteenth import aloha as sixteenth
from reference.faults.held_out.sixth import aloha as sixth
from reference.faults.held_out.tenth import aloha as tenth
from reference.faults.held_out.third import aloha as third
from reference.faults.held_out.thirteenth import aloha as thirteenth
from reference.faults.held_out.twelfth import aloha as twelfth
from reference.faults.held_out.twentieth import aloha as twentieth
from reference.faults.held_out.twenty_eighth import aloha as twenty_eighth
from reference.faults.held_out.twenty_fifth import aloha as twenty_fifth
from reference.faults.held_out.twenty_first import aloha as twenty_first
from reference.faults.held_out.twenty_fourth import aloha as twenty_fourth
from reference.faults.held_out.twenty_second import aloha as twenty_second
from reference.faults.held_out.twenty_seventh import aloha as twenty_seventh
from reference.faults.held_out.twenty_sixth import aloha as twenty_sixth
from reference.faults.held_out.twenty_third import aloha as twenty_third

FAULTS: tuple[Fault[Parts], ...] = (
    *access.FAULTS,
    *oauth.FAULTS,
    *oauth_scopes.FAULTS,
    *posts.FAULTS,
    *publishing.FAULTS,
    *lists.FAULTS,
    *rate_limits.FAULTS,
    *webhooks.FAULTS,
    *telling.FAULTS,
    *sequences.FAULTS,
    *elsewhere.FAULTS,
    *kinds_of_keys.FAULTS,
    *combined_features.FAULTS,
    *ends.FAULTS,
    *times.FAULTS,
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
