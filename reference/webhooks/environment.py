"""What the environment says of webhooks."""

import os

_ALLOW_PRIVATE = "FOURFOLD_ALLOW_PRIVATE_WEBHOOKS"
_LOOKUPS = "FOURFOLD_WEBHOOK_LOOKUPS"
_TIMEOUT = "FOURFOLD_WEBHOOK_TIMEOUT"
_SECONDS = 10.0


def private_at_first() -> bool:
    """Whether webhooks may be sent into private networks, until the control plane says."""
    return os.environ.get(_ALLOW_PRIVATE) == "1"


def looks_up_hosts() -> bool:
    """Whether hosts of webhooks are looked up; else only addresses and this machine are sent to."""
    return os.environ.get(_LOOKUPS) != "0"


def seconds_to_answer() -> float:
    """How many seconds a receiver has; 10 where nothing, or nothing usable, is said."""
    try:
        seconds = float(os.environ.get(_TIMEOUT, _SECONDS))
    except ValueError:
        return _SECONDS
    return seconds if 0 < seconds <= 60 else _SECONDS
