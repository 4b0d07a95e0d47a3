"""Ids: a prefix that says of what, and what nobody can guess."""

import random

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that looks like a digit."""
_CHARACTERS = 14


def new_id(prefix: str, dice: random.Random | None = None) -> str:
    """Return an id such as `post_01HYB7M3QK9XTR`, made by the system's randomness or by `dice`."""
    return f"{prefix}_{''.join((dice or _CHANCE).choices(_ALPHABET, k=_CHARACTERS))}"


_CHANCE = random.SystemRandom()
