"""What no file may be called."""

from __future__ import annotations

import re

_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)\d")


def is_device(stem: str) -> bool:
    """Whether Windows takes a name in lower case for no file, whatever its ending."""
    return _DEVICES.fullmatch(stem) is not None
