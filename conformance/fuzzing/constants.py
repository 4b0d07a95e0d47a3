"""What Hypothesis makes up values of: constants of its own, none of whatever is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants


@contextmanager
def own_constants() -> Iterator[None]:
    """Keep Hypothesis from drawing what stands in the modules of the program.

    It reads them for texts and numbers that may matter, which here are those of the suite, and of
    the program that runs it: of one seed a checkout, an installation and a test would each make
    other requests.
    """
    found, none = providers._get_local_constants, Constants()
    providers.CONSTANTS_CACHE.cache.clear()
    providers._get_local_constants = lambda: none
    try:
        yield
    finally:
        providers._get_local_constants = found
        providers.CONSTANTS_CACHE.cache.clear()
