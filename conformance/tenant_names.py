"""What a run calls the tenants that it makes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from itertools import count


def unheard_of() -> Iterator[str]:
    """Names that nobody has yet on a server that others use, too."""
    while True:
        yield f"conformance-{secrets.token_hex(4)}"


def numbered(seed: int) -> Iterator[str]:
    """Names for a server that is this run's own: of one seed the same ones, and so the same rows.

    The reference server makes up the rows of a tenant from its name.
    """
    return (f"conformance-{seed}-{number}" for number in count(1))
