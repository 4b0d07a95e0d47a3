"""All planted faults and benign variants."""

from collections.abc import Mapping

HALEAI = ()
FAULTS: Mapping[str, object] = {}
